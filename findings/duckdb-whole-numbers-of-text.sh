#!/usr/bin/env bash
# Text that is no whole number is cast to one: fractions are rounded, hexadecimals and underscores read.
# DuckDB 1.5.6, try_cast to BIGINT. Guessed: NULL for 1.5, as in PostgreSQL an error. Seen: 2, and an article number 0x1A or 1_000 becomes a quantity.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env && env/bin/pip install --quiet duckdb==1.5.6
env/bin/python - <<'PYTHON'
import duckdb
print("duckdb", duckdb.__version__)
seen = {text: duckdb.sql(f"select try_cast('{text}' as bigint)").fetchone()[0] for text in ("1.5", "2.5", "1e3", "1_000", "0x1A")}
print(seen)
assert seen == {"1.5": 2, "2.5": 3, "1e3": 1000, "1_000": 1000, "0x1A": 26}, "the behaviour has changed"
PYTHON
