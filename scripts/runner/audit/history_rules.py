"""What is held for a person's word: loads and complete periods that are far from what was accepted before."""

from __future__ import annotations

from runner.audit.limits import Limits
from runner.audit.rule import Rule
from runner.sql import literal

ACCEPTED = "accepted: "
_WORD = "where it is right: --accept {what} REASON"
# Whether a person's word covers the export of a row.
_COVERED = "judged.export in (select export from audit.accepted_exports)"


def load_rules(limits: Limits, *, has_words: bool = False) -> tuple[Rule, ...]:
    """What is expected of an export that has changed, by its history.

    has_words: a person has accepted something, and each rule has a twin that tells what.
    """
    shares = {
        "lost_rows": ("an export keeps the rows accepted before", "most_lost_rows", limits.most_lost_rows),
        "lost_months": ("a month keeps the rows accepted before", "most_moved", limits.most_moved),
        "day_volume": ("a day has as many rows as such days have", "most_times", limits.most_times),
        "month_volume": ("a month stays in size once it is accepted", "most_times", limits.most_times),
        "emptied": ("a column keeps its values", "most_emptied", limits.most_emptied),
        "quarantined": ("new files are as readable as usual", "most_quarantined", limits.most_quarantined),
        "vocabulary": ("the currencies stay the same", "most_emptied", limits.most_emptied),
        "words": ("campaigns stay as manifold as they are", "most_times", limits.most_times),
        "leap": ("a single value is of the size of others", "most_leap", limits.most_leap),
        "largest_value": ("a single value is no more than it can be", "largest_value", limits.largest_value),
    }
    return tuple(
        rule
        for name, (says, setting, limit) in shares.items()
        if limit is not None
        for rule in _pair(name, f"{says} (setting {setting}: {limit:g})", limit)[: 1 + has_words]
    )


def late_rule(limits: Limits) -> tuple[Rule, ...]:
    """A warning of exports that are later than they ever were."""
    if limits.most_times is None:
        return ()
    return (
        Rule(
            f"an export comes as often as usual (setting most_times: {limits.most_times:g})",
            "select export, late_days, usual_days from audit.late"
            f" where late_days > 7 and late_days > {limits.most_times!r} * usual_days and export in"
            " (select export from {batch})",
            stops=False,
        ),
    )


def _pair(name: str, says: str, limit: float) -> tuple[Rule, Rule]:
    """The rule, and the warning of what a person has accepted of it."""
    # An export is held where it is far from every state that was accepted. What is told is told of the last.
    subjects = "count(distinct subject) filter (where is_last)"
    found = (
        "select judged.export || ': ' || arg_max(told, (is_last, score, subject))"
        f" || case when {subjects} > 1 then ' and ' || ({subjects} - 1) || ' more' else '' end as found,"
        " judged.export as _about"
        " from (select *, reference is not distinct from max(reference) over (partition by rule, export)"
        " as is_last from {{batch}}) as judged"
        f" where rule = '{name}' and (score >= {literal(limit)} or isnan(score)) and {{covered}} {_COVERED}"
        " group by judged.export having count(reference) = 0 or count(distinct reference) >="
        " (select count(*) from audit.load_references as r where r.export = judged.export)"
        " order by judged.export"
    )
    return (
        Rule(f"{says}; {_WORD.format(what='EXPORT')}", found.format(covered="not")),
        Rule(f"{ACCEPTED}{says}", found.format(covered=""), stops=False),
    )


def moved_rules(limits: Limits, *, has_words: bool = False) -> tuple[Rule, ...]:
    """What is expected of the complete periods that were published before."""
    pairs = [_moved_pair("no complete period that was published is lost", "is_lost and not is_as_before")]
    if limits.most_moved is not None:
        pairs.append(
            _moved_pair(
                f"a complete period stays as it was published (setting most_moved: {limits.most_moved:g})",
                f"not is_lost and change > {literal(limits.most_moved)} and not is_as_before",
            )
        )
    return tuple(rule for pair in pairs for rule in pair[: 1 + has_words])


def _moved_pair(says: str, is_found: str) -> tuple[Rule, Rule]:
    found = (
        "select kpi || ': ' || arg_max(told, change) || case when count(*) > 1"
        " then ' and ' || (count(*) - 1) || ' periods more' else '' end || since as found, kpi as _about"
        f" from (select * from {{{{batch}}}}) as moved where {is_found} and {{accepted}} accepted"
        " group by kpi, since order by max(change) desc, kpi"
    )
    return (
        Rule(f"{says}; {_WORD.format(what='KPI')}, or of the export behind it", found.format(accepted="not")),
        Rule(f"{ACCEPTED}{says}", found.format(accepted=""), stops=False),
    )
