#!/usr/bin/env bash
# A folder named like a partition overwrites a column that the file itself holds.
# DuckDB 1.5.6, read_parquet and read_csv. Guessed: the file's own values stand, or an error. Seen: the path's value, in every row, silently.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env && env/bin/pip install --quiet duckdb==1.5.6
env/bin/python - <<'PYTHON'
import os
import duckdb
print("duckdb", duckdb.__version__)
os.makedirs("Quantity=5")
db = duckdb.connect()
db.execute("copy (select * from (values (1, 'mug'), (2, 'pot')) t(Quantity, sku)) to 'Quantity=5/lines.parquet'")
with open("Quantity=5/lines.csv", "w") as file:
    file.write("Quantity,sku\n1,mug\n2,pot\n")
for read in ("read_parquet('Quantity=5/lines.parquet'{})", "read_csv('Quantity=5/lines.csv'{})"):
    guessed = db.execute(f"select Quantity, sku from {read.format('')} order by sku").fetchall()
    told = db.execute(f"select Quantity, sku from {read.format(', hive_partitioning = false')} order by sku").fetchall()
    print(read.split("(")[0], "by default:", guessed, "with hive_partitioning = false:", told)
    assert [row[0] for row in guessed] == [5, 5], "the behaviour has changed"
    assert [row[0] for row in told] == [1, 2]
PYTHON
