#!/usr/bin/env bash
# A timestamp text with an offset is cast to a timestamp without applying it.
# DuckDB 1.5.6. Guessed: UTC, as for TIMESTAMPTZ, or a failed cast. Seen: the wall time, the offset gone, also with try_cast.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env && env/bin/pip install --quiet duckdb==1.5.6 pytz==2025.2
env/bin/python - <<'PYTHON'
import duckdb
print("duckdb", duckdb.__version__)
db = duckdb.connect()
db.execute("set timezone = 'UTC'")
text = "2026-03-01T10:00:00+02:00"
plain, zoned = db.execute(
    f"select try_cast('{text}' as timestamp), cast(try_cast('{text}' as timestamptz) as timestamp)"
).fetchone()
print(text, "as timestamp:", plain, "by way of timestamptz:", zoned)
assert plain.hour == 10, "the behaviour has changed"
assert zoned.hour == 8
PYTHON
