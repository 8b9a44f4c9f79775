{#
    One row per known person: when the person became what, and where they came from. Customer = the earliest of the contact's own date, own
    purchases and the first paid day of a subscription, at its end; opportunity = of the contact's own date and own opportunities; nothing
    after as_of is known.
#}

with

run as (

    select as_of from {{ source('raw', '_run') }}

),

-- A stage of which no file of an export has the column is not measured by it, nor one that the tool does not know.
stages_told as (

    {{ columns_told(['mql_at', 'sql_at']) }}

),

contacts as (

    select
        {{ person_key('contacts') }} as person_key,
        contacts.source,
        contacts.person_id,
        case when {{ local_date('contacts.lead_at') }} <= run.as_of then contacts.lead_at end as lead_at,
        case when {{ local_date('contacts.mql_at') }} <= run.as_of then contacts.mql_at end as mql_at,
        case when {{ local_date('contacts.sql_at') }} <= run.as_of then contacts.sql_at end as sql_at,
        case when {{ local_date('contacts.opportunity_at') }} <= run.as_of then contacts.opportunity_at end as opportunity_at,
        case when {{ local_date('contacts.customer_at') }} <= run.as_of then contacts.customer_at end as customer_at,
        contacts.channel,
        coalesce(names.campaign, contacts.campaign) as campaign,
        contacts.landing_page,
        contacts.segment,
        case
            when coalesce(contacts.lead_at, contacts.mql_at) is null then null
            when ' ' || contacts.unmeasured_stages || ' ' like '% mql_at %' then 0
            else coalesce(stages_told.tells_mql_at, 1)
        end as tells_mql,
        case
            when coalesce(contacts.lead_at, contacts.mql_at) is null then null
            when ' ' || contacts.unmeasured_stages || ' ' like '% sql_at %' then 0
            else coalesce(stages_told.tells_sql_at, 1)
        end as tells_sql

    from {{ ref('all_contacts') }} as contacts
    cross join run
    left join stages_told
        on contacts.export = stages_told.export
    left join {{ ref('person_ids') }} as person_ids
        on {{ same_identity('contacts') }}
    left join {{ ref('campaign_names') }} as names
        on
            contacts.source = names.source
            and contacts.campaign = names.alias

),

-- A person known twice became each thing on the earliest date any record gives.
dates as (

    select
        person_key,
        min(lead_at) as lead_at,
        min(mql_at) as mql_at,
        min(sql_at) as sql_at,
        min(opportunity_at) as opportunity_at,
        min(customer_at) as customer_at,
        max(tells_mql) as tells_mql,
        max(tells_sql) as tells_sql

    from contacts

    where person_key is not null

    group by person_key

),

-- And came from where the record with the earliest lead date says, column by column.
origins as (

    select distinct
        person_key,
        first_value(channel) over (
            partition by person_key
            order by case when channel is null then 1 else 0 end, coalesce(lead_at, {{ far_future() }}), source, person_id
        ) as channel,
        first_value(campaign) over (
            partition by person_key
            order by case when campaign is null then 1 else 0 end, coalesce(lead_at, {{ far_future() }}), source, person_id
        ) as campaign,
        first_value(landing_page) over (
            partition by person_key
            order by case when landing_page is null then 1 else 0 end, coalesce(lead_at, {{ far_future() }}), source, person_id
        ) as landing_page,
        first_value(segment) over (
            partition by person_key
            order by case when segment is null then 1 else 0 end, coalesce(lead_at, {{ far_future() }}), source, person_id
        ) as segment

    from contacts

    where person_key is not null

),

purchases as (

    select
        person_key,
        min(purchased_at) as customer_at

    from {{ ref('purchases') }}

    group by person_key

),

opportunities as (

    select
        person_key,
        min(created_at) as opportunity_at

    from {{ ref('opportunities') }}

    where person_key is not null

    group by person_key

),

known as (

    select person_key from dates

    union

    select person_key from purchases

    union

    select person_key from {{ ref('first_subscriptions') }}

    union

    select person_key from opportunities

)

select
    known.person_key,
    dates.lead_at,
    dates.mql_at,
    dates.sql_at,
    {{ earliest('dates.opportunity_at', 'opportunities.opportunity_at') }} as opportunity_at,
    {{ earliest(
        'dates.customer_at',
        earliest('purchases.customer_at', 'subscriptions.first_paid_at'),
    ) }} as customer_at,
    origins.channel,
    origins.campaign,
    origins.landing_page,
    origins.segment,
    dates.mql_at is not null or coalesce(dates.tells_mql, 1) = 1 as is_mql_measured,
    dates.sql_at is not null or coalesce(dates.tells_sql, 1) = 1 as is_sql_measured

from known
left join dates
    on known.person_key = dates.person_key
left join origins
    on known.person_key = origins.person_key
left join purchases
    on known.person_key = purchases.person_key
left join {{ ref('first_subscriptions') }} as subscriptions
    on known.person_key = subscriptions.person_key
left join opportunities
    on known.person_key = opportunities.person_key
