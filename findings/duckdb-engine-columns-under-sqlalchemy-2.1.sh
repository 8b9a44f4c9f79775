#!/usr/bin/env bash
# The SQLAlchemy dialect of DuckDB cannot tell the columns of a table under the SQLAlchemy that its requirement lets in.
# duckdb-engine 0.17.0, SQLAlchemy 2.1. Guessed: `inspect(engine).get_columns` works, as under 2.0. Seen: it asks for pg_catalog.pg_collation, which DuckDB has not.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env && env/bin/pip install --quiet duckdb==1.5.6 duckdb-engine==0.17.0 'sqlalchemy==2.1.*'
env/bin/python - <<'PYTHON'
import sqlalchemy
print("SQLAlchemy", sqlalchemy.__version__)
engine = sqlalchemy.create_engine("duckdb:///:memory:")
with engine.connect() as connection:
    connection.execute(sqlalchemy.text("create table t (a integer)"))
    try:
        sqlalchemy.inspect(connection).get_columns("t")
    except sqlalchemy.exc.ProgrammingError as error:
        print(str(error).splitlines()[0])
    else:
        raise SystemExit("the behaviour has changed")
PYTHON
