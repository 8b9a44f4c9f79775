"""The functions that DuckDB, PostgreSQL and Spark all have, with one meaning."""

from __future__ import annotations

# By sqlglot's names; what it has no name for is refused.
ALLOWED = frozenset(
    {
        # conditions
        "AND", "OR", "CASE", "IF", "COALESCE", "NULLIF", "GREATEST", "LEAST", "EXISTS",
        # numbers
        "ABS", "SQRT", "EXP", "LN", "POWER", "FLOOR", "CEIL",
        # texts
        "TRIM", "LOWER", "UPPER", "LENGTH", "REPLACE", "CONCAT", "SUBSTRING", "MD5",
        # types and times
        "CAST", "EXTRACT",
        # aggregates
        "SUM", "MIN", "MAX", "COUNT", "AVG", "GROUPING", "PERCENTILE_CONT",
        # windows
        "ROW_NUMBER", "RANK", "DENSE_RANK", "FIRST_VALUE", "LAST_VALUE", "LAG", "LEAD",
    }
)  # fmt: skip

# What dbt's macros and our dispatched ones write for PostgreSQL: never by hand, see `source_rules`.
DISPATCHED = frozenset({"TIMESTAMP_TRUNC", "SPLIT_PART", "STR_POSITION", "GROUP_CONCAT", "AT_TIME_ZONE"})
