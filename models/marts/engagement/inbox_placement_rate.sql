with

tests as (

    select
        tested_on as kpi_date,
        campaign,
        mailbox_provider,
        case when placement in ('inbox', 'tab') then 1 when placement is not null then 0 end as numerator,
        1 as denominator

    from {{ ref('inbox_tests') }}

)

{{ kpi_rate('tests', slices=['campaign', 'mailbox_provider']) }}
