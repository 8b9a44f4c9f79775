#!/usr/bin/env bash
# A query taken apart and put together again is another one: its cross join has become a comma.
# DuckDB 1.5.6, json_serialize_sql and json_deserialize_sql. Guessed: the same query. Seen: a comma binds less than the LEFT JOIN behind it, and DuckDB refuses its own text.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env && env/bin/pip install --quiet duckdb==1.5.6
env/bin/python - <<'PYTHON'
import duckdb
print("duckdb", duckdb.__version__)
db = duckdb.connect()
db.execute("create table a (x int); create table b (y int); create table c (x int, y int)")
query = "select a.x, b.y, c.x as z from a cross join b left join c on a.x = c.x and b.y = c.y"
print("the query:", db.execute(query).fetchall())
text = db.execute(f"select json_deserialize_sql(json_serialize_sql('{query}'))").fetchone()[0]
print("its text:", text)
try:
    db.execute(text)
except duckdb.Error as error:
    print("its text, run:", str(error).splitlines()[0])
else:
    raise SystemExit("the behaviour has changed")
PYTHON
