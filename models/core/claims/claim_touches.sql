{#
    One row per tool and touch of a buyer that the tool may claim a sale by: a touch of ours, or an open where the tool claims by views. It
    belongs to the narrowest of what the tool tells apart. To a tool that
    sends, a click in another claiming tool's message is none of its own; an open is only ever its own tool's.
#}

with

scopes as (

    select
        tool,
        channel as scope_channel,
        campaign as scope_campaign,
        max(reach) as reach,
        max(click_days) as click_days,
        max(view_days) as view_days,
        min(placed_by) as placed_by

    from {{ ref('claim_scopes') }}

    where claim in ('revenue', 'conversions')

    group by tool, channel, campaign

),

tools as (

    select
        tool,
        max(view_days) as view_days

    from scopes

    group by tool

),

-- No row where no tool claims by views: then no open is looked at.
viewers as (

    select max(view_days) as view_days

    from tools

    having max(view_days) > 0

),

buyers as (

    select person_key

    from {{ ref('orders') }}

    where
        is_purchase
        and person_key is not null

    group by person_key

),

candidates as (

    select
        touches.touch_id,
        false as is_view,
        touches.person_key,
        touches.touched_at,
        touches.channel,
        touches.campaign,
        case when touches.touch_type = 'click' then touches.source end as told_by,
        -- The reach of scopes that hold everything.
        cast(4 as bigint) as widest

    from {{ ref('touchpoints') }} as touches
    inner join buyers
        on touches.person_key = buyers.person_key

    union all

    -- Of one message the opens of a moment are one.
    select
        'open:' || activity.source || ':' || activity.message_id || ':' || {{ dbt.cast('activity.occurred_at', 'string') }} as touch_id,
        true as is_view,
        buyers.person_key,
        activity.occurred_at as touched_at,
        max(coalesce(messages.channel, activity.channel, 'email')) as channel,
        max(coalesce(messages.campaign, names.campaign, activity.campaign_id)) as campaign,
        activity.source as told_by,
        cast(4 as bigint) as widest

    from {{ ref('email_activity') }} as activity
    left join {{ ref('email_messages') }} as messages
        on
            activity.source = messages.source
            and activity.message_id = messages.message_id
    left join {{ ref('campaign_names') }} as names
        on
            activity.source = names.source
            and activity.campaign_id = names.alias
    inner join buyers
        on coalesce(activity.person_key, messages.person_key) = buyers.person_key
    cross join viewers

    where
        activity.event_type = 'opened'
        and not activity.is_machine

    group by activity.source, activity.message_id, activity.occurred_at, buyers.person_key

),

matched as (

    select
        candidates.*,
        scopes.*

    from candidates
    inner join scopes
        on candidates.campaign = scopes.scope_campaign

    where coalesce(scopes.scope_channel, candidates.channel) = candidates.channel

    union all

    select
        candidates.*,
        scopes.*

    from candidates
    inner join scopes
        on candidates.channel = scopes.scope_channel

    where scopes.scope_campaign is null

    union all

    select
        candidates.*,
        scopes.*

    from candidates
    inner join scopes
        on candidates.widest = scopes.reach

),

narrowest as (

    select
        matched.*,
        row_number() over (
            partition by matched.tool, matched.touch_id
            order by matched.reach
        ) as row_rank

    from matched
    left join tools
        on matched.told_by = tools.tool

    where
        (
            tools.tool is null
            or tools.tool = matched.tool
            or (not matched.is_view and matched.placed_by <> 'sending')
        )
        and (not matched.is_view or matched.view_days > 0)

),

sendings as (

    select
        tool,
        channel,
        campaign,
        claimed_on

    from {{ ref('told_claims') }}

    where
        claim in ('revenue', 'conversions')
        and placed_by = 'sending'

    group by tool, channel, campaign, claimed_on

),

sent as (

    select
        narrowest.tool,
        narrowest.touch_id,
        max(sendings.claimed_on) as sent_on

    from narrowest
    inner join sendings
        on
            narrowest.tool = sendings.tool
            and coalesce(narrowest.scope_channel, '') = coalesce(sendings.channel, '')
            and coalesce(narrowest.scope_campaign, '') = coalesce(sendings.campaign, '')
            and sendings.claimed_on <= {{ local_date('narrowest.touched_at') }}

    where narrowest.row_rank = 1

    group by narrowest.tool, narrowest.touch_id

)

select
    narrowest.tool,
    narrowest.touch_id,
    narrowest.is_view,
    narrowest.person_key,
    narrowest.touched_at,
    narrowest.channel,
    narrowest.campaign,
    narrowest.scope_channel,
    narrowest.scope_campaign,
    case when narrowest.is_view then narrowest.view_days else narrowest.click_days end as window_days,
    -- The day that the tool places a claim on; NULL: the day of the conversion.
    case
        when narrowest.placed_by <> 'conversion' then coalesce(sent.sent_on, {{ local_date('narrowest.touched_at') }})
    end as placed_on

from narrowest
left join sent
    on
        narrowest.tool = sent.tool
        and narrowest.touch_id = sent.touch_id

where narrowest.row_rank = 1
