{#
    The rows of an export, each once for every day it stands for, as a query: its columns, and beside them

        told_on                   the day
        <measure>_share           of each of the measures: what part of a row's sum falls on the day, 1 for a row of one day
        <measure>_share_before    what part falls on the days before it

    A row for a range of days is spread evenly over them. Where ranges of one thing overlap, a day is told by the narrowest; what
    the narrower ones tell of its days is taken off the wider one, whose rest is spread over the days that none of them tells. So
    the sum of a month stays what it is, beside the days that are told one by one and weeks that begin before it. Of equally wide ranges
    that cross, the later tells its days, and the days that only the earlier tells have their even share of its sum.

    relation: the export; first_day, last_day: its columns; of: the columns that name the thing (none: all rows tell of one), as far
    as every row has them that may be of it: a report that names no campaign is of all, and others tell parts of it; one that names
    no account may be of any, where it names a campaign of any of that name;
    measures: the columns that add up and are read, each of which is compared with what the narrower ranges inside tell of itself: a
    month to date may hold the cost of a new day and no new conversion;
    else_as: the measure whose shares those have that some rows do not tell (none: what is not told adds nothing).
#}
{% macro days_of_ranges(relation, first_day, last_day, of, measures, else_as=none) %}
with

named as (

    select
        *,
        {{ names_that_all_have(of) }} as named_by_all

    from {{ relation }}

),

told as (

    select
        *,
        {{ names_that_all_have(of, 'partition by named_by_all') }} as thing,
        {% for measure in measures if else_as %}
        case when count(*) over () = count({{ measure }}) over () then {{ measure }} else {{ else_as }} end as {{ measure }}_compared,
        {% endfor %}
        {{ first_day }} as from_day,
        -- A row that ends before it begins, or without an end, stands for its first day.
        case when {{ last_day }} > {{ first_day }} then {{ last_day }} else {{ first_day }} end as to_day

    from named

),

-- Where all rows of a thing are single days there is nothing to compare.
told_by_ranges as (

    select told.*

    from told
    inner join (select thing from told where to_day > from_day group by thing) as wide
        on told.thing = wide.thing

),

reports as (

    {% for measure in measures %}
    select
        thing,
        '{{ measure }}' as measure,
        from_day,
        to_day,
        coalesce({{ exact_sum(measure ~ '_compared' if else_as else measure) }}, 0) as amount

    from told_by_ranges

    group by thing, from_day, to_day
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

ranges as (

    select
        from_day,
        to_day,
        {{ days_between('from_day', 'to_day') }} + 1 as day_count

    from told_by_ranges

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

    where ranges.day_count > 1

    union all

    select
        from_day,
        to_day,
        day_count,
        from_day as told_on

    from ranges

    where day_count = 1

),

report_days as (

    select
        reports.thing,
        reports.measure,
        reports.from_day,
        reports.to_day,
        reports.amount,
        range_days.told_on,
        range_days.day_count

    from reports
    inner join range_days
        on
            reports.from_day = range_days.from_day
            and reports.to_day = range_days.to_day

),

-- Each report's days, with the narrowest report that tells them and the widest of those that are narrower than this one.
told_days as (

    select
        *,
        first_value(from_day) over narrowest_first as teller_from,
        first_value(to_day) over narrowest_first as teller_to,
        first_value(amount) over narrowest_first as teller_amount,
        lag(from_day) over narrowest_first as inner_from,
        lag(to_day) over narrowest_first as inner_to,
        lag(amount) over narrowest_first as inner_amount,
        lag(day_count) over narrowest_first as inner_days

    from report_days

    window narrowest_first as (
        partition by thing, measure, told_on
        order by day_count, from_day desc
    )

),

days_of_wide_reports as (

    select
        *,
        inner_from is null as is_own,
        inner_from >= from_day and inner_to <= to_day as is_inside

    from told_days

    where to_day > from_day

),

days_told_by_days as (

    select
        *,
        case
            when is_own then 0
            -- Of equally wide ranges that cross nobody knows what the one holds of the other.
            when inner_days = day_count then amount / day_count
            when is_inside then case when inner_days = 1 then inner_amount end
            when teller_to = teller_from then teller_amount
        end as told_by_day

    from days_of_wide_reports

),

-- A range's days by what tells them: itself and single days, or another range, of which those inside it count by their sums,
-- those across its ends by their own days. Each range has a part of its own, be it of no days, where others find what it has.
range_days_told as (

    select
        thing,
        measure,
        from_day,
        to_day,
        amount,
        day_count,
        case when told_by_day is not null then from_day when is_inside then inner_from else teller_from end as other_from,
        case when told_by_day is not null then to_day when is_inside then inner_to else teller_to end as other_to,
        is_inside and told_by_day is null as is_inside,
        1 as days,
        case when is_own then 1 else 0 end as own_days,
        told_by_day

    from days_told_by_days

    union all

    select
        thing,
        measure,
        from_day,
        to_day,
        amount,
        {{ days_between('from_day', 'to_day') }} + 1 as day_count,
        from_day as other_from,
        to_day as other_to,
        false as is_inside,
        0 as days,
        0 as own_days,
        {{ as_double('0') }} as told_by_day

    from reports

    where to_day > from_day

),

range_parts as (

    select
        thing,
        measure,
        from_day,
        to_day,
        amount,
        day_count,
        other_from,
        other_to,
        other_from = from_day and other_to = to_day as is_itself,
        is_inside,
        sum(days) as days,
        sum(own_days) as own_days,
        coalesce({{ exact_sum('told_by_day') }}, 0) as told_by_days

    from range_days_told

    group by thing, measure, from_day, to_day, amount, day_count, other_from, other_to, is_inside

),

-- To begin with, others tell as much of a range's sum as of its days.
range_told_0 as (

    select
        *,
        amount - amount * own_days / day_count as told_0

    from range_parts

),

{#- A range's own days share what the others leave of its sum. The first round is right where each range holds at least what is told inside
    it and none crosses another; each more for one more that does not. Windows, not joins: no step is named twice, which Spark would plan twice. #}
{%- set rounds = 4 %}
{% for round in range(1, rounds + 1) %}
range_parts_told_{{ round }} as (

    select
        *,
        case
            when is_itself then told_by_days
            when is_inside then days * max(case when is_itself then greatest(amount, told_{{ round - 1 }}) / day_count end) over of_other
            else days * max(case when is_itself and own_days > 0 then greatest(amount - told_{{ round - 1 }}, 0) / own_days else 0 end) over of_other
        end as part_told_{{ round }}

    from range_told_{{ round - 1 }}

    window of_other as (partition by thing, measure, other_from, other_to)

),

range_told_{{ round }} as (

    select
        *,
        {{ exact_sum('part_told_' ~ round, over='of_range') }} as told_{{ round }}

    from range_parts_told_{{ round }}

    window of_range as (partition by thing, measure, from_day, to_day)

),
{%- endfor %}

day_shares as (

    select
        thing,
        measure,
        from_day,
        to_day,
        case
            when amount = 0 then {{ as_double('1') }} / day_count
            else greatest(1 - told_{{ rounds }} / amount, 0) / nullif(own_days, 0)
        end as share

    from range_told_{{ rounds }}

    where is_itself

),

-- What of a report's sum a day has, and what the days before it.
measure_shares as (

    select
        told_days.thing,
        told_days.measure,
        told_days.from_day,
        told_days.to_day,
        told_days.told_on,
        day_shares.share,
        day_shares.share * (
            row_number() over (
                partition by told_days.thing, told_days.measure, told_days.from_day, told_days.to_day order by told_days.told_on
            ) - 1
        ) as share_before

    from told_days
    inner join day_shares
        on
            told_days.thing = day_shares.thing
            and told_days.measure = day_shares.measure
            and told_days.from_day = day_shares.from_day
            and told_days.to_day = day_shares.to_day

    where
        told_days.to_day > told_days.from_day
        and told_days.from_day = told_days.teller_from
        and told_days.to_day = told_days.teller_to

),

shares as (

    select
        {% for measure in measures %}
        max(case when measure = '{{ measure }}' then share end) as {{ measure }}_share,
        max(case when measure = '{{ measure }}' then share_before end) as {{ measure }}_share_before,
        {% endfor %}
        thing,
        from_day,
        to_day,
        told_on

    from measure_shares

    group by thing, from_day, to_day, told_on

)

select
    told.*,
    {% for measure in measures %}
    {{ as_double('1') }} as {{ measure }}_share,
    {{ as_double('0') }} as {{ measure }}_share_before,
    {% endfor %}
    told.from_day as told_on

from told

where told.to_day = told.from_day or told.from_day is null

union all

select
    told.*,
    {% for measure in measures %}
    shares.{{ measure }}_share,
    shares.{{ measure }}_share_before,
    {% endfor %}
    shares.told_on

from told
inner join shares
    on
        told.thing = shares.thing
        and told.from_day = shares.from_day
        and told.to_day = shares.to_day
{% endmacro %}


{# SQL: the values of the columns that all rows of a window have, as one text.

   columns: their names; window: what `over (…)` holds, '' for all rows. #}
{% macro names_that_all_have(columns, window='') -%}
    {%- for column in columns -%}
        coalesce(case when count(*) over ({{ window }}) = count({{ column }}) over ({{ window }}) then {{ column }} end, ''){{ " || ' / ' || " if not loop.last }}
    {%- else -%}
        ''
    {%- endfor -%}
{%- endmacro %}


{# What of a row's whole count falls on a day of `days_of_ranges`, whole: the days' parts add up to the count.

   count: the column, one of the measures. #}
{% macro count_of_day(count) -%}
    cast(
        floor({{ count }} * ({{ count }}_share_before + {{ count }}_share) + 0.500001) - floor({{ count }} * {{ count }}_share_before + 0.500001) as bigint
    )
{%- endmacro %}
