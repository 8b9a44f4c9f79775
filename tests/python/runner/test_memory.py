"""DuckDB keeps to the memory it is given, in the door, in dbt and in publishing, and spills to the output."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from builds import ROOT

from runner.cli.arguments import read_arguments
from runner.errors import UsageError
from runner.memory import is_limit, usual_limit
from runner.storage import Storage
from runner.targets import open_target


def test_the_usual_limit_is_a_size() -> None:
    assert is_limit(usual_limit())


@pytest.mark.parametrize(
    ("text", "is_size"), [("4GB", True), ("300MiB", True), ("-1", False), ("much", False)]
)
def test_what_is_no_size_is_refused(text: str, is_size: bool) -> None:
    if is_size:
        assert read_arguments(["--memory", text], ROOT).memory == text
    else:
        with pytest.raises(UsageError, match="is no size; write it like 4GB"):
            read_arguments([f"--memory={text}"], ROOT)


def test_connections_keep_to_the_limit_and_spill_beside_the_warehouse(tmp_path: Path) -> None:
    storage = Storage(tmp_path, "80MiB")
    with storage.writing() as connection:
        told = connection.execute("select current_setting('memory_limit'), current_setting('temp_directory')")
        assert told.fetchone() == ("80.0 MiB", f"{storage.warehouse}.tmp")
        # More than fits: a sort of 150 MB.
        connection.execute(
            "create table sorted as select range as i, md5(cast(range as varchar)) as text"
            " from range(2000000) order by text"
        )
        assert connection.execute("select count(*) from sorted").fetchone() == (2_000_000,)


def test_dbt_reads_all_that_it_is_told() -> None:
    profile = (ROOT / "profiles.yml").read_text(encoding="utf-8")
    read = set(re.findall(r"env_var\('(MARKETING_KPIS_(?!PG_)\w+)'", profile))
    assert read == set(open_target("duckdb", Path("output"), "4GB").environment())
