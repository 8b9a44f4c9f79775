#!/usr/bin/env bash
# A file of mixed line ends read with a declared line end has no rows, and nothing is rejected.
# DuckDB 1.5.6, read_csv with new_line. Guessed: rows, or an error. Seen: none of three rows, no error, an empty table of rejects.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env && env/bin/pip install --quiet duckdb==1.5.6
env/bin/python - <<'PYTHON'
import duckdb
print("duckdb", duckdb.__version__)
with open("mixed.csv", "wb") as file:
    file.write(b"id,v\n1,a\r\n2,b\n3,c\r\n")
db = duckdb.connect()
read = "from read_csv('mixed.csv', auto_detect = false, header = true, columns = {'id': 'varchar', 'v': 'varchar'}"
rows = db.execute(f"{read}, new_line = '\\r\\n', store_rejects = true)").fetchall()
rejects = db.execute("select count(*) from duckdb_tables() where table_name = 'reject_errors'").fetchone()[0]
rejected = db.execute("select count(*) from reject_errors").fetchone()[0] if rejects else 0
loose = db.execute(f"{read}, new_line = '\\r\\n', strict_mode = false)").fetchall()
print("rows:", rows, "rejected:", rejected, "with strict_mode = false:", loose)
assert rows == [] and rejected == 0, "the behaviour has changed"
assert len(loose) == 3
PYTHON
