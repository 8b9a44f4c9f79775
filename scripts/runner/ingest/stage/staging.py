"""Reads one file into a typed temporary table and says which of its rows are bad, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from runner.errors import CheckFailed, CouldNotRun
from runner.ingest.declare.declarations import Column, Export
from runner.ingest.privacy import pii
from runner.ingest.read.relation import Relation
from runner.ingest.read.sheet_errors import SHEET_ERRORS
from runner.ingest.stage import parsing
from runner.ingest.stage.parsing import Dialect
from runner.ingest.stage.row_rules import FIRST, Match, is_met
from runner.ingest.stage.undecided import settled
from runner.masking import masked, masked_sql
from runner.sql import quoted

STAGED = "temp.door_staged"
SHOWN = 3  # bad rows named in a message
TOTAL = -4  # the code of a row of sums
_IGNORED, _BLANK, _NOTHING, _BROKEN = -1, -2, -3, 30_000
_LEFT_OUT = -10  # and below: by the first rule of leave_out, the second …
_SHOWN_CHARACTERS, _KEPT_CHARACTERS = 80, 2_000
_ADDRESS = r"[^\s@,;:<>()\x22]+@[^\s@,;:<>()\x22]+"


@dataclass(frozen=True)
class BadRow:
    """A row or line that could not be read; `text` is None where it may hold personal data."""

    line: int
    column: str | None
    reason: str
    text: str | None


@dataclass(frozen=True)
class Staged:
    """A file in `temp.door_staged`: c0, c1 … by the export's columns, as far as the file has them.

    Beside them code (0 = good), line where it is not the rowid plus an offset, and the texts of rows of sums.
    """

    relation: Relation
    good: int
    bad: int  # rows of the table that are bad
    left_out: int
    totals: int
    ignored: int  # totals among them
    blank: int

    @property
    def rows_read(self) -> int:
        """Rows of data in the file: good, bad and left out."""
        return self.good + self.quarantined + self.left_out

    @property
    def quarantined(self) -> int:
        """Bad rows and lines."""
        return self.bad + len(self.relation.rejects)

    @property
    def line(self) -> str:
        """The SQL of a row's line over the staged table `s`."""
        return "s.line" if self.relation.line else f"s.rowid + {self.relation.first_line}"


def stage(
    connection: duckdb.DuckDBPyConnection,
    relations: Iterator[Relation],
    export: Export,
    name: str,
    reporting_timezone: str,
) -> Staged:
    """Stage the file in the first way of reading whose count of rows is the expected one.

    Raises CouldNotRun where none is: rows would be lost; CheckFailed where its dates can be read two ways.
    """
    for way in relations:
        try:
            relation, decided = settled(connection, way, export, name)
            query = _select(relation, decided, reporting_timezone)
            connection.execute(f"create or replace temp table door_staged as {query}")
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            raise CouldNotRun(f"{name} could not be read: {str(error).splitlines()[0]}") from None
        except duckdb.Error:
            continue  # this way of reading is no good for the file
        counts = connection.execute(
            f"select count(*), count(*) filter (code = 0), count(*) filter (code > 0),"
            f" count(*) filter (code <= {_LEFT_OUT}), count(*) filter (code = {TOTAL}),"
            f" count(*) filter (code = {_IGNORED}), count(*) filter (code = {_BLANK}),"
            f" count(*) filter (code = {_NOTHING}) from {STAGED}"
        ).fetchone()
        assert counts is not None
        rows, good, bad, left_out, totals, ignored, blank, nothing = counts
        if rows == relation.expected and not nothing:
            _refuse_unequal_twins(connection, relation, name)
            ignored += relation.ignored + totals
            return Staged(relation, good, bad, left_out, totals, ignored, relation.blank + blank)
    raise CouldNotRun(f"{name}: its rows do not add up, some would be lost; please report this file.")


def _refuse_unequal_twins(connection: duckdb.DuckDBPyConnection, relation: Relation, name: str) -> None:
    """Columns of one name are one, unless they differ."""
    for column, twins in relation.twins.items():
        texts = [f"coalesce(trim({text}), '')" for text in twins.values()]
        differ = " or ".join(f"{texts[0]} <> {text}" for text in texts[1:])
        differ = f"({differ}) and not coalesce({relation.repeats_header or 'false'}, false)"
        row = connection.execute(f"select 1 from {relation.rows} where {differ} limit 1").fetchone()
        if row is not None:
            raise CheckFailed(
                f"{name}, line {relation.header_lines}: more than one header means column {column}:"
                f" {' and '.join(twins)}, and their values differ;"
                " remove or rename the one that is not meant."
            )


def check_share(
    connection: duckdb.DuckDBPyConnection, staged: Staged, export: Export, name: str, max_bad_share: float
) -> None:
    """Raise CheckFailed, naming the first bad rows, where more than `max_bad_share` of the rows are bad."""
    if staged.quarantined <= max_bad_share * staged.rows_read:
        return
    rows = connection.execute(f"{bad_rows(staged, export)} order by line limit {SHOWN}").fetchall()
    bad = [*(BadRow(*row) for row in rows), *rejected(staged.relation, export)[:SHOWN]]
    bad.sort(key=lambda row: row.line)
    shown = "; ".join(_sentence(row, staged.relation) for row in bad[:SHOWN])
    more = f"; and {staged.quarantined - SHOWN:,} more" if staged.quarantined > SHOWN else ""
    count = f"{staged.quarantined:,} of {staged.rows_read:,} rows"
    if staged.relation.is_cut_short:
        count = f"more than {staged.quarantined - 1:,} rows"
    raise CheckFailed(
        f"{name}: {count} cannot be read (at most {max_bad_share:.2%} may): {shown}{more};"
        f" mend the file or its declaration at {export.where}, or allow more with --max-bad-share."
    )


def rejected(relation: Relation, export: Export) -> list[BadRow]:
    """The lines that are no records. Where an export has personal data their text is not kept."""
    return [
        BadRow(reject.line, None, reject.reason, None if export.has_pii else masked(reject.text))
        for reject in relation.rejects
    ]


def bad_rows(staged: Staged, export: Export) -> str:
    """The query for the bad rows of the staged table: line, column, reason, text."""
    dialect = Dialect(staged.relation.decimal, "UTC")
    reasons = []
    names = []
    for number, column in enumerate(export.columns):
        names.append(f"when code // 2 = {number + 1} then {quoted(column.name)}")
        shown = "'the text'" if column.is_pii else "'''' || bad_text || ''''"
        reasons.append(
            f"when {_code(number)} then {shown} || {quoted(f' is {parsing.what_it_is(column, dialect)}')}"
        )
        reasons.append(f"when {_code(number) + 1} then 'has no value'")
    return (
        f"select {staged.line} as line, case {' '.join(names)} end as column_name,"
        f" case code {' '.join(reasons)} when {_BROKEN} then bad_text end as reason, row_text as text"
        f" from (select * replace ({_shown(export, 'bad_text')} as bad_text,"
        f" left({_masked(export, 'row_text')}, {_KEPT_CHARACTERS}) as row_text), rowid from {STAGED}) as s"
        " where code > 0"
    )


def left_out(export: Export) -> str:
    """SQL: why a row of the staged table is left out; NULL for any other."""
    cases = [f"when {_LEFT_OUT - at} then {quoted(rule.why)}" for at, rule in enumerate(export.leave_out)]
    return f"case code {' '.join(cases)} end" if cases else "cast(null as varchar)"


def _sentence(row: BadRow, relation: Relation) -> str:
    where = f"{relation.unit} {row.line:,}"
    if row.column is None:
        return f"{where} {row.reason}"
    title = relation.titles.get(row.column, row.column)
    named = f"column {title!r}" if title == row.column else f"column {title!r} ({row.column})"
    return f"{where}, {named}: {row.reason}"


def _code(number: int) -> int:
    """The code of a row whose column `number` cannot be read; the next one is that it has no value."""
    return 2 * (number + 1)


def _select(relation: Relation, export: Export, reporting_timezone: str) -> str:
    """The query that types the rows. Each level names what the next one uses more than once."""
    there = relation.columns(export)
    rules = [(*rule.rows, *rule.unless) for rule in export.leave_out]
    rules += export.totals.rows if export.totals else ()
    needs_first = any(column == FIRST for match in rules for column, _ in match)
    kept = {
        "line": relation.line,
        "is_blank": relation.is_blank,
        "is_repeated": relation.repeats_header,
        "broken": relation.broken,
        FIRST: relation.first if needs_first else None,
    }
    kept = {name: expression for name, expression in kept.items() if expression}
    texts = [f"t{number}" for number, _ in there]

    def dialect(column: Column) -> Dialect:
        decimal = "." if column.name in relation.plain_numbers else relation.decimal
        return parsing.dialect_of(relation, reporting_timezone, decimal)

    query = _over(
        relation.rows,
        *(f"{relation.texts[column.name]} as r{number}" for number, column in there),
        *(f"{expression} as {name}" for name, expression in kept.items()),
    )
    query = _over(
        f"({query})",
        *(f"{_own_text(n, column, there, relation)} as t{n}" for n, column in there),
        *kept,
    )
    query = _over(
        f"({query})",
        *(f"{parsing.value(column, export, f't{n}', dialect(column))} as v{n}" for n, column in there),
        *texts,
        *kept,
    )
    query = _over(
        f"({query})", *(f"{parsing.plausible(column, f'v{n}')} as c{n}" for n, column in there), *texts, *kept
    )
    query = _over(f"({query})", "*", f"cast({_judge(relation, export, there)} as smallint) as code")
    return _over(
        f"({query})",
        *(f"c{number}" for number, _ in there),
        *(["line"] if relation.line else []),
        "code",
        f"case when code > 0 then {_bad_text(relation, there)} end as bad_text",
        f"case when code > 0 then {_row_text(there)} end as row_text",
        *(f"case when code = {TOTAL} then t{number} end as s{number}" for number in _summed(export, there)),
    )


def _own_text(number: int, column: Column, there: Sequence[tuple[int, Column]], relation: Relation) -> str:
    """The trimmed text of a column, NULL where its declaration says that it is not the row's."""
    text = parsing.trimmed(f"r{number}", has_odd_spaces=relation.has_odd_spaces)
    texts = {other.name: f"trim(r{place})" for place, other in there}
    if not column.only_where or not all(name in texts for name, _ in column.only_where):
        return "null" if column.only_where else text
    return f"case when {is_met(texts, column.only_where)} then {text} end"


def _summed(export: Export, there: Sequence[tuple[int, Column]]) -> list[int]:
    """The columns, by place, whose sums the rows of sums tell."""
    return [number for number, column in there if export.totals and export.totals.adds_up(column)]


def summed(staged: Staged, export: Export) -> list[tuple[int, Column]]:
    """The columns of the staged file, with their places, that rows of sums add up: c a value, s a text."""
    there = staged.relation.columns(export)
    places = _summed(export, there)
    return [(number, column) for number, column in there if number in places]


def _over(rows: str, *columns: str) -> str:
    return f"select {', '.join(columns) or '1 as nothing'} from {rows}"


def _judge(relation: Relation, export: Export, there: Sequence[tuple[int, Column]]) -> str:
    cases = []
    if relation.is_blank:
        cases.append(f"when is_blank then {_BLANK}")
    if relation.broken:
        cases.append(f"when broken is not null then {_BROKEN}")
    if relation.repeats_header:
        cases.append(f"when is_repeated then {_IGNORED}")
    numbers = {column.name: number for number, column in there}
    texts = {name: f"t{number}" for name, number in numbers.items()}
    if relation.first:
        texts[FIRST] = f"trim({FIRST})"
    nothing: Match = ()
    # Of a column that the file lacks, no row has a text.
    lacking = {c.name: "''" for rule in export.leave_out for c in export.columns if c.name not in texts}
    rules = [(match, nothing, TOTAL) for match in (export.totals.rows if export.totals else ())]
    rules += [(rule.rows, rule.unless, _LEFT_OUT - at) for at, rule in enumerate(export.leave_out)]
    rules += [(match, nothing, _IGNORED) for match in export.ignore]
    for rows, unless, code in rules:
        known = {**lacking, **texts} if code <= _LEFT_OUT else texts
        if all(column in known for column, _ in (*rows, *unless)):
            cases.append(f"when {is_met(known, rows, unless)} then {code}")
    if relation.may_hide_blank and there:
        cases.append(f"when {' and '.join(f't{number} is null' for number, _ in there)} then {_NOTHING}")
    faults = [fault for number, column in there if (fault := _fault(number, column, export, relation))]
    faults += [
        str(_code(number) + 1)
        for number, column in enumerate(export.columns)
        if column.needs_value and column.name not in numbers
    ]
    otherwise = f"coalesce({', '.join([*faults, '0'])})"
    return f"case {' '.join(cases)} else {otherwise} end" if cases else otherwise


def _fault(number: int, column: Column, export: Export, relation: Relation) -> str | None:
    """The code of what is wrong with a column, NULL where nothing is."""
    missing = str(_code(number) + 1) if column.needs_value else "null"
    is_plain_text = column.data_type == "varchar" and not column.one_of
    if is_plain_text:
        bad = []
        if relation.has_error_cells:
            errors = ", ".join(map(quoted, SHEET_ERRORS))
            bad.append(f"starts_with(t{number}, '#') and list_contains([{errors}], t{number})")
        # All things whose ids were rounded alike would be versions of one.
        if column.is_id and column.name in export.key and parsing.ROUNDED_SIGN in relation.signs:
            bad.append(parsing.is_rounded(f"t{number}"))
        cases = [f"when {test} then {_code(number)}" for test in bad]
        if column.needs_value:
            cases.insert(0, f"when c{number} is null then {missing}")
        return f"case {' '.join(cases)} end" if cases else None
    no_value = parsing.is_no_value(column, export, f"t{number}")
    return (
        f"case when c{number} is null then case when {no_value} then {missing} else {_code(number)} end end"
    )


def _bad_text(relation: Relation, there: Sequence[tuple[int, Column]]) -> str:
    """The text that cannot be read; an address in the wrong column is not shown."""
    cases = [f"when {_code(number)} then t{number}" for number, column in there if not column.is_pii]
    if relation.broken:
        cases.append(f"when {_BROKEN} then broken")
    if not cases:
        return "cast(null as varchar)"
    return f"case code {' '.join(cases)} end"


def _row_text(there: Sequence[tuple[int, Column]]) -> str:
    """The bad row as a JSON object of our columns, personal data hashed."""
    parts = []
    for number, column in there:
        parts += [quoted(column.name), pii.hashed(f"t{number}") if column.is_pii else f"t{number}"]
    return f"cast(json_object({', '.join(parts)}) as varchar)"


def _shown(export: Export, text: str) -> str:
    """A text as messages show it: one short line without personal data."""
    return f"left(regexp_replace({_masked(export, text)}, '[\\r\\n]+', ' ', 'g'), {_SHOWN_CHARACTERS})"


def _masked(export: Export, text: str) -> str:
    if export.has_pii:  # here what is only nearly an address may be one that was mistyped
        text = f"regexp_replace({text}, {quoted(_ADDRESS)}, '(address)', 'g')"
    return masked_sql(text)
