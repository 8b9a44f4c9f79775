{#
    One row per tool, export and reason: rows that count nowhere, since another record of the same thing stands or they contradict
    themselves. Each room says its own; of lines of reports that cannot be, the first is named.
#}

with

rows_set_aside as (

    {% for excluded in [ref('excluded_messages'), ref('excluded_sales'), ref('excluded_traffic'), ref('excluded_people')] %}
    select
        what,
        source,
        export,
        reason,
        row_count,
        amount

    from {{ excluded }}

    union all
    {% endfor %}
    select
        what,
        source,
        export,
        fault as reason,
        count(*) as row_count,
        {{ as_double('null') }} as amount

    from {{ ref('impossible_rows') }}

    group by what, source, export, fault

),

named_rows as (

    select
        what,
        source,
        export,
        fault,
        coalesce(file || ', line ' || {{ dbt.cast('line', 'string') }}, {{ dbt.cast('told_on', 'string') }})
        || coalesce(' (' || item || ')', '') as named,
        row_number() over (
            partition by what, source, export, fault
            order by file, line, told_on, item
        ) as place

    from {{ ref('impossible_rows') }}

),

first_rows as (

    select * from named_rows

    where place = 1

)

select
    rows_set_aside.what,
    rows_set_aside.source,
    rows_set_aside.export,
    rows_set_aside.reason,
    rows_set_aside.row_count,
    first_rows.named as first_row,
    rows_set_aside.amount

from rows_set_aside
left join first_rows
    on
        rows_set_aside.what = first_rows.what
        and rows_set_aside.source = first_rows.source
        and rows_set_aside.export = first_rows.export
        and rows_set_aside.reason = first_rows.fault
