with

days as (

    {{ days_of_ranges(
        source('ga4', 'ga4__traffic'), 'session_on', 'last_on',
        of=['channel_group', 'traffic_source', 'medium', 'campaign', 'host', 'country', 'device'],
        measures=['sessions', 'key_events', 'claimed_revenue']
    ) }}

),

told as (

    select
        'ga4' as source,
        'ga4__traffic' as export,
        days.told_on as claimed_on,
        coalesce(traffic_sources.channel, lower(replace(days.channel_group, ' ', '_'))) as channel,
        case when days.campaign not like '(%' then days.campaign end as campaign,
        '{{ var("reporting_currency") }}' as currency,
        days.sessions * days.sessions_share as sessions,
        days.key_events * days.key_events_share as key_events,
        days.claimed_revenue * days.claimed_revenue_share as claimed_revenue

    from days
    left join {{ ref('traffic_sources') }} as traffic_sources
        on
            traffic_sources.source = 'ga4'
            and lower(replace(days.channel_group, ' ', '_')) = traffic_sources.traffic_source

)

{{ claims_of('told', [
    {'claim': 'revenue', 'amount': 'claimed_revenue'},
    {'claim': 'conversions', 'amount': 'key_events'},
    {'claim': 'sessions', 'amount': 'sessions'},
]) }}
