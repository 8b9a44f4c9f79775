{#
    One row per campaign and channel of its messages: the website's sessions of that channel in `uplift_days` since the first send, beside
    those of the same weekdays before. Their ratio has the 95 % interval of two counts: given their sum, the first is a share of it.
#}

{%- set days = var('uplift_days') %}
{%- set weeks_back = ((days + 6) // 7) * 7 %}

with

campaigns as (

    select
        campaign,
        channel,
        min(sent_on) as first_sent_on

    from {{ ref('email_performance') }}

    where
        campaign is not null
        and sent > 0

    group by campaign, channel

),

measured as (

    select
        min(session_on) as first_day,
        max(session_on) as last_day

    from {{ ref('web_days') }}

),

visits as (

    select
        session_on,
        channel,
        sum(sessions) as sessions

    from {{ ref('web_performance') }}

    where sessions is not null

    group by session_on, channel

),

windows as (

    select
        campaigns.campaign,
        campaigns.channel,
        campaigns.first_sent_on,
        {{ days_after('campaigns.first_sent_on', -weeks_back) }} as before_from,
        {{ days_after('campaigns.first_sent_on', days - weeks_back) }} as before_until,
        {{ days_after('campaigns.first_sent_on', days) }} as since_until

    from campaigns

),

counted as (

    select
        windows.campaign,
        windows.channel,
        windows.first_sent_on,
        windows.since_until <= {{ days_after('measured.last_day', 1) }} as is_complete,
        {{ as_double('sum(case when visits.session_on >= windows.first_sent_on then visits.sessions else 0 end)') }} as sessions_since,
        {{ as_double('sum(case when visits.session_on < windows.before_until then visits.sessions else 0 end)') }} as sessions_before

    from windows
    cross join measured
    left join visits
        on
            windows.channel = visits.channel
            and windows.before_from <= visits.session_on
            and windows.since_until > visits.session_on

    -- Before the website was measured there is nothing to compare with.
    where windows.before_from >= measured.first_day

    group by windows.campaign, windows.channel, windows.first_sent_on, windows.since_until, measured.last_day

),

bounded as (

    select
        *,
        {{ wilson_bound('sessions_since', '(sessions_since + sessions_before)', '-') }} as share_low,
        {{ wilson_bound('sessions_since', '(sessions_since + sessions_before)', '+') }} as share_high

    from counted

)

select
    campaign,
    channel,
    first_sent_on,
    sessions_since,
    sessions_before,
    sessions_since - sessions_before as extra_sessions,
    sessions_since / nullif(sessions_before, 0) as uplift,
    share_low / nullif(1 - share_low, 0) as uplift_low,
    case when sessions_before > 0 then share_high / nullif(1 - share_high, 0) end as uplift_high,
    is_complete,
    case
        when share_low is null then null
        when share_low > 0.5 then 'more'
        -- Until all its days are told it can only become more.
        when not is_complete then null
        when share_high < 0.5 then 'less'
        else 'within noise'
    end as verdict

from bounded
