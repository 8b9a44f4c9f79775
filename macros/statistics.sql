{# The quantile of the standard normal distribution that leaves 95 % between it and its negative. #}
{% macro z95() -%}
    {{ return(1.959963984540054) }}
{%- endmacro %}


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


{# One bound of the uplift of a proportion since automation began; of the relation `baselines` in the caller's query. #}
{% macro uplift_bound(sign) -%}
    {%- set other = '+' if sign == '-' else '-' -%}
    {{ newcombe_bound(
        'baselines.value_since',
        wilson_bound('baselines.numerator_since', 'baselines.denominator_since', sign),
        'baselines.value_before',
        wilson_bound('baselines.numerator_before', 'baselines.denominator_before', other),
        sign,
    ) }}
{%- endmacro %}


{#
    The z score of the difference of two counts of events, by the conditional binomial test: given their sum, the first is a share of it as the
    days of its period are of both; with half an event of continuity correction. NULL where both are 0.

    count, days, other_count, other_days: expressions of what was counted and of how long.
    Source: Przyborowski and Wilenski, "Homogeneity of results in testing samples from Poisson series", Biometrika 31 (1940).
#}
{% macro two_count_z(count, days, other_count, other_days) -%}
    {%- set total = '(' ~ count ~ ' + ' ~ other_count ~ ')' -%}
    {%- set share = '(' ~ as_double(days) ~ ' / nullif(' ~ days ~ ' + ' ~ other_days ~ ', 0))' -%}
    {%- set surplus = '(' ~ count ~ ' - ' ~ total ~ ' * ' ~ share ~ ')' -%}
    case when {{ surplus }} < 0 then -1 else 1 end * greatest(abs({{ surplus }}) - 0.5, 0)
    / nullif(sqrt(greatest({{ total }} * {{ share }} * (1 - {{ share }}), 0)), 0)
{%- endmacro %}


{#
    The z score of the difference of two means of answers that are -1, 0 or 1, with the greatest variance that such a mean can have (nobody
    answers 0), so that what is called a change is one whatever the answers in between were. NULL where both variances are 0.

    value, answers, other_value, other_answers: expressions of each mean and of the number of its answers.
#}
{% macro two_score_z(value, answers, other_value, other_answers) -%}
    ({{ value }} - {{ other_value }}) / nullif(sqrt(greatest(
        (1 - power({{ value }}, 2)) / nullif({{ answers }}, 0) + (1 - power({{ other_value }}, 2)) / nullif({{ other_answers }}, 0), 0
    )), 0)
{%- endmacro %}


{# Whether two figures are the same but for what adding up in another order does to the last digits. #}
{% macro is_as_good_as(value, other) -%}
    abs({{ value }} - {{ other }}) <= 0.000000001 * greatest(abs({{ value }}), abs({{ other }}))
{%- endmacro %}


{#
    One bound of the 95 % interval of the ratio of two proportions, by the logarithm's delta method; NULL where the second is 0.

    successes, trials: of the first; other_successes, other_trials: of the second, all 64-bit floats. sign: '-' the lower, '+' the upper bound.
    is_part: whether the first is a part of the second (a segment of all), not a sample of its own: the parts then vary, not the whole.
    Where nothing or all succeeded in the first, or nothing in the rest of which it is a part, half a success and half a failure are added to both
    (Walter 1975); the lower bound of 0 is 0, and a part that has all successes, or is all, has no higher ratio than its own.
    Source: Katz, Baptista, Azen and Pike, "Obtaining confidence intervals for the risk ratio in cohort studies", Biometrics 34 (1978).
#}
{% macro ratio_bound(successes, trials, other_successes, other_trials, sign, is_part=false) -%}
    {%- set most = '(' ~ other_trials ~ ' / nullif(' ~ trials ~ ', 0))' -%}
    {%- set is_capped = is_part and sign == '+' -%}
    {%- set halves = ['1', '2'] if is_part else ['0.5', '1'] -%}
    case
        when {{ other_successes }} = 0 then null
        {%- if sign == '-' %}
        when {{ successes }} = 0 then {{ as_double('0') }}
        {%- elif is_part %}
        when {{ successes }} = {{ other_successes }} then {{ most }}
        {%- endif %}
        when
            {% if is_part %}{{ trials }} < {{ other_trials }} and {% endif -%}
            (
                {{ successes }} = 0
                or ({{ successes }} = {{ trials }} and {{ other_successes }} = {{ other_trials }})
                {%- if is_part %}
                or {{ successes }} = {{ other_successes }}
                {%- endif %}
            )
            then {{ 'least(' if is_capped }}{{ _log_bound(
                '(' ~ successes ~ ' + 0.5)', '(' ~ trials ~ ' + 1)',
                '(' ~ other_successes ~ ' + ' ~ halves[0] ~ ')', '(' ~ other_trials ~ ' + ' ~ halves[1] ~ ')',
                sign, is_part,
            ) }}{{ ', ' ~ most ~ ')' if is_capped }}
        else {{ 'least(' if is_capped }}{{ _log_bound(successes, trials, other_successes, other_trials, sign, is_part) }}{{ ', ' ~ most ~ ')' if is_capped }}
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
    ({{ a }} / nullif({{ n }}, 0)) / nullif({{ b }} / nullif({{ m }}, 0), 0) * exp({{ sign }}{{ z95() }} * sqrt(greatest({{ variance }}, 0)))
{%- endmacro %}
