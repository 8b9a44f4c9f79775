"""A command line is read as it says, or refused in one sentence with exit code 2."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from runner.cli.arguments import read_arguments
from runner.errors import UsageError
from runner.state import State, write_state


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["biuld"], "invalid choice: 'biuld'"),
        (["--bogus"], "Unrecognized arguments: --bogus"),
        (["--as-of", "yesterday"], "yesterday is no date; write it like 2026-10-31"),
        (["--max-drop", "2"], "2 is no share; write a number from 0 to 1"),
        (["--vars", "{"], "--vars: this is no YAML"),
        (["--vars", "[1]"], "--vars: write a mapping"),
        (["--vars", "{least_amont: 3}"], "there is no setting least_amont; did you mean least_amount?"),
        (
            ["--target", "oracle"],
            "--target oracle: there is no such target; there is duckdb, postgres, spark.",
        ),
        (
            ["list", "--target", "oracle"],
            "--target oracle: there is no such target; there is duckdb, postgres, spark.",
        ),
        (["--exports", "no/such/folder"], "There is no folder"),
        (["--sources", "shopp"], "--sources shopp: there is no such source; there are shop, till."),
        (["--sources", "till"], "--sources till: there is no file of it in"),
        (["--sources", "shop,till"], "--sources till: there is no file of it in"),
        (["check"], "No KPIs stand in"),
        (["load", "--select", "orders"], "--select is for build and check, not for load."),
        (["list", "--period", "2026-03"], "--period is for explain, not for list."),
        (["--fail-on-change"], "--fail-on-change is for diff, not for build."),
    ],
)
def test_a_wrong_command_line_is_refused_in_one_sentence(
    tiny: Any, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert tiny.run("--quiet", *arguments) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert "Traceback" not in said.err
    assert said.out == ""
    assert not tiny.published.exists()


def test_an_output_that_is_a_file_is_refused(
    tiny: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.touch()
    assert tiny.run("--output", str(file)) == 2
    assert f"--output {file}: this is a file; name a folder." in capsys.readouterr().err


def test_options_reach_the_settings(tiny: Any) -> None:
    settings = read_arguments(
        ["load", "--as-of", "2026-10-31", "--sources", "shop, till", "--vars", "{least_amount: 3}"],
        tiny.project,
    )
    assert settings.command == "load"
    assert settings.as_of == date(2026, 10, 31)
    assert settings.sources == ("shop", "till")
    assert settings.variables == {"least_amount": 3}
    assert settings.exports == tiny.project / "seeds/exports"
    assert settings.output == tiny.project / "output"


def test_the_reporting_zone_is_the_projects_unless_asked_otherwise(tiny: Any) -> None:
    assert read_arguments([], tiny.project).reporting_timezone == "UTC"
    asked = read_arguments(["--vars", "{reporting_timezone: Europe/Vienna}"], tiny.project)
    assert asked.reporting_timezone == "Europe/Vienna"


def test_the_hash_key_of_the_demo_is_public_and_any_other_output_makes_its_own(
    tiny: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_arguments([], tiny.project).has_demo_key
    own = ["--exports", str(tiny.project / "exports")]
    tiny.output.mkdir()
    made = read_arguments(own, tiny.project).hash_key
    assert made.origin == str(tiny.output / "hash.key")
    assert (tiny.output / "hash.key").stat().st_mode & 0o777 == 0o600
    assert read_arguments(own, tiny.project).hash_key == made
    assert made.text != read_arguments([], tiny.project).hash_key.text
    monkeypatch.setenv("MARKETING_KPIS_HASH_KEY", "a secret of sixteen")
    assert read_arguments(own, tiny.project).hash_key.bytes == b"a secret of sixteen"
    assert not read_arguments([], tiny.project).has_demo_key


@pytest.mark.parametrize(
    ("key", "told"), [("", "is blank"), ("  ", "is blank"), ("secret", "has 6 characters")]
)
def test_a_hash_key_that_is_none_is_refused(
    tiny: Any, monkeypatch: pytest.MonkeyPatch, key: str, told: str
) -> None:
    monkeypatch.setenv("MARKETING_KPIS_HASH_KEY", key)
    with pytest.raises(UsageError, match=f"MARKETING_KPIS_HASH_KEY {told}: a hash key takes at least 16"):
        _ = read_arguments([], tiny.project).hash_key


def test_no_option_is_understood_by_half_its_name(tiny: Any) -> None:
    with pytest.raises(UsageError, match="Unrecognized arguments: --full"):
        read_arguments(["--full"], tiny.project)


def test_a_second_folder_of_exports_has_an_output_of_its_own(tiny: Any) -> None:
    def output(*arguments: str) -> str:
        return read_arguments(arguments, tiny.project).output.relative_to(tiny.project).as_posix()

    mine, others = str(tiny.project / "my exports"), str(tiny.project / "elsewhere/my exports")
    assert output() == output("--exports", mine) == "output"
    tiny.output.mkdir()
    write_state(tiny.output, State(exports=mine))
    assert output("--exports", mine) == output("list") == "output"
    assert output() == "output/demo"
    assert output("--exports", others) == "output/my-exports"
    (tiny.output / "my-exports").mkdir()
    write_state(tiny.output / "my-exports", State(exports=others))
    assert output("--exports", others) == "output/my-exports"
    assert output("--exports", str(tiny.project / "third/my exports")).startswith("output/my-exports-")
    assert output("--exports", others, "--output", str(tiny.project / "here")) == "here"
