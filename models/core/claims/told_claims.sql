{#
    One row per claim of a tool by as_of, revenue in the reporting currency, with the tool's rule: what the row itself says, else the lookup
    `claim_rules`. The same claim of a day told by two exports counts once: the one of the best rank stands (lookup `precedence`).
#}

with

run as (

    select as_of from {{ source('raw', '_run') }}

),

rules as (

    select
        tool,
        claim_window,
        claim_model,
        click_days,
        view_days,
        placed_by,
        has_tax,
        has_shipping

    from {{ ref('claim_rules') }}

    where claim_window is not null

),

tool_rules as (

    select
        tool,
        claim_model,
        click_days,
        view_days,
        placed_by,
        has_tax,
        has_shipping

    from {{ ref('claim_rules') }}

    where claim_window is null

),

reported as (

    select
        claims.source,
        claims.export,
        coalesce(claims.tool, claims.source) as tool,
        claims.claimed_on,
        claims.channel,
        coalesce(names.campaign, claims.campaign) as campaign,
        claims.claim,
        case when claims.claim = 'revenue' then claims.amount * {{ rate_of('claims') }} else claims.amount end as amount,
        claims.base,
        case when claims.claim = 'revenue' then claims.viewed * {{ rate_of('claims') }} else claims.viewed end as viewed,
        claims.claim_window,
        coalesce(claims.claim_model, rules.claim_model, tool_rules.claim_model) as claim_model,
        coalesce(claims.click_days, rules.click_days, tool_rules.click_days, {{ var('attribution_window_days') }}) as click_days,
        coalesce(claims.view_days, rules.view_days, tool_rules.view_days, 0) as view_days,
        coalesce(claims.placed_by, rules.placed_by, tool_rules.placed_by, 'conversion') as placed_by,
        coalesce(claims.has_tax, rules.has_tax, tool_rules.has_tax) as has_tax,
        coalesce(claims.has_shipping, rules.has_shipping, tool_rules.has_shipping) as has_shipping,
        coalesce(precedence.rank, 100) as report_rank

    from {{ ref('all_claims') }} as claims
    inner join run
        on claims.claimed_on <= run.as_of
    left join {{ ref('campaign_names') }} as names
        on
            claims.source = names.source
            and claims.campaign = names.alias
    left join {{ ref('exchange_rates') }} as exchange_rates
        on
            claims.currency = exchange_rates.currency
            and claims.claimed_on = exchange_rates.valid_on
    left join rules
        on
            coalesce(claims.tool, claims.source) = rules.tool
            and lower(trim(claims.claim_window)) = lower(rules.claim_window)
    left join tool_rules
        on coalesce(claims.tool, claims.source) = tool_rules.tool
    left join {{ ref('precedence') }} as precedence
        on
            precedence.entity = 'claims'
            and claims.export = precedence.export

),

ranked as (

    select
        *,
        min(report_rank) over (partition by tool, claim, channel, campaign, claimed_on) as best_rank

    from reported

)

select
    source,
    export,
    tool,
    claimed_on,
    channel,
    campaign,
    claim,
    amount,
    base,
    viewed,
    claim_window,
    claim_model,
    cast(click_days as bigint) as click_days,
    cast(view_days as bigint) as view_days,
    placed_by,
    has_tax,
    has_shipping

from ranked

where report_rank = best_rank
