"""The SQL that holds a load against its own history: each judgement has a score, and the figures in words.

A difference that chance makes in counts of this size has no score at all, whatever the limit. Chance is taken
from the figures themselves: the median absolute deviation of the last eight comparable days (of one weekday)
or loads, and not less than the root of a count.
"""

from __future__ import annotations

SETTLED_DAYS = 28  # so long may figures of a day grow: sums of clicks, rows that come late
COMPARED = 8  # days or loads of before
_RECENT = 56  # eight weeks
_SURE = 6  # deviations beyond which it is no chance; 4 of a share, whose base is known
_SURE_BELOW = 4
_BURSTY = 5  # times the quietest weekday's median; a weekly newsletter is judged by months alone
_SIGMA = 1.4826  # of a normal distribution: its median absolute deviation as a standard deviation


def state_at(reference: int, published: str) -> str:
    """SQL: what the measured exports were once run `reference` had been accepted."""
    return f"""
        insert into load_then
        select {reference}, export, day, column_name, cell.filled, cell.total, cell.top, cell.words from (
            select export, day, column_name,
                arg_max({{filled: filled, total: total, top: top, words: words}}, run) as cell
            from history.load_cells
            where run in ({published}) and run <= {reference}
                and export in (select distinct export from audit.load_cells)
            group by all
        ) where cell.filled > 0 or (column_name <> '' and cell.filled is not null)
    """


def words_at(reference: int, published: str) -> str:
    """SQL: the same of the currencies."""
    return f"""
        insert into words_then
        select {reference}, export, day, column_name, word, row_count from (
            select export, day, column_name, word, arg_max(row_count, run) as row_count
            from history.load_words
            where run in ({published}) and run <= {reference}
                and export in (select distinct export from audit.load_cells)
            group by all
        ) where row_count > 0
    """


def files_of(last: int) -> str:
    """SQL: what is usual of an export's loads, and what this one is."""
    return f"""
        create or replace temp table load_usual as
        select export, {_beyond("lost_share")} as lost_share, {_beyond("quarantined / nullif(rows_read, 0)")}
            as quarantined
        from (
            select *, row_number() over (partition by export order by run desc) as age
            from history.run_loads where run <= {last}
        ) where age <= {COMPARED} group by export;
        insert into audit.load_files
        select f.source || '__' || f.export, sum(f.rows_read), sum(f.quarantined), null
        from raw._files as f
        left join history.run_files as before
            on before.run = {last} and before.export = f.source || '__' || f.export
                and before.file = f.file and before.sha256 = f.sha256
        where before.file is null and f.source || '__' || f.export in (select export from audit.load_cells)
        group by 1;
        update audit.load_files set lost_share = lost.share
        from ({_LOST_SHARE.format(reference=last)}) as lost
        where lost.export = load_files.export
    """


def _beyond(share: str) -> str:
    """SQL: what is not yet unusual of a share, by its last values."""
    return f"coalesce(median({share}) + {_SURE * _SIGMA} * mad({share}), 0)"


def late(last: int) -> str:
    """SQL: how long ago the newest event of each export was, and the longest wait between loads before."""
    return f"""
        insert into audit.late
        with steps as (
            select export, newest_event, lag(newest_event) over (partition by export order by run) as before,
                row_number() over (partition by export order by run desc) as age
            from history.run_loads where run <= {last}
        ),
        usual as (
            select export, max(date_diff('day', before, newest_event)) as days from steps
            where age <= {COMPARED} and newest_event > before group by export having count(*) >= 3
        )
        select arrivals.export, date_diff('day', newest_event, (select as_of from raw._run)), usual.days
        from audit.arrivals inner join usual using (export)
    """


_LOST_SHARE = """
    select t.export, sum(greatest(t.filled - coalesce(n.filled, 0), 0)) / sum(t.filled) as share
    from load_then as t
    left join audit.load_cells as n on t.export = n.export and t.day = n.day and t.column_name = n.column_name
    where t.column_name = '' and t.reference = {reference} group by 1
"""
# Of each reference, day and column: what it was, and what it is.
_CELLS = """
    cells as (
        select
            t.reference, t.export, t.day, t.column_name, t.filled as filled_then,
            coalesce(n.filled, 0) as filled_now, t.total as total_then, coalesce(n.total, 0) as total_now,
            t.words as words_then, coalesce(n.words, 0) as words_now,
            max(t.day) over (partition by t.reference, t.export) as newest_then
        from load_then as t
        left join audit.load_cells as n
            on t.export = n.export and t.day = n.day and t.column_name = n.column_name
    )
"""
_MONTH = "case when day = date '1970-01-01' then 'rows without a day' else strftime(day, '%Y-%m') end"
_ROWS_LOST = f"""
    insert into audit.judged
    with {_CELLS},
    spans as (
        select reference, export, 'lost_rows' as rule, 'all' as subject, sum(filled_then) as rows_then,
            sum(greatest(filled_then - filled_now, 0)) as lost
        from cells where column_name = '' group by all
        union all
        select reference, export, 'lost_months', {_MONTH}, sum(filled_then),
            sum(filled_then) - least(sum(filled_then), sum(filled_now))
        from cells where column_name = '' group by all
    )
    select
        rule, export, reference, subject,
        lost / rows_then - case when rule = 'lost_rows' then coalesce(load_usual.lost_share, 0) else 0 end,
        case when rule = 'lost_rows'
            then format('{{:,}} of the {{:,}} rows accepted before are gone', lost, rows_then)
            else format('{{}} had {{:,}} rows, of which {{:,}} are gone', subject, rows_then, lost) end
        || format(' ({{:.1f}} %)', 100.0 * lost / rows_then)
    from spans left join load_usual using (export)
    where lost > 2 * sqrt(rows_then)
"""
_DAYS_LOST = f"""
    insert into audit.judged
    with {_CELLS}
    select
        'day_volume', export, reference, cast(day as varchar), filled_then / greatest(filled_now, 1),
        format('{{}} had {{:,}} rows and has {{:,}}', day, filled_then, filled_now)
    from cells
    where column_name = '' and day <> date '1970-01-01' and filled_then - filled_now > 4 * sqrt(filled_then)
"""
_GROWN = f"""
    insert into audit.judged
    with {_CELLS},
    months as (
        select
            reference, export, column_name, {_MONTH} as month,
            sum(case when column_name = '' then filled_then else total_then end) as was,
            sum(case when column_name = '' then filled_now else total_now end) as now,
            sum(filled_then) as rows_then
        from cells
        where (column_name = '' or total_then is not null) and day <= newest_then - {SETTLED_DAYS}
            and day <> date '1970-01-01'
        group by all
    )
    select
        'month_volume', export, reference, month,
        case when now > was then now / was when now > 0 then was / now else 'infinity' end,
        format('{{}} of {{}}: {{}}, was {{}}', case when column_name = '' then 'rows' else column_name end,
            month, {{now}}, {{was}})
    from months
    where rows_then >= 20 and was > 0 and now >= 0 and (column_name <> '' or now > was)
"""
_NUMBER = (
    "case when abs({0}) < 1e15 then format('{{:,}}', cast(round({0}) as bigint))"
    " else cast({0} as varchar) end"
)
_GROWN = _GROWN.replace("{now}", _NUMBER.format("now")).replace("{was}", _NUMBER.format("was"))
# The days since, each against the last eight of its weekday.
_NEW_DAYS = f"""
    insert into audit.judged
    with ends as (
        select r.reference, r.export, max(t.day) as newest_then, min(t.day) as oldest,
            -- What comes after as_of counts nowhere yet: a few rows there make no day of those before whole.
            least(
                (select max(day) from audit.load_cells as n where n.export = r.export),
                (select as_of from raw._run)
            ) as newest_now
        from audit.load_references as r
        inner join load_then as t on t.reference = r.reference and t.export = r.export
        where t.day <> date '1970-01-01' and t.column_name = ''
        group by all
    ),
    names as (
        select distinct export, column_name, data_type from audit.load_cells
        where column_name = '' or data_type = 'bigint'
    ),
    calendar as (
        select reference, export, newest_then, newest_now, cast(unnest(generate_series(
            greatest(oldest, newest_then - {_RECENT + SETTLED_DAYS}), newest_now, interval 1 day
        )) as date) as day
        from ends
    ),
    series as (
        select
            c.*, names.column_name,
            coalesce(case when names.column_name = '' then n.filled else n.total end, 0) as now,
            case when names.column_name = '' then t.filled else t.total end as was
        from calendar as c
        inner join names on c.export = names.export
        left join audit.load_cells as n
            on c.export = n.export and c.day = n.day and names.column_name = n.column_name
        left join load_then as t
            on c.reference = t.reference and c.export = t.export and c.day = t.day
                and names.column_name = t.column_name
    ),
    compared as (
        select
            *,
            median(now) over weekday as usual, mad(now) over weekday as deviation, count(*) over weekday as n,
            mad(ln(greatest(now, 0) + 1)) over weekday as deviation_of_logs,
            -- All but one of the eight, so that one day of another kind is none to go by.
            quantile_disc(now, 0.15) over weekday as low, quantile_disc(now, 0.85) over weekday as high,
            avg(cast(now > 0 as integer)) over recent as density
        from series
        window
            weekday as (
                partition by reference, export, column_name, dayofweek(day) order by day
                rows between {COMPARED} preceding and 1 preceding
            ),
            recent as (
                partition by reference, export, column_name order by day
                rows between {_RECENT} preceding and 1 preceding
            )
    ),
    weeks as (
        select *, max(usual) over week as busiest, min(usual) over week as quietest
        from compared
        window week as (
            partition by reference, export, column_name order by day rows between 6 preceding and current row
        )
    )
    select
        'day_volume', export, reference, cast(day as varchar),
        case when now > usual then now / usual else usual / greatest(now, 1e-9) end,
        format('{{}} of {{}}: {{}}, usually {{}} on that weekday',
            case when column_name = '' then 'rows' else column_name end, day, {{now}}, {{usual}})
    from weeks
    where
        usual > 0 and n = {COMPARED} and density >= 0.9 and busiest <= {_BURSTY} * quietest
        and (was is null or abs(now - was) > 0.2 * was)
        -- The last day may have been exported before its end, and figures of the last two come late.
        and (now > usual or day < newest_now - case when column_name = '' then 0 else 2 end)
        and (now > 1.2 * high or 1.2 * now < low)
        and case
            when now > usual
                then now - usual > {_SURE} * greatest({_SIGMA} * deviation, sqrt(usual), 0.1 * usual)
            -- Below, nothing is farther than nothing: there ratios are compared.
            else usual - now > {_SURE_BELOW} * sqrt(usual)
                and ln((usual + 1) / (now + 1)) > {_SURE_BELOW} * greatest({_SIGMA} * deviation_of_logs, 0.1)
        end
"""
_NEW_DAYS = _NEW_DAYS.replace("{now}", _NUMBER.format("now")).replace("{usual}", _NUMBER.format("usual"))
_EMPTIED = f"""
    insert into audit.judged
    with {_CELLS},
    months as (
        select
            reference, export, column_name, {_MONTH} as month, sum(filled_then) as was, sum(filled_now) as now
        from cells group by all
    ),
    shares as (
        select
            c.*, r.was as rows_then, r.now as rows_now, c.was / r.was as share_then,
            c.now / r.now as share_now
        from months as c
        inner join months as r
            on c.reference = r.reference and c.export = r.export and c.month = r.month and r.column_name = ''
        where c.column_name <> '' and r.now > 0
    )
    select
        'emptied', export, reference, column_name || ' ' || month,
        -- Values are gone. Where rows of another kind came beside them, such as sends beside opens, none is.
        1 - greatest(share_now / share_then, now / was),
        format('{{}} of {{}}: {{:.1f}} % of rows have a value, were {{:.1f}} %', column_name, month,
            100 * share_now, 100 * share_then)
    from shares
    where share_then * rows_now - now > 3 + 3 * sqrt(share_then * rows_now)
"""
_NEW_ROWS = """
    recent as (
        select * from load_then where column_name = '' and day <> date '1970-01-01'
        qualify row_number() over (partition by reference, export order by day desc) <= 8
    ),
    new_days as (
        select r.reference, n.*
        from audit.load_references as r
        inner join audit.load_cells as n on r.export = n.export
        left join load_then as t
            on r.reference = t.reference and n.export = t.export and n.day = t.day and t.column_name = ''
        where t.day is null
    ),
    new_rows as (
        select reference, export, sum(filled) as rows_now, count(*) as days from new_days
        where column_name = '' group by all
    )
"""
_EMPTIED_SINCE = f"""
    insert into audit.judged
    with {_NEW_ROWS},
    usual as (
        select t.reference, t.export, t.column_name,
            least(median(t.filled / r.filled), sum(t.filled) / sum(r.filled)) as share,
            mad(t.filled / r.filled) as deviation
        from load_then as t
        inner join recent as r on t.reference = r.reference and t.export = r.export and t.day = r.day
        where t.column_name <> '' group by all
    ),
    since as (
        select reference, export, column_name, sum(filled) as filled from new_days
        where column_name <> '' and data_type not in ('timestamp', 'date')  -- these come with time
        group by all
    )
    select
        'emptied', export, reference, column_name, share - filled / rows_now,
        format('{{}}: {{:.1f}} % of the {{:,}} rows of new days have a value, usually {{:.1f}} %',
            column_name, 100 * filled / rows_now, rows_now, 100 * share)
    from since
    inner join new_rows using (reference, export)
    inner join usual using (reference, export, column_name)
    where share * rows_now >= 10
        and share - filled / rows_now
            > 4 * sqrt(share * (1 - share) / rows_now) + {_SURE * _SIGMA} * deviation
"""
_QUARANTINED = """
    insert into audit.judged
    select
        'quarantined', export, reference, 'files', quarantined / rows_read - coalesce(usual.quarantined, 0),
        format('{:,} of {:,} rows of new files cannot be read, usually {:.1f} %', load_files.quarantined,
            rows_read, 100 * coalesce(usual.quarantined, 0))
    from audit.load_files
    inner join audit.load_references using (export)
    left join load_usual as usual using (export)
    where load_files.quarantined >= 10 and rows_read > 0
""".replace("quarantined / rows_read -", "load_files.quarantined / rows_read -")
_WORDS = f"""
    insert into audit.judged
    with {_NEW_ROWS},
    counted as (
        select reference, export, column_name, word, sum(row_count) as was from words_then group by all
    ),
    usual as (
        select *, was / sum(was) over (partition by reference, export, column_name) as share from counted
    ),
    spoken as (
        select r.reference, w.export, w.column_name, w.word, 'all rows' as place, sum(w.row_count) as now
        from audit.load_words as w inner join audit.load_references as r on w.export = r.export
        group by all
        union all
        select d.reference, w.export, w.column_name, w.word, 'new days', sum(w.row_count)
        from audit.load_words as w
        inner join new_days as d on w.export = d.export and w.day = d.day and d.column_name = ''
        group by all
    ),
    places as (
        select reference, export, column_name, place, sum(now) as now from spoken group by all
    ),
    missing as (
        select u.*, p.place
        from usual as u
        inner join places as p
            on u.reference = p.reference and u.export = p.export and u.column_name = p.column_name
        left join spoken as s
            on u.reference = s.reference and u.export = s.export and u.column_name = s.column_name
                and u.word = s.word and p.place = s.place
        where s.word is null and u.share * p.now >= 10
    )
    select
        'vocabulary', export, reference, column_name || ' ' || place, sum(share),
        format('{{}}: {{}} no longer stands in {{}}, before in {{:.0f}} % of rows', column_name,
            string_agg(word, ', ' order by word), place, 100 * sum(share))
    from missing group by export, reference, column_name, place
"""
_CAMPAIGNS = f"""
    insert into audit.judged
    with {_CELLS}, {_NEW_ROWS},
    months as (
        select reference, export, column_name, {_MONTH} as place, avg(words_then) as was,
            avg(case when filled_now > 0 then words_now end) as now, 0 as deviation
        from cells where words_then > 0 group by all
        union all
        select
            t.reference, t.export, t.column_name, 'new days', median(t.words), any_value(n.now),
            mad(t.words)
        from load_then as t
        inner join recent as r on t.reference = r.reference and t.export = r.export and t.day = r.day
        inner join (
            select reference, export, column_name, avg(words) as now, sum(filled) / count(*) as filled
            from new_days where words > 0 group by all
        ) as n on t.reference = n.reference and t.export = n.export and t.column_name = n.column_name
        where t.words > 0 group by t.reference, t.export, t.column_name
        having any_value(n.filled) >= median(t.filled) / 2
    )
    select
        'words', export, reference, column_name || ' ' || place, was / now,
        format('{{}} of {{}}: {{:.1f}} different ones a day, were {{:.1f}}', column_name, place, now, was)
    from months where was >= 4 and was - now > 3 * {_SIGMA} * deviation
"""
_LEAPS = """
    insert into audit.judged
    with earlier as (
        select reference, export, column_name, max(top) as top, sum(filled) as filled from load_then
        where top is not null group by all
    )
    select
        'leap', n.export, t.reference, n.column_name, max(n.top) / t.top,
        format('{}: a value of {:g}, the largest before is {:g}', n.column_name, max(n.top), t.top)
    from audit.load_cells as n
    inner join earlier as t on n.export = t.export and n.column_name = t.column_name
    where t.top > 0 and t.filled >= 30 group by n.export, t.reference, n.column_name, t.top
"""
# Needs no history: whatever stands there is no price and no count.
SINGLE_VALUES = """
    insert into audit.judged
    select 'largest_value', export, null, column_name, max(top),
        format('{}: a value of {:g}', column_name, max(top))
    from audit.load_cells where top is not null group by export, column_name
"""
JUDGEMENTS = (
    _ROWS_LOST,
    _DAYS_LOST,
    _GROWN,
    _NEW_DAYS,
    _EMPTIED,
    _EMPTIED_SINCE,
    _QUARANTINED,
    _WORDS,
    _CAMPAIGNS,
    _LEAPS,
)
