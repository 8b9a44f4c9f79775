#!/usr/bin/env bash
# One CREATE TABLE is accepted in one file and refused in another, by the same program in the same session.
# DuckDB 1.5.6, USING COMPRESSION. Guessed: a hint is taken, or passed over. Seen: in a file made with storage_version 'latest' it is an error for text, where the older format, still the default, takes it.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env && env/bin/pip install --quiet duckdb==1.5.6
env/bin/python - <<'PYTHON'
import duckdb
print("duckdb", duckdb.__version__)
connection = duckdb.connect()
connection.execute("attach 'usual.duckdb' as usual")
connection.execute("attach 'latest.duckdb' as latest (storage_version 'latest')")
connection.execute("create table usual.texts (x varchar using compression 'dictionary')")
try:
    connection.execute("create table latest.texts (x varchar using compression 'dictionary')")
    refused = ""
except duckdb.BinderException as error:
    refused = str(error)
print("in the usual format: accepted; in the latest:", refused or "accepted")
assert "deprecated" in refused, "the behaviour has changed"
PYTHON
