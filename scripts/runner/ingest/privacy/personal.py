"""What looks like an address, a card, an IP address or a phone number in any text, and what is kept.

Columns that are declared personal are hashed whole (pii.py). Everything else is looked at here: in a text
what looks personal is replaced by its kind, an id that is an address is hashed as one, and of a link's
query string only the parameters that are allowed stay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from runner.ingest.declare.declarations import Column, Export
from runner.ingest.privacy import pii
from runner.ingest.stage.staging import STAGED, Staged
from runner.masking import masked_sql
from runner.sql import quoted

PERSONAL, QUERY = "personal data", "query string"
# Anything that a kind of masking.py begins with or needs, and links with a query.
_SUSPICIOUS = r"@|%(?:25)*40|(?:\d[ ().+/-]{0,2}){9}|\d\.\d+\.\d+\.\d|:[0-9A-Fa-f]*:[0-9A-Fa-f]*:|[?#]"
_LINK = r"(?:[A-Za-z][A-Za-z0-9+.-]*://[^\s?]*\?|[^\s?=]*/[^\s?=]*\?[^?]*=)"
_SHORTEST = 6  # of a text that can hold anything personal: a@b.de


@dataclass(frozen=True)
class Masked:
    """Cells of one column of a file that are not kept as they stand: what of them is not, and how many."""

    column: str
    what: str
    cells: int


def mask_texts(
    connection: duckdb.DuckDBPyConnection, export: Export, staged: Staged, kept_parameters: Sequence[str]
) -> tuple[Mapping[int, str], tuple[Masked, ...]]:
    """Find what is personal in the good rows of the staged file.

    Returns by place of a column the temporary table of its texts (`text`) with what is kept of each (`kept`),
    and the counts. A text stays another than every other: where one is masked a part of its hash follows it.
    """
    columns = [(place, column) for place, column in staged.relation.columns(export) if _is_text(column)]
    if not columns:
        return {}, ()
    tables: dict[int, str] = {}
    counts: list[Masked] = []
    for place, column in _suspicious(connection, columns):
        table = f"door_masked_{place}"
        connection.execute(
            f"create or replace temp table {table} as {_kept(export, column, place, kept_parameters)}"
        )
        rows = connection.execute(
            f"select m.what, count(*) from {STAGED} as s inner join temp.{table} as m on m.text = s.c{place}"
            " where s.code = 0 group by 1 order by 1"
        ).fetchall()
        if rows:
            tables[place] = f"temp.{table}"
            counts += [Masked(column.name, what, cells) for what, cells in rows]
    return tables, tuple(counts)


def _suspicious(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[tuple[int, Column]]
) -> list[tuple[int, Column]]:
    """Those of the columns, with their places, of which a text may have to be masked."""
    ids = [f"c{place}" for place, column in columns if _is_id(column)]
    if ids:
        # Nearly always none of them is: those of a row are looked at as one text, in a third of the time.
        rows = f"(select *, concat({', '.join(ids)}) as ids from {STAGED})"
        if not any(_are_any(connection, [_has_sign("ids"), *map(_has_number_sign, ids)], rows)):
            columns = [(place, column) for place, column in columns if not _is_id(column)]
    found = _are_any(connection, [_is_suspicious(column, f"c{place}") for place, column in columns], STAGED)
    return [pair for pair, is_found in zip(columns, found, strict=True) if is_found]


def _are_any(connection: duckdb.DuckDBPyConnection, conditions: Sequence[str], rows: str) -> tuple[bool, ...]:
    """Of each condition whether a good row meets it."""
    if not conditions:
        return ()
    told = ", ".join(f"coalesce(bool_or({condition}), false)" for condition in conditions)
    found = connection.execute(f"select {told} from {rows} where code = 0").fetchone()
    assert found is not None
    return found


def _has_sign(text: str) -> str:
    """SQL: an id holds a sign of an address, a phone number in brackets or an IP address of six."""
    return " or ".join(f"contains({text}, '{sign}')" for sign in "@%(:")


def _has_number_sign(text: str) -> str:
    """SQL: an id may be a phone number or an IP address. Digits, points and + come before the colon."""
    return f"case when {text} < ':' then starts_with({text}, '+') or contains({text}, '.') end"


def _is_text(column: Column) -> bool:
    return column.data_type == "varchar" and not column.is_pii and not column.one_of


def _is_id(column: Column) -> bool:
    """Whether a column names things: its values are joined on, and plain digits in it are no card."""
    return re.search(r"(?:^|_)ids?$", column.name) is not None


def _is_suspicious(column: Column, text: str) -> str:
    """Quick SQL: the text may have to be masked."""
    if _is_id(column):  # most are plain: no regular expression meets them
        return f"{_has_sign(text)} or {_has_number_sign(text)}"
    matches = f"regexp_matches({text}, {quoted(_SUSPICIOUS)})"
    # In a CASE, unlike in a plain AND, short texts do not meet it.
    return f"case when strlen({text}) >= {_SHORTEST} then {matches} end"


def _kept(export: Export, column: Column, place: int, kept_parameters: Sequence[str]) -> str:
    """The query for the column's texts that are not kept as they are: text, kept, what."""
    texts = (
        f"select distinct c{place} as text from {STAGED}"
        f" where code = 0 and ({_is_suspicious(column, f'c{place}')})"
    )
    if _is_id(column):
        # As one that stands in a column of addresses, so that it is joined with it.
        return (
            f"select text, {pii.hashed('text')} as kept, '{PERSONAL}' as what from ({texts})"
            f" where {masked_sql('text', phones_in='+')} <> text"
        )
    bare = _without_query("text", kept_parameters)
    # After a link it is a fragment, and after its query, so that whoever cuts off either has the page.
    in_link = "case when contains(masked, '?') then '#' else '?#' end"
    sign = f"case when {_is_link('text')} then {in_link} else ' #' end"
    kept = f"masked || {sign} || left({pii.hashed('text')}, 8)"
    if column.name not in export.key or export.repeated == "sum":
        # A page is the same page whoever looks at it; other texts stay different, as those of a key must
        # whose rows would not add up.
        kept = f"case when masked = bare or {_is_link('text')} then masked else {kept} end"
    return (
        f"select text, {kept} as kept, case when masked = bare then '{QUERY}' else '{PERSONAL}' end as what"
        f" from (select *, {masked_sql('bare')} as masked from (select text, {bare} as bare from ({texts})))"
        " where masked <> text"
    )


def _is_link(text: str) -> str:
    return f"regexp_matches({text}, '^(?:[A-Za-z][A-Za-z0-9+.-]*://|/|[^ ]*[.][a-z]+/)')"


def _without_query(text: str, kept_parameters: Sequence[str]) -> str:
    """SQL: a link without its fragment's values, of its parameters the allowed ones; other text as it is."""
    names = "|".join(re.escape(name).replace(r"\*", ".*") for name in kept_parameters) or "[^\\s\\S]"
    bare = f"split_part({text}, '?', 1)"
    query = f"split_part(substr({text}, length({bare}) + 2), '#', 1)"
    parts = (
        f"list_filter(regexp_split_to_array({query}, '[&;]'),"
        f" lambda part: regexp_full_match(split_part(part, '=', 1), {quoted(names)}))"
    )
    kept = f"{bare} || case when len({parts}) > 0 then '?' || array_to_string({parts}, '&') else '' end"
    no_fragment = f"regexp_replace({text}, '#[^#]*=.*$', '')"
    return (
        f"case when regexp_matches({text}, {quoted(f'^{_LINK}')}) then {kept}"
        f" when {_is_link(text)} then {no_fragment} else {text} end"
    )
