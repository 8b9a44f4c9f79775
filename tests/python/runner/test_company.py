"""A company's own folder: what `init` makes, and which settings are read from it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from builds import ROOT

from runner.cli.arguments import read_arguments
from runner.cli.main import main
from runner.company import NAME, settings_text
from runner.errors import UsageError
from runner.settings import Settings


@pytest.fixture
def company(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A fresh folder of a company, made by the command."""
    folder = tmp_path / "company"
    assert main(["init", str(folder)], project=ROOT) == 0
    assert f"--settings {folder}" in capsys.readouterr().out
    return folder


def test_the_folder_holds_every_setting_and_every_lookup_with_its_headers(company: Path) -> None:
    text = (company / NAME).read_text(encoding="utf-8")
    defaults = Settings(ROOT, ROOT, ROOT).project_variables
    assert all(f"{name}: " in text for name in defaults)
    assert yaml.safe_load(text)["vars"] == {"reporting_currency": "EUR", "reporting_timezone": "UTC"}
    uncommented = text.replace("\n  # reporting", "\n  reporting")
    for name in defaults:
        uncommented = uncommented.replace(f"\n  # {name}: ", f"\n  {name}: ")
    assert yaml.safe_load(uncommented)["vars"] == defaults
    lookups = {
        path.name: path.read_text(encoding="utf-8") for path in (company / "exports/lookups").iterdir()
    }
    assert lookups["campaign_aliases.csv"] == "source,alias,campaign\n"
    demo = ROOT / "seeds/exports/lookups"
    assert lookups == {
        path.name: path.read_text(encoding="utf-8").splitlines(keepends=True)[0] for path in demo.iterdir()
    }


def test_git_takes_the_settings_and_lookups_but_no_exports(company: Path) -> None:
    (company / "exports/shopify").mkdir()
    (company / "exports/shopify/orders.csv").touch()
    (company / "output").mkdir()
    (company / "output/hash.key").touch()
    subprocess.run(["git", "init", "-q"], cwd=company, check=True)
    subprocess.run(["git", "add", "-A"], cwd=company, check=True)
    listed = subprocess.run(["git", "ls-files"], cwd=company, check=True, capture_output=True, text=True)
    assert [name for name in listed.stdout.split() if "lookups" not in name] == [".gitignore", NAME]


def test_what_is_said_at_the_start_is_kept(tmp_path: Path) -> None:
    said = "{reporting_currency: USD, basket_minutes: 5}"
    assert main(["init", str(tmp_path / "company"), "--vars", said], project=ROOT) == 0
    told = yaml.safe_load((tmp_path / "company" / NAME).read_text(encoding="utf-8"))["vars"]
    assert told == {"reporting_currency": "USD", "reporting_timezone": "UTC", "basket_minutes": 5}


def test_a_folder_made_again_keeps_its_files_and_gets_what_it_lacks(
    company: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (company / NAME).write_text("exports: elsewhere\n", encoding="utf-8")
    assert main(["init", str(company)], project=ROOT) == 0
    assert "nothing was missing" in capsys.readouterr().out
    (company / "exports/lookups/targets.csv").unlink()
    assert main(["init", str(company)], project=ROOT) == 0
    assert "added exports/lookups/targets.csv" in capsys.readouterr().out
    assert (company / NAME).read_text(encoding="utf-8") == "exports: elsewhere\n"


def test_settings_are_found_beside_the_exports_and_the_command_line_wins(
    company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = company / NAME
    file.write_text(file.read_text(encoding="utf-8").replace("currency: EUR", "currency: USD"), "utf-8")
    monkeypatch.chdir(company)
    for arguments in ([], ["--settings", str(file)], ["--settings", str(company)], ["--exports", "exports"]):
        settings = read_arguments(arguments, ROOT)
        assert settings.exports == company / "exports"
        assert settings.output == company / "output"
        assert settings.variables["reporting_currency"] == "USD"
    asked = read_arguments(["--output", "here", "--vars", "{reporting_currency: CHF}"], ROOT)
    assert (asked.output, asked.reporting_currency) == (company / "here", "CHF")


def test_the_demo_has_settings_of_its_own_which_no_other_exports_have(
    company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    demo = ROOT / "seeds/exports"
    for arguments in ([], ["--exports", str(demo)]):
        settings = read_arguments(arguments, ROOT)
        assert (settings.exports, settings.company_file) == (demo, demo.parent / NAME)
        assert set(settings.variables) == {"automation_start"}
    (tmp_path / "others").mkdir()
    assert read_arguments(["--exports", "others"], ROOT).company_file is None
    monkeypatch.chdir(company)
    assert read_arguments([], ROOT).company_file == company / NAME


def test_other_exports_than_the_files_do_not_go_into_its_output(company: Path) -> None:
    other = read_arguments(["--settings", str(company), "--exports", str(company / "others")], ROOT)
    assert other.output != company / "output"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "this is no YAML"),
        ("[1]", "write a mapping of exports, output, target"),
        (
            "reporting_currency: USD",
            "no key reporting_currency; did you mean reporting_currency below `vars`?",
        ),
        ("export: x", "no key export; did you mean exports?"),
        ("vars: [1]", r"vars is \[1\]; it takes a mapping"),
        ("vars: {reporting_curency: USD}", f"{NAME}: there is no setting reporting_curency; did you mean"),
        ("vars: {margin: 2}", f"{NAME}: margin is 2; it takes a share from 0 to 1"),
        ("notify: hooks.example.com", "--notify: write the address of a webhook"),
    ],
)
def test_a_file_that_says_what_it_may_not_say_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / NAME).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=sentence):
        read_arguments(["--settings", str(tmp_path)], ROOT)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["init"], "Write `init DIR`"),
        (
            ["load", "exports"],
            "load takes no name: a folder of exports is --exports exports, and of a KPI",
        ),
        (
            ["--settings", "nowhere.yml"],
            "--settings nowhere.yml: there is no such file; `init DIR` makes one",
        ),
    ],
)
def test_a_folder_is_named_where_it_is_wanted(arguments: list[str], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        read_arguments(arguments, ROOT)


def test_a_run_reads_the_settings_beside_its_exports(tiny: Any) -> None:
    tiny.write(f"exports/{NAME}", "vars: {least_amount: 0}\n")
    assert tiny.run("load", "--quiet") == 0
    assert tiny.result["settings_file"] == str(tiny.project / "exports" / NAME)
    assert tiny.result["notices"] == []


def test_the_list_is_written_as_json_and_keeps_quiet(tiny: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = tiny.project / "list.json"
    assert tiny.run("list", "--quiet", "--json", str(file)) == 0
    assert capsys.readouterr().out == ""
    (entry,) = json.loads(file.read_text(encoding="utf-8"))
    assert (entry["kpi"], entry["unit"], entry["latest"]) == ("order_count", "count", None)


def test_the_text_of_settings_is_yaml_for_any_project() -> None:
    assert yaml.safe_load(settings_text({"least_amount": 0}, {}))["vars"] is None
