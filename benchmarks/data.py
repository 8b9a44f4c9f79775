"""Writes a made-up company's exports in the project's own layout, of any size, in bounded memory.

Of `events` e-mail events there are a fifth in messages' sends, and orders, visits and touches in proportion.
Nothing is random: a number's hash stands for a draw, so that a day more is the same company a day later.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

FIRST_DAY = "2025-01-01"
DAYS = 365
MORE_SHARE = 0.01  # of the rows, what comes later
MORE_DAYS = 4  # in which it does

# A draw from 0 up to below `of`, by what it is for.
_MACROS = """
create macro draw(what, i, of) as cast(hash(what || i) % of as bigint);
create macro moment(i, total) as
    timestamp '{first_day}' + to_seconds(cast(i * {days} * 86400.0 / total as bigint));
create macro address(person) as 'person' || person || '@mail' || (person % 9) || '.example';
create macro channel_of(i) as
    ['paid_search', 'organic_search', 'email', 'direct', 'paid_social', 'referral']
    [1 + draw('channel', i, 6)];
create macro campaign_of(i) as
    case when draw('has campaign', i, 3) > 0 then 'c' || draw('campaign', i, 60) end;
"""

# Of each table: its rows per e-mail event, and its query over the numbers of {first} to {last}.
_TABLES = {
    "campaigns": (
        None,
        """
        select
            'c' || i as campaign_id, 'Campaign ' || i as campaign_name, 'email' as channel,
            ['one_off', 'automated'][1 + i % 2] as campaign_type,
            case when i % 2 = 1 then 'welcome' end as journey, null as segment
        from range(60) as t (i)
        """,
    ),
    "contacts": (
        0.03,
        """
        select
            'p' || i as person_id, address(i) as email, moment(i, {total}) as lead_at,
            case when i % 3 = 0 then moment(i, {total}) + interval 2 day end as mql_at,
            case when i % 9 = 0 then moment(i, {total}) + interval 5 day end as sql_at,
            null as opportunity_at,
            case when i % 12 = 0 then moment(i, {total}) + interval 9 day end as customer_at,
            channel_of(i) as channel, campaign_of(i) as campaign, '/page' || i % 12 as landing_page,
            ['new', 'loyal', 'lapsed'][1 + i % 3] as segment
        from range({first}, {last}) as t (i)
        """,
    ),
    "lead_scores": (
        0.06,
        """
        select
            'p' || i // 2 as person_id, address(i // 2) as email,
            ['fit', 'interest'][1 + i % 2] as score_model,
            draw('score', i, 101) as score, moment(i, {total}) + interval 1 day as scored_at
        from range({first}, {last}) as t (i)
        """,
    ),
    "email_events": (
        1.6,  # more than a third of the numbers are opens and clicks that did not happen
        """
        select
            'e' || i as event_id, kind as event_type, 'm' || message as message_id, address(person) as email,
            'p' || person as person_id, 'email' as channel, 'c' || campaign as campaign_id,
            ['new', 'loyal', 'lapsed'][1 + person % 3] as segment,
            'Subject number ' || campaign || ', with a few more words' as subject,
            ['A', 'B'][1 + message % 2] as variant, campaign % 2 = 0 as is_personalized,
            moment(message * 5, {total}) + to_seconds(i % 5 * (40 + draw('later', i, 30000))) as occurred_at,
            case when kind = 'bounced' then ['hard', 'soft'][1 + message % 2] end as bounce_type,
            case when kind = 'opened' then draw('machine', i, 4) = 0 end as is_machine
        from (
            select
                i, i // 5 as message,
                draw('person', i // 5, {people}) as person, draw('campaign', i // 5000, 60) as campaign,
                case
                    when i % 5 = 1 and draw('bounce', i // 5, 40) = 0 then 'bounced'
                    else ['sent', 'delivered', 'opened', 'clicked', 'opened'][1 + i % 5]
                end as kind
            from range({first}, {last}) as t (i)
        )
        where
            kind not in ('opened', 'clicked')
            or (
                draw('bounce', i // 5, 40) > 0
                and draw(kind, i, case when kind = 'opened' then 2 else 6 end) = 0
            )
        """,
    ),
    "orders": (
        0.05,
        """
        select
            'o' || i as order_id, address(person) as email, 'p' || person as person_id,
            moment(i, {total}) as ordered_at, case when i % 50 = 0 then 'cancelled' else 'paid' end as status,
            'EUR' as currency, 24.0 + i % 900 as gross, 0.0 as discount, 4.0 as tax, 0.0 as shipping,
            0.0 as refunded, 'product' as stream, channel_of(i) as channel, campaign_of(i) as campaign,
            ['new', 'loyal', 'lapsed'][1 + person % 3] as segment
        from (select i, draw('buyer', i, {people}) as person from range({first}, {last}) as t (i))
        """,
    ),
    "sessions": (
        0.15,
        """
        select
            's' || i as session_id, null as visitor_id,
            case when i % 4 = 0 then address(draw('visitor', i, {people})) end as email, null as person_id,
            moment(i, {total}) as started_at, channel_of(i) as channel,
            'source' || draw('source', i, 8) as source, 'medium' || draw('medium', i, 5) as medium,
            campaign_of(i) as campaign, '/page' || i % 12 as landing_page, null as content,
            1 + draw('views', i, 6) as page_views, 5.0 + draw('seconds', i, 300) as engaged_seconds,
            draw('engaged', i, 2) = 0 as is_engaged, draw('converted', i, 30) = 0 as is_converted
        from range({first}, {last}) as t (i)
        """,
    ),
    "touchpoints": (
        0.05,
        """
        select
            't' || i as touch_id, address(draw('touched', i, {people})) as email, null as person_id,
            moment(i, {total}) as touched_at, channel_of(i) as channel, campaign_of(i) as campaign,
            null as journey
        from range({first}, {last}) as t (i)
        """,
    ),
}


def write_exports(folder: Path, events: int, *, later: bool = False) -> None:
    """Write the exports of a year of `events` e-mail events; later: what comes after it, in files beside."""
    (folder / "generic").mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(_MACROS.format(first_day=FIRST_DAY, days=DAYS))
        for table, (share, query) in _TABLES.items():
            if share is None and later:
                continue
            total = int(events * (share or 0))
            first, last = (total, total + int(total * MORE_SHARE)) if later else (0, total)
            sql = query.format(first=first, last=last, total=max(total, 1), people=max(int(events * 0.03), 1))
            path = folder / "generic" / f"{table}{'_2' if later else '_1'}.csv"
            connection.execute(f"copy ({sql}) to '{path}' (header, timestampformat '%Y-%m-%dT%H:%M:%S')")
