{#
    The shapes: the last line of every KPI model. Each turns the rows of a CTE into the one shape of all KPIs:
    kpi, period_grain, period_start, dimension, dimension_value, numerator, denominator, value, value_low, value_high, is_complete.

    rows: name of the CTE. Its columns are `kpi_date` (date in the reporting time zone), the slices, `numerator`
    and `denominator` (any numeric type; NULL = not measured: the row leaves numerator and base alike).
    slices: names of the columns to slice by. settles_after_days: how long figures of a period still change; none = not at all.
    by: what the rows are placed by.
        'day'     `kpi_date`; periods are joined (the default);
        'period'  the rows carry period_grain, period_start and days_since_end themselves (stocks). A NULL is a stock nobody knows:
                  every period and slice that it is part of is left out;
        'slice'   they also carry dimension and dimension_value (figures that do not add up, such as lifts).
#}

{# A proportion: numerator out of denominator, both counts, with its 95 % Wilson interval. #}
{% macro kpi_rate(rows, slices=[], settles_after_days=0, by='day') -%}
    {{ _kpi('rate', rows, slices, settles_after_days, by) }}
{%- endmacro %}

{# Any quotient, times `scale`. has_bounds: rows by slice carry their interval themselves, `value_low` and `value_high`. #}
{% macro kpi_ratio(rows, slices=[], settles_after_days=0, by='day', scale=1, has_bounds=false) -%}
    {{ _kpi('ratio', rows, slices, settles_after_days, by, scale, has_bounds) }}
{%- endmacro %}

{# A sum: rows without `denominator`. #}
{% macro kpi_total(rows, slices=[], settles_after_days=0, by='day') -%}
    {{ _kpi('total', rows, slices, settles_after_days, by) }}
{%- endmacro %}

{# A mean: the sum of the observations in `numerator`, their number in `denominator`. #}
{% macro kpi_average(rows, slices=[], settles_after_days=0, by='day') -%}
    {{ _kpi('ratio', rows, slices, settles_after_days, by) }}
{%- endmacro %}

{# The median of `numerator`: one row per observation, `denominator` 1. Medians do not add up over days, so the rows themselves are joined. #}
{% macro kpi_median(rows, slices=[], settles_after_days=0) -%}
    {{ _kpi('median', rows, slices, settles_after_days, 'day') }}
{%- endmacro %}


{# The slices a shape uses: all that are asked for. A macro of its own so that a unit test can look at `all` alone. #}
{% macro kpi_slices(slices) -%}
    {{ return(slices) }}
{%- endmacro %}


{# A slice's value as text; `(none)` where the row has none. #}
{% macro slice_value(column) -%}
    coalesce(nullif(trim({{ dbt.cast(column, 'varchar') }}), ''), '(none)')
{%- endmacro %}


{# Whether a dimension exists at a grain: wide slices exist from week upward only. #}
{% macro is_sliced_at(dimension, period_grain) -%}
    (
        {{ dimension }} not in ('{{ var("wide_slices") | join("', '") }}')
        or {{ period_grain }} not in ('day', 'rolling_28_days')
    )
{%- endmacro %}


{# The model's own name, in a unit test of it too. #}
{% macro kpi_name() -%}
    {{ return((model.tested_node_unique_id or model.unique_id).split('.')[-1]) }}
{%- endmacro %}


{#
    Sums of `measures` per period and slice, as a query: period_grain, period_start, days_since_end, dimension, dimension_value and
    the measures as 64-bit floats. A row that lacks one of the measures is left out of all; by period, a sum that holds such a row is.

    rows: name of a CTE as the shapes take it; by: 'day' or 'period', as there. are_counts: the measures are whole numbers, whose sums are
    the same in whatever order; `exact_sum` costs thrice as much. It sums by day and slice first, so that the join of periods meets few rows.
#}
{% macro sums_by_period(rows, slices, measures, by='day', are_counts=false) -%}
{%- set slices = kpi_slices(slices) -%}
{%- set place = ['kpi_date'] if by == 'day' else ['period_grain', 'period_start', 'days_since_end'] -%}
{%- set period = 'periods' if by == 'day' else 'sliced' -%}
select
    {{ period }}.period_grain,
    {{ period }}.period_start,
    {{ period }}.days_since_end,
    sliced.dimension,
    sliced.dimension_value,
    {%- for measure in measures %}
    {{ 'sum(sliced.' ~ measure ~ ')' if are_counts else exact_sum('sliced.' ~ measure) }} as {{ measure }}{{ ',' if not loop.last }}
    {%- endfor %}

from (

    select
        {{ place | join(',\n        ') }},
        {%- if slices %}
        case
            {%- for slice in slices %}
            when grouping({{ slice }}) = 0 then '{{ slice }}'
            {%- endfor %}
            else 'all'
        end as dimension,
        coalesce({{ slices | join(', ') }}, 'all') as dimension_value,
        {%- else %}
        'all' as dimension,
        'all' as dimension_value,
        {%- endif %}
        {%- for measure in measures %}
        {{ 'sum(' ~ measure ~ ')' if are_counts else exact_sum(measure) }} as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}

    from (

        select
            {{ place | join(',\n            ') }},
            {%- for slice in slices %}
            {{ slice_value(slice) }} as {{ slice }},
            {%- endfor -%}
            {%- for measure in measures %}
            {{ as_double(measure) }} as {{ measure }}{{ ',' if not loop.last }}
            {%- endfor %}

        from {{ rows }}

        where
            {{ place[0] }} is not null
            {%- for measure in measures if by == 'day' %}
            and {{ measure }} is not null
            {%- endfor %}

    ) as measured

    group by grouping sets (
        ({{ place | join(', ') }})
        {%- for slice in slices -%}
        ,
        ({{ place | join(', ') }}, {{ slice }})
        {%- endfor %}
    )
    {%- if by == 'period' %}

    having
        {%- for measure in measures %}
        {{ 'and ' if not loop.first }}count(measured.{{ measure }}) = count(*)
        {%- endfor %}
    {%- endif %}

) as sliced
{%- if by == 'day' %}

inner join {{ ref('periods') }} as periods
    on
        sliced.kpi_date = periods.date_day
        and {{ is_sliced_at('sliced.dimension', 'periods.period_grain') }}
{%- else %}

where {{ is_sliced_at('sliced.dimension', 'sliced.period_grain') }}
{%- endif %}

group by 1, 2, 3, 4, 5
{%- endmacro %}


{# The median of `numerator` per period and slice, as a query like sums_by_period: medians do not add up, so every row meets its periods. #}
{% macro _medians_by_period(rows, slices) -%}
{%- set slices = kpi_slices(slices) -%}
select
    periods.period_grain,
    periods.period_start,
    periods.days_since_end,
    sliced.dimension,
    sliced.dimension_value,
    percentile_cont(0.5) within group (order by sliced.numerator) as median_value,
    {{ exact_sum('sliced.numerator') }} as numerator,
    {{ exact_sum('sliced.denominator') }} as denominator

from (
    {% for slice in ['all'] + slices %}
    select
        kpi_date,
        '{{ slice }}' as dimension,
        {{ "'all'" if slice == 'all' else slice_value(slice) }} as dimension_value,
        {{ as_double('numerator') }} as numerator,
        {{ as_double('denominator') }} as denominator

    from {{ rows }}

    where
        kpi_date is not null
        and numerator is not null
        and denominator is not null

    {{ 'union all' if not loop.last }}
    {% endfor %}
) as sliced
inner join {{ ref('periods') }} as periods
    on
        sliced.kpi_date = periods.date_day
        and {{ is_sliced_at('sliced.dimension', 'periods.period_grain') }}

group by 1, 2, 3, 4, 5
{%- endmacro %}


{#
    What the shapes share: measured rows added up by slice and day, placed in periods, divided, and cast to the shape's types. What the shape
    was given is noted in the model's meta as `shape`, where the catalog and the semantic layer find it as data.
#}
{% macro _kpi(shape, rows, slices, settles_after_days, by, scale=1, has_bounds=false) -%}
{%- do config(meta={'shape': {'name': shape, 'slices': slices, 'settles_after_days': settles_after_days or 0, 'by': by}}) -%}
{%- set is_total = shape == 'total' -%}
{%- if var('kpi_rows', false) %}

{{ _kpi_rows(shape, rows, slices, by) }}
{%- else %}

, placed as (

    {% if by == 'slice' -%}
    select
        period_grain,
        period_start,
        days_since_end,
        dimension,
        {{ slice_value('dimension_value') }} as dimension_value,
        {{ as_double('numerator') }} as numerator
        {%- if not is_total %},
        {{ as_double('denominator') }} as denominator
        {%- endif %}
        {%- if has_bounds %},
        {{ as_double('value_low') }} as value_low,
        {{ as_double('value_high') }} as value_high
        {%- endif %}

    from {{ rows }}

    where
        numerator is not null
        {%- if not is_total %}
        and denominator is not null
        {%- endif %}
        and {{ is_sliced_at('dimension', 'period_grain') }}
    {%- elif shape == 'median' -%}
    {{ _medians_by_period(rows, slices) }}
    {%- else -%}
    {{ sums_by_period(rows, slices, ['numerator'] if is_total else ['numerator', 'denominator'], by, are_counts=shape == 'rate') }}
    {%- endif %}

)

select
    {{ dbt.cast("'" ~ kpi_name() ~ "'", 'string') }} as kpi,
    {{ dbt.cast('period_grain', 'string') }} as period_grain,
    {{ dbt.cast('period_start', 'date') }} as period_start,
    {{ dbt.cast('dimension', 'string') }} as dimension,
    {{ dbt.cast('dimension_value', 'string') }} as dimension_value,
    numerator,
    {{ as_double('null') if is_total else 'denominator' }} as denominator,
    {%- if is_total %}
    numerator as value,
    {%- elif shape == 'median' %}
    {{ as_double('median_value') }} as value,
    {%- else %}
    {{ scale ~ ' * ' if scale != 1 }}numerator / nullif(denominator, 0) as value,
    {%- endif %}
    {%- if shape == 'rate' %}
    {{ wilson_bound('numerator', 'denominator', '-') }} as value_low,
    {{ wilson_bound('numerator', 'denominator', '+') }} as value_high,
    {%- elif has_bounds %}
    value_low,
    value_high,
    {%- else %}
    {{ as_double('null') }} as value_low,
    {{ as_double('null') }} as value_high,
    {%- endif %}
    days_since_end > {{ settles_after_days or 0 }} as is_complete

from placed
{%- endif %}
{%- endmacro %}


{#
    What a KPI adds up, of `--vars '{kpi_rows: true}'`, as the semantic layer needs it: a line `-- kpi_rows: {"slices": […], "measures": […]}`,
    and a query of kpi_date, the slices as text and the measures: numerator and, but for a total, denominator. A row per day and slices
    crossed. Where figures of days do not add up, as medians, stocks and lifts, the line says null and the query is empty.
#}
{% macro _kpi_rows(shape, rows, slices, by) -%}
{%- set measures = ['numerator'] if shape == 'total' else ['numerator', 'denominator'] -%}
{%- if by != 'day' or shape == 'median' -%}
-- kpi_rows: null
select null as kpi_date where false
{%- else -%}
-- kpi_rows: {{ tojson({"slices": slices, "measures": measures}) }}
select
    kpi_date,
    {%- for slice in slices %}
    {{ slice_value(slice) }} as {{ slice }},
    {%- endfor %}
    {%- for measure in measures %}
    {{ exact_sum(as_double(measure)) }} as {{ measure }}{{ ',' if not loop.last }}
    {%- endfor %}

from {{ rows }}

where
    kpi_date in (select date_day from {{ ref('periods') }})
    {%- for measure in measures %}
    and {{ measure }} is not null
    {%- endfor %}

group by kpi_date{% for slice in slices %}, {{ slice_value(slice) }}{% endfor %}
{%- endif %}
{%- endmacro %}


{#
    One bound of the 95 % Wilson score interval of `successes` out of `trials` (both 64-bit floats); NULL without trials.
    sign: '-' the lower, '+' the upper bound.
    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
#}
{% macro wilson_bound(successes, trials, sign) -%}
    {%- set z = z95() -%}
    (
        {{ successes }} + {{ z * z / 2 }}
        {{ sign }} {{ z }} * sqrt(greatest({{ successes }} * ({{ trials }} - {{ successes }}) / nullif({{ trials }}, 0) + {{ z * z / 4 }}, 0))
    ) / (nullif({{ trials }}, 0) + {{ z * z }})
{%- endmacro %}
