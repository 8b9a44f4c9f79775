{#
    The rows of an export, each once for every day it stands for, as a query: its columns, and beside them

        told_on       the day
        share         what part of a sum of the row falls on the day: 1 for a row of one day
        share_before  what part falls on the days before it

    A row for a range of days is spread evenly over them. Where ranges of one thing overlap, a day is told by the narrowest; what
    the narrower ones inside tell is taken off the wider one, whose rest is spread over the days that none of them tells. So the
    sum of a month stays what it is, beside the days that are told one by one.

    relation: the export; first_day, last_day: its columns; of: the columns that name the thing (none: all rows tell of one), as far
    as every row has them: a report that names no campaign is of all, and others tell parts of it;
    measure: the column by which a wider range is compared with the narrower ones inside.
#}
{% macro days_of_ranges(relation, first_day, last_day, of, measure) %}
    {%- set thing -%}
        {%- for column in of -%}
            coalesce(case when count(*) over () = count({{ column }}) over () then {{ column }} end, ''){{ " || ' / ' || " if not loop.last }}
        {%- else -%}
            ''
        {%- endfor -%}
    {%- endset -%}
with

told as (

    select
        *,
        {{ thing }} as thing,
        {{ first_day }} as from_day,
        -- A row that ends before it begins, or without an end, stands for its first day.
        case when {{ last_day }} > {{ first_day }} then {{ last_day }} else {{ first_day }} end as to_day

    from {{ relation }}

),

reports as (

    select
        thing,
        from_day,
        to_day,
        coalesce({{ exact_sum(measure) }}, 0) as amount

    from told

    group by thing, from_day, to_day

),

ranges as (

    select
        from_day,
        to_day,
        {{ days_between('from_day', 'to_day') }} + 1 as day_count

    from reports

    where to_day > from_day

    group by from_day, to_day

),

numbers as (

    {{ dbt.generate_series(65536) }}

),

range_days as (

    select
        ranges.from_day,
        ranges.to_day,
        ranges.day_count,
        {{ days_after('ranges.from_day', 'cast(numbers.generated_number as int) - 1') }} as told_on

    from ranges
    inner join numbers
        on ranges.day_count >= numbers.generated_number

),

-- A report within a wider one of the same thing.
inside as (

    select
        reports.thing,
        wide.from_day,
        wide.to_day,
        reports.from_day as inner_from,
        reports.to_day as inner_to,
        reports.amount

    from reports
    inner join reports as wide
        on
            reports.thing = wide.thing
            and reports.from_day >= wide.from_day
            and reports.to_day <= wide.to_day

    where
        wide.to_day > wide.from_day
        and (reports.from_day > wide.from_day or reports.to_day < wide.to_day)

),

-- What lies within a report that lies within: its amount is part of that one's.
deeper as (

    select
        wide.thing,
        wide.from_day,
        wide.to_day,
        narrow.inner_from,
        narrow.inner_to

    from inside as wide
    inner join inside as narrow
        on
            wide.thing = narrow.thing
            and wide.inner_from = narrow.from_day
            and wide.inner_to = narrow.to_day

    group by wide.thing, wide.from_day, wide.to_day, narrow.inner_from, narrow.inner_to

),

amounts_inside as (

    select
        inside.thing,
        inside.from_day,
        inside.to_day,
        {{ exact_sum('case when deeper.thing is null then inside.amount else 0 end') }} as amount

    from inside
    left join deeper
        on
            inside.thing = deeper.thing
            and inside.from_day = deeper.from_day
            and inside.to_day = deeper.to_day
            and inside.inner_from = deeper.inner_from
            and inside.inner_to = deeper.inner_to

    group by inside.thing, inside.from_day, inside.to_day

),

days_inside as (

    select
        inside.thing,
        inside.from_day,
        inside.to_day,
        coalesce(range_days.told_on, inside.inner_from) as told_on

    from inside
    left join range_days
        on
            inside.inner_from = range_days.from_day
            and inside.inner_to = range_days.to_day

    group by inside.thing, inside.from_day, inside.to_day, coalesce(range_days.told_on, inside.inner_from)

),

day_counts_inside as (

    select
        thing,
        from_day,
        to_day,
        count(*) as day_count

    from days_inside

    group by thing, from_day, to_day

),

spread as (

    select
        reports.thing,
        reports.from_day,
        reports.to_day,
        range_days.told_on,
        range_days.day_count,
        case
            when reports.amount > coalesce(amounts_inside.amount, 0)
                then
                    (reports.amount - coalesce(amounts_inside.amount, 0)) / reports.amount
                    / nullif(range_days.day_count - coalesce(day_counts_inside.day_count, 0), 0)
            when reports.amount > 0 then {{ as_double('0') }}
            else {{ as_double('1') }} / range_days.day_count
        end as share

    from reports
    inner join range_days
        on
            reports.from_day = range_days.from_day
            and reports.to_day = range_days.to_day
    left join amounts_inside
        on
            reports.thing = amounts_inside.thing
            and reports.from_day = amounts_inside.from_day
            and reports.to_day = amounts_inside.to_day
    left join day_counts_inside
        on
            reports.thing = day_counts_inside.thing
            and reports.from_day = day_counts_inside.from_day
            and reports.to_day = day_counts_inside.to_day
    left join days_inside
        on
            reports.thing = days_inside.thing
            and reports.from_day = days_inside.from_day
            and reports.to_day = days_inside.to_day
            and range_days.told_on = days_inside.told_on

    where days_inside.told_on is null

),

-- Of ranges that overlap without one lying within the other, the shorter tells the day.
placed as (

    select
        thing,
        from_day,
        to_day,
        told_on,
        share,
        row_number() over (partition by thing, told_on order by day_count, from_day desc) as place

    from spread

),

shares as (

    select
        thing,
        from_day,
        to_day,
        told_on,
        share,
        sum(share) over (
            partition by thing, from_day, to_day
            order by told_on
            rows between unbounded preceding and current row
        ) - share as share_before

    from placed

    where place = 1

)

select
    told.*,
    told.from_day as told_on,
    {{ as_double('1') }} as share,
    {{ as_double('0') }} as share_before

from told

where told.to_day = told.from_day or told.from_day is null

union all

select
    told.*,
    shares.told_on,
    shares.share,
    shares.share_before

from told
inner join shares
    on
        told.thing = shares.thing
        and told.from_day = shares.from_day
        and told.to_day = shares.to_day
{% endmacro %}


{# What of a row's whole count falls on a day of `days_of_ranges`, whole: the days' parts add up to the count. #}
{% macro count_of_day(count) -%}
    cast(
        floor({{ count }} * (share_before + share) + 0.500001) - floor({{ count }} * share_before + 0.500001) as bigint
    )
{%- endmacro %}
