{#
    One row per reported cost and day it is spread over, in the reporting currency at the rate of the day it was booked. A cost of
    several months is spread evenly over their days; days after as_of are unknown. The same cost told by two exports counts once:
    by day, channel, campaign and kind of cost the export of the best rank stands (lookup `precedence`).
#}

with

run as (

    select as_of from {{ source('raw', '_run') }}

),

reported as (

    select
        spend.source,
        spend.export,
        spend.spent_on as booked_on,
        spend.channel,
        coalesce(names.campaign, spend.campaign) as campaign,
        spend.journey,
        spend.cost_type,
        spend.amount * {{ rate_of('spend') }} as amount,
        case
            when spend.months > 0 then cast({{ dbt.dateadd('month', 'cast(spend.months as int)', 'spend.spent_on') }} as date)
            else {{ days_after('spend.spent_on', 1) }}
        end as ends_on,
        coalesce(precedence.rank, 100) as report_rank

    from {{ ref('all_spend') }} as spend
    inner join run
        on spend.spent_on <= run.as_of
    left join {{ ref('exchange_rates') }} as exchange_rates
        on
            spend.currency = exchange_rates.currency
            and spend.spent_on = exchange_rates.valid_on
    left join {{ ref('campaign_names') }} as names
        on
            spend.source = names.source
            and spend.campaign = names.alias
    left join {{ ref('precedence') }} as precedence
        on
            precedence.entity = 'spend'
            and spend.export = precedence.export

),

spread as (

    select
        reported.source,
        reported.export,
        days.date_day as spent_on,
        reported.channel,
        reported.campaign,
        reported.journey,
        reported.cost_type,
        reported.report_rank,
        reported.amount
        / {{ days_between('reported.booked_on', 'reported.ends_on') }} as amount

    from reported
    inner join {{ ref('periods') }} as days
        on
            days.period_grain = 'day'
            and reported.booked_on <= days.date_day
            and reported.ends_on > days.date_day

),

ranked as (

    select
        *,
        min(report_rank) over (partition by spent_on, channel, campaign, cost_type) as best_rank

    from spread

)

select
    source,
    export,
    spent_on,
    channel,
    campaign,
    journey,
    cost_type,
    amount,
    report_rank = best_rank as is_counted

from ranked
