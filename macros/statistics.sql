{#
    The z score of the difference of two proportions with pooled variance; NULL where both are 0 or both 1.

    Arguments are expressions of 64-bit floats: successes and trials of each.
    Source: Fleiss, Levin and Paik, "Statistical Methods for Rates and Proportions", 3rd ed. (2003), section 3.1.
#}
{% macro two_proportion_z(successes, trials, other_successes, other_trials) -%}
    {%- set pooled = '((' ~ successes ~ ' + ' ~ other_successes ~ ') / nullif(' ~ trials ~ ' + ' ~ other_trials ~ ', 0))' -%}
    ({{ successes }} / nullif({{ trials }}, 0) - {{ other_successes }} / nullif({{ other_trials }}, 0))
    / nullif(sqrt(greatest({{ pooled }} * (1 - {{ pooled }}) * (1 / nullif({{ trials }}, 0) + 1 / nullif({{ other_trials }}, 0)), 0)), 0)
{%- endmacro %}


{#
    One bound of the 95 % interval of the difference of two proportions, from their Wilson intervals.

    value, near: the first proportion and its bound on the asked-for side; other_value, far: the second and its bound on the other side.
    sign: '-' the lower, '+' the upper bound.
    Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in Medicine 17 (1998), method 10.
#}
{% macro newcombe_bound(value, near, other_value, far, sign) -%}
    {{ value }} - {{ other_value }}
    {{ sign }} sqrt(({{ value }} - {{ near }}) * ({{ value }} - {{ near }}) + ({{ far }} - {{ other_value }}) * ({{ far }} - {{ other_value }}))
{%- endmacro %}


{# One bound of the uplift of a proportion since automation began; the scorecard's own, of its CTE `automation`. #}
{% macro uplift_bound(sign) -%}
    {%- set other = '+' if sign == '-' else '-' -%}
    {{ newcombe_bound(
        'automation.value_since',
        wilson_bound('automation.numerator_since', 'automation.denominator_since', sign),
        'automation.value_before',
        wilson_bound('automation.numerator_before', 'automation.denominator_before', other),
        sign,
    ) }}
{%- endmacro %}


{#
    One bound of the 95 % interval of the ratio of two proportions, by the logarithm's delta method; NULL where the second is 0.

    successes, trials: of the first; other_successes, other_trials: of the second, all 64-bit floats. sign: '-' the lower, '+' the upper bound.
    is_part: whether the first is a part of the second (a segment of all), not a sample of its own: the parts then vary, not the whole.
    Where nothing or all succeeded in the first, half a success and half a failure are added to both (Walter 1975); the lower bound of 0 is 0.
    Source: Katz, Baptista, Azen and Pike, "Obtaining confidence intervals for the risk ratio in cohort studies", Biometrics 34 (1978).
#}
{% macro ratio_bound(successes, trials, other_successes, other_trials, sign, is_part=false) -%}
    case
        when {{ other_successes }} = 0 then null
        {%- if sign == '-' %}
        when {{ successes }} = 0 then {{ as_double('0') }}
        {%- endif %}
        when {{ successes }} = 0 or ({{ successes }} = {{ trials }} and {{ other_successes }} = {{ other_trials }})
            then {{ _log_bound(
                '(' ~ successes ~ ' + 0.5)', '(' ~ trials ~ ' + 1)', '(' ~ other_successes ~ ' + 0.5)', '(' ~ other_trials ~ ' + 1)',
                sign, is_part,
            ) }}
        else {{ _log_bound(successes, trials, other_successes, other_trials, sign, is_part) }}
    end
{%- endmacro %}


{# The bound of counts of which none is 0: the ratio times or over e to 1.96 standard errors of its logarithm. #}
{% macro _log_bound(a, n, b, m, sign, is_part) -%}
    {%- if is_part -%}
        {%- set variance = (
            'power(1.0 / nullif(' ~ a ~ ', 0) - 1.0 / nullif(' ~ b ~ ', 0), 2) * ' ~ a ~ ' * (1 - ' ~ a ~ ' / nullif(' ~ n ~ ', 0))'
            ~ ' + (' ~ b ~ ' - ' ~ a ~ ') * (1 - coalesce((' ~ b ~ ' - ' ~ a ~ ') / nullif(' ~ m ~ ' - ' ~ n ~ ', 0), 0))'
            ~ ' / nullif(' ~ b ~ ' * ' ~ b ~ ', 0)'
        ) -%}
    {%- else -%}
        {%- set variance = (
            '1.0 / nullif(' ~ a ~ ', 0) - 1.0 / nullif(' ~ n ~ ', 0) + 1.0 / nullif(' ~ b ~ ', 0) - 1.0 / nullif(' ~ m ~ ', 0)'
        ) -%}
    {%- endif -%}
    ({{ a }} / nullif({{ n }}, 0)) / nullif({{ b }} / nullif({{ m }}, 0), 0) * exp({{ sign }}1.959963984540054 * sqrt(greatest({{ variance }}, 0)))
{%- endmacro %}
