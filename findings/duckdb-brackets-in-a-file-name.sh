#!/usr/bin/env bash
# A file whose name has brackets cannot be named: its neighbour is read.
# DuckDB 1.5.6, read_csv. Guessed: a path that exists is that file. Seen: it is a pattern first, and rows of another file come back.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env && env/bin/pip install --quiet duckdb==1.5.6
env/bin/python - <<'PYTHON'
import duckdb
print("duckdb", duckdb.__version__)
for name, value in (("orders_[1].csv", 100), ("orders_1.csv", 1)):
    with open(name, "w") as file:
        file.write(f"amount\n{value}\n")
rows = duckdb.sql("select amount, filename from read_csv('orders_[1].csv', filename = true)").fetchall()
print("asked for orders_[1].csv (amount 100), read:", rows)
assert len(rows) == 1 and rows[0][0] == 1 and rows[0][1].endswith("orders_1.csv"), "the behaviour has changed"
PYTHON
