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
