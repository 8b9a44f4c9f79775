"""What must not stand in the syntax tree of a compiled model."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from sqlglot import exp, parse_one
from sqlglot.optimizer.scope import Scope, traverse_scope

from portability.functions import ALLOWED, DISPATCHED

# Nodes that DuckDB alone speaks, or that mean different things.
_REFUSED: Mapping[str, tuple[type[exp.Expression], ...]] = {
    "qualify: filter in an outer select": (exp.Qualify,),
    "a lambda or a comprehension": (exp.Lambda, exp.Comprehension),
    "a list, struct or map": (
        exp.Array,
        exp.List,
        exp.Struct,
        exp.Map,
        exp.Bracket,
        exp.Slice,
        exp.Unnest,
        exp.Explode,
    ),
    "try_cast": (exp.TryCast,),
    "the clock: read as_of from raw._run": (
        exp.CurrentDate,
        exp.CurrentTimestamp,
        exp.CurrentTime,
        exp.CurrentDatetime,
    ),
    "a regular expression: engines differ": (
        exp.RegexpLike,
        exp.RegexpReplace,
        exp.RegexpExtract,
        exp.RegexpILike,
    ),
    "ilike: compare lower(x)": (exp.ILike,),
    "integer division by //": (exp.IntDiv,),
    "limit: rows without an order": (exp.Limit, exp.Offset, exp.Fetch),
    "a table by its columns: name them": (exp.Pivot, exp.TableSample, exp.Lateral),
}
# Spark gives a sum of two decimals a digit more than they have, and of more than 38 digits drops places.
_MOST_DIGITS_TO_ADD = 28
_STAR_MODIFIERS = ("except_", "except", "replace", "rename")


def faults_in_tree(sql: str, columns_of: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The rules that a compiled model breaks.

    sql: in PostgreSQL's dialect. columns_of: the columns of each table it may read, by the table's name.
    """
    scopes = _scopes(sql)
    tree = scopes[-1].expression
    for rule, nodes in _REFUSED.items():
        if tree.find(*nodes):
            yield rule
    for function in tree.find_all(exp.Func):
        name = function.name if isinstance(function, exp.Anonymous) else function.sql_name()
        if isinstance(function, exp.Anonymous) or name not in ALLOWED | DISPATCHED:
            yield f"the function {name.lower()}: not on the list of functions that all engines share"
    for group in tree.find_all(exp.Group):
        if group.args.get("all"):
            yield "group by all"
    for distinct in tree.find_all(exp.Distinct):
        if distinct.args.get("on"):
            yield "distinct on: rank and filter"
    for join in tree.find_all(exp.Join):
        if (
            join.args.get("using")
            or join.args.get("method") in ("NATURAL", "ASOF")
            or join.args.get("side") == "ASOF"
        ):
            yield "a join by `using` or by itself: write the condition"
        if join.args.get("kind") in ("SEMI", "ANTI", "POSITIONAL"):
            yield "a semi, anti or positional join"
    for star in tree.find_all(exp.Star):
        if any(star.args.get(modifier) for modifier in _STAR_MODIFIERS):
            yield "a star with exceptions: name the columns"
    for cast in tree.find_all(exp.Cast):
        yield from _wide_decimals(cast)
    for scope in scopes:
        yield from _lateral_aliases(scope, columns_of)


def output_columns(sql: str, columns_of: Mapping[str, Sequence[str]]) -> list[str]:
    """The columns that a compiled model gives, stars resolved by `columns_of`."""
    return _columns(_scopes(sql)[-1], columns_of)


@lru_cache(maxsize=1)
def _scopes(sql: str) -> list[Scope]:
    """The scopes of a model, the outermost last; to read it takes longer than all rules together."""
    return traverse_scope(parse_one(sql, read="postgres"))


def floats_as_text(sql: str, floats: Collection[str]) -> Iterator[str]:
    """The columns named in `floats` that a compiled model casts to text: engines print them differently."""
    for cast in _scopes(sql)[-1].expression.find_all(exp.Cast):
        of = cast.this.unalias()
        if cast.to.this in exp.DataType.TEXT_TYPES and isinstance(of, exp.Column) and of.name in floats:
            yield f"the float {of.name} as text: use number_text"


def ranks_in_output(sql: str) -> Iterator[str]:
    """The columns of a compiled model that are a bare rank: 64 bits on DuckDB and PostgreSQL, 32 on Spark."""
    scope = _scopes(sql)[-1]
    parts = scope.set_operation_scopes if isinstance(scope.expression, exp.SetOperation) else [scope]
    for part in parts:
        for projection in part.expression.selects:
            if not projection.is_star and _is_rank(part, projection.unalias()):
                yield f"the rank {projection.alias_or_name}: cast it to bigint"


def _is_rank(scope: Scope, value: exp.Expression) -> bool:
    """Whether a value is that of a ranking function, followed through sources and conditions."""
    if isinstance(value, exp.Window):
        return isinstance(value.this, (exp.RowNumber, exp.Rank, exp.DenseRank))
    if isinstance(value, exp.Paren):
        return _is_rank(scope, value.this)
    if isinstance(value, exp.Case):
        results = [*(branch.args["true"] for branch in value.args["ifs"]), value.args.get("default")]
        return any(result is not None and _is_rank(scope, result) for result in results)
    if not isinstance(value, exp.Column):
        return False
    for name, (_, source) in scope.selected_sources.items():
        if value.table in ("", name) and isinstance(source, Scope):
            inner = source
            while isinstance(inner.expression, exp.SetOperation):
                inner = inner.set_operation_scopes[0]
            for projection in inner.expression.selects:
                if not projection.is_star and projection.alias_or_name == value.name:
                    return _is_rank(inner, projection.unalias())
    return False


def _wide_decimals(cast: exp.Cast) -> Iterator[str]:
    """A cast to a decimal that loses places where Spark adds it; as a text it is never added."""
    digits, places = ([int(size.name) for size in cast.to.expressions] + [0, 0])[:2]
    to = cast.parent
    is_text = isinstance(to, exp.Cast) and to.to.this in exp.DataType.TEXT_TYPES
    if cast.to.this == exp.DataType.Type.DECIMAL and places and digits > _MOST_DIGITS_TO_ADD and not is_text:
        yield f"a decimal of {digits} digits loses places where Spark adds it: {_MOST_DIGITS_TO_ADD} at most"


def _lateral_aliases(scope: Scope, columns_of: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """References to another column of the same select list, where no source has a column of that name."""
    select = scope.expression
    if not isinstance(select, exp.Select):
        return
    aliases = {projection.alias for projection in select.expressions if isinstance(projection, exp.Alias)}
    of_sources = {
        column for source in scope.selected_sources.values() for column in _columns(source[1], columns_of)
    }
    clauses = [*select.expressions, *(select.args.get(clause) for clause in ("where", "group", "having"))]
    for clause in clauses:
        if clause is None:
            continue
        for column in clause.find_all(exp.Column):
            is_own = column.find_ancestor(exp.Select) is select
            if is_own and not column.table and column.name in aliases and column.name not in of_sources:
                yield f"a lateral alias: {column.name} is a name the same select gives"


def _columns(source: exp.Expression | Scope, columns_of: Mapping[str, Sequence[str]]) -> list[str]:
    if isinstance(source, exp.Table):
        return list(columns_of.get(source.name, ()))
    expression = source.expression
    if isinstance(expression, exp.SetOperation):
        return _columns(source.set_operation_scopes[0], columns_of)
    columns: list[str] = []
    for projection in expression.selects:
        if projection.is_star:
            wanted = projection.table if isinstance(projection, exp.Column) else ""
            for name, (_, inner) in source.selected_sources.items():
                if wanted in ("", name):
                    columns.extend(_columns(inner, columns_of))
        else:
            columns.append(projection.alias_or_name)
    return columns
