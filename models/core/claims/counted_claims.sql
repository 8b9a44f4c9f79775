{#
    One row per tool, claim, channel, campaign and day of what we count ourselves of what the tool claims to have counted: opens, clicks,
    bounces, unsubscribes, their rates (`amount` over `base`) and sessions, of the same tool's messages, and of the
    website's visits.
#}

with

counted as (
    {% for claim, amount, base in [
        ('opens', 'unique_opens', none), ('clicks', 'unique_clicks', none), ('bounces', 'bounces', none),
        ('unsubscribes', 'unsubscribes', none), ('open_rate', 'unique_opens', 'delivered'), ('click_rate', 'unique_clicks', 'delivered'),
        ('bounce_rate', 'bounces', 'sent'), ('unsubscribe_rate', 'unsubscribes', 'delivered'),
    ] %}
    select
        '{{ claim }}' as claim,
        source,
        sent_on as counted_on,
        channel,
        campaign,
        {{ as_double(amount) }} as amount,
        {{ as_double(base or 'null') }} as base

    from {{ ref('email_performance') }}

    where
        {{ amount }} is not null
        and {{ base or amount }} is not null

    union all
    {% endfor %}
    select
        'sessions' as claim,
        'all' as source,
        session_on as counted_on,
        channel,
        campaign,
        {{ as_double('sessions') }} as amount,
        {{ as_double('null') }} as base

    from {{ ref('web_performance') }}

),

summed as (

    select
        claim,
        source,
        counted_on,
        channel,
        campaign,
        {{ exact_sum('amount') }} as amount,
        {{ exact_sum('base') }} as base

    from counted

    group by claim, source, counted_on, channel, campaign

),

matched as (
    {% for fits in [
        "summed.campaign = scopes.campaign and coalesce(scopes.channel, summed.channel, '') = coalesce(summed.channel, '')",
        'summed.channel = scopes.channel and scopes.campaign is null',
        'scopes.reach = 4',
    ] %}
    select
        summed.*,
        scopes.tool,
        scopes.channel as scope_channel,
        scopes.campaign as scope_campaign,
        scopes.reach

    from summed
    inner join {{ ref('claim_scopes') }} as scopes
        on
            summed.claim = scopes.claim
            and summed.source = scopes.counted_by
            and {{ fits }}

    {{ 'union all' if not loop.last }}
    {% endfor %}
),

narrowest as (

    select
        *,
        row_number() over (
            partition by tool, claim, counted_on, coalesce(channel, ''), coalesce(campaign, '')
            order by reach
        ) as row_rank

    from matched

)

select
    tool,
    claim,
    scope_channel as channel,
    scope_campaign as campaign,
    counted_on,
    {{ exact_sum('amount') }} as amount,
    {{ exact_sum('base') }} as base

from narrowest

where row_rank = 1

group by tool, claim, scope_channel, scope_campaign, counted_on
