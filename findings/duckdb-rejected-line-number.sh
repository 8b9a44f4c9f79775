#!/usr/bin/env bash
# The line number of a rejected row counts records, not lines.
# DuckDB 1.5.6, store_rejects. Guessed: the line in the file. Seen: a cell of three lines before it makes the number two too small.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env && env/bin/pip install --quiet duckdb==1.5.6
env/bin/python - <<'PYTHON'
import duckdb
print("duckdb", duckdb.__version__)
with open("notes.csv", "w") as file:
    file.write('id,note\n1,"first\nsecond\nthird"\n2\n3,short\n')
db = duckdb.connect()
db.execute(
    "select * from read_csv('notes.csv', auto_detect = false, header = true, quote = '\"',"
    " columns = {'id': 'varchar', 'note': 'varchar'}, store_rejects = true)"
).fetchall()
line, text = db.execute("select line, csv_line from reject_errors").fetchone()
print(f"the record {text!r} stands on line 5 of the file; reject_errors says line {line}")
assert (line, text) == (3, "2"), "the behaviour has changed"
PYTHON
