#!/usr/bin/env bash
# The same sums of the same table differ in their last digits between two runs.
# DuckDB 1.5.6, sum of DOUBLE with two threads. Guessed: the same query on the same data gives the same bits. Seen: only with one thread, or as DECIMAL.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env && env/bin/pip install --quiet duckdb==1.5.6
env/bin/python - <<'PYTHON'
import duckdb
print("duckdb", duckdb.__version__)
db = duckdb.connect()
db.execute("create table amounts as select hash(i) / 1e17 as amount, i % 85 as shop from range(5000000) r(i)")
def sums(threads, expression="amount"):
    db.execute(f"set threads = {threads}")
    return db.execute(f"select sum({expression}) from amounts group by shop order by shop").fetchall()
one, again = sums(1), sums(1)
two = [sums(2) for _ in range(5)]
differ = max(sum(a != b for a, b in zip(one, run)) for run in two)
print(f"{differ} of 85 sums differ between one thread and two; one thread twice: {'equal' if one == again else 'not equal'}")
assert one == again and differ > 0, "the behaviour has changed"
assert sums(1, "cast(amount as decimal(38, 12))") == sums(2, "cast(amount as decimal(38, 12))")
PYTHON
