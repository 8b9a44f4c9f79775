{#
    One row per tool, export, campaign id, channel and day of which messages or a report tell: who tells, and whether it stands. Messages
    stand beside a report only where they can be the whole of it (`whole_share`); else they are part of what it counts. Of reports the
    smaller rank in the lookup `precedence` stands, then the first name.
#}

with

told as (

    select
        'messages' as teller,
        source,
        export,
        campaign,
        campaign_id,
        channel,
        sent_on,
        count(*) as sent

    from {{ ref('email_messages') }}

    where campaign is not null

    group by source, export, campaign, campaign_id, channel, sent_on

    union all

    select
        'report' as teller,
        source,
        export,
        campaign,
        campaign_id,
        channel,
        sent_on,
        sum(coalesce(sent, delivered)) as sent

    from {{ ref('email_report_lines') }}

    group by source, export, campaign, campaign_id, channel, sent_on

),

-- Which export knows which ids. Two ids that one of them knows are two campaigns; two exports may have ids of their own for one.
known_ids as (

    select
        known.source,
        known.export,
        known.campaign_id

    from (

        select
            source,
            export,
            campaign_id

        from told

        union

        select
            source,
            export,
            campaign_id

        from {{ ref('all_campaigns') }}

    ) as known
    inner join {{ ref('campaigns') }} as campaigns
        on
            known.source = campaigns.source
            and known.campaign_id = campaigns.alias

    where campaigns.is_id

),

names as (

    select
        source,
        campaign,
        channel,
        count(distinct campaign_id) as ids

    from told

    group by source, campaign, channel

),

-- Names under which two campaigns sent on one day, or all of whose campaigns one export knows: there the id says which is which,
-- elsewhere name and day do.
shared_names as (

    select
        known.source,
        known.campaign,
        known.channel

    from (

        select
            told.source,
            told.campaign,
            told.channel,
            known_ids.export,
            count(distinct told.campaign_id) as ids

        from told
        inner join known_ids
            on
                told.source = known_ids.source
                and told.campaign_id = known_ids.campaign_id

        group by told.source, told.campaign, told.channel, known_ids.export

    ) as known
    inner join names
        on
            known.source = names.source
            and known.campaign = names.campaign
            and known.channel = names.channel

    where
        known.ids = names.ids
        and known.ids > 1

    union

    select
        same_day.source,
        same_day.campaign,
        same_day.channel

    from (

        select
            told.source,
            told.campaign,
            told.channel

        from told
        inner join known_ids
            on
                told.source = known_ids.source
                and told.campaign_id = known_ids.campaign_id

        group by told.source, told.campaign, told.channel, told.sent_on, known_ids.export

        having count(distinct told.campaign_id) > 1

    ) as same_day

),

ranks as (

    select
        export,
        rank

    from {{ ref('precedence') }}

    where entity = 'email_stats'

),

keyed as (

    select
        told.*,
        case when shared_names.source is null then told.campaign else told.campaign_id end as campaign_key,
        coalesce(ranks.rank, 100) as report_rank

    from told
    left join shared_names
        on
            told.source = shared_names.source
            and told.campaign = shared_names.campaign
            and told.channel = shared_names.channel
    left join ranks
        on told.export = ranks.export

),

ranked as (

    select
        *,
        dense_rank() over (
            partition by teller, source, campaign_key, channel, sent_on
            order by report_rank, export
        ) as place

    from keyed

),

-- A report's day holds all that is sent until its next: a sending may go on past midnight.
spans as (

    select
        source,
        campaign_key,
        channel,
        sent_on,
        sum(sent) as sent,
        lead(sent_on) over (
            partition by source, campaign_key, channel
            order by sent_on
        ) as next_on

    from ranked

    where
        teller = 'report'
        and place = 1

    group by source, campaign_key, channel, sent_on

),

days_of_messages as (

    select
        source,
        campaign_key,
        channel,
        sent_on,
        sum(sent) as sent

    from keyed

    where teller = 'messages'

    group by source, campaign_key, channel, sent_on

),

judged_spans as (

    select
        spans.source,
        spans.campaign_key,
        spans.channel,
        spans.sent_on,
        spans.next_on,
        coalesce(sum(days.sent) >= {{ var('whole_share') }} * coalesce(spans.sent, 0), false) as is_whole

    from spans
    left join days_of_messages as days
        on
            spans.source = days.source
            and spans.campaign_key = days.campaign_key
            and spans.channel = days.channel
            and spans.sent_on <= days.sent_on
            and days.sent_on < coalesce(spans.next_on, {{ far_future_date() }})

    group by spans.source, spans.campaign_key, spans.channel, spans.sent_on, spans.next_on, spans.sent

)

select
    ranked.teller,
    ranked.source,
    ranked.export,
    ranked.campaign_id,
    ranked.channel,
    ranked.sent_on,
    case
        when ranked.teller = 'messages' then coalesce(spans.is_whole, true)
        else ranked.place = 1 and not spans.is_whole
    end as is_counted

from ranked
left join judged_spans as spans
    on
        ranked.source = spans.source
        and ranked.campaign_key = spans.campaign_key
        and ranked.channel = spans.channel
        and ranked.sent_on >= spans.sent_on
        and ranked.sent_on < coalesce(spans.next_on, {{ far_future_date() }})
