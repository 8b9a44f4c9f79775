"""README and docs say what the project holds."""

import re

import pytest

import make_docs


@pytest.mark.parametrize("name", make_docs.DOCUMENTS)
def test_the_tables_read_off_the_project_are_up_to_date(name):
    text = (make_docs.PROJECT / name).read_text(encoding="utf-8")
    assert make_docs.written(text, make_docs.read_off(make_docs.PROJECT)) == text, "run `make docs`"


def test_an_outdated_block_is_written_anew_and_an_unknown_one_kept():
    text = "a\n<!-- begin one -->\nold\n<!-- end one -->\n<!-- begin two -->\nkept\n<!-- end two -->\n"
    assert make_docs.written(text, {"one": lambda: "new\n"}) == text.replace("old", "new")


def test_links_between_documents_lead_somewhere():
    documents = [make_docs.PROJECT / "README.md", make_docs.PROJECT / "CONTRIBUTING.md"]
    documents += sorted((make_docs.PROJECT / "docs").rglob("*.md"))
    broken = [
        f"{document.relative_to(make_docs.PROJECT)}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[\w-]+)?\)", document.read_text(encoding="utf-8"))
        if not target.startswith("http") and not (document.parent / target).exists()
    ]
    assert broken == []


def test_the_readme_is_two_screens_and_its_excerpt_is_of_the_run_that_the_docs_show():
    text = (make_docs.PROJECT / "README.md").read_text(encoding="utf-8")
    assert len(text.encode()) <= 10_000
    assert "Published output/kpis.duckdb" in make_docs.demo_excerpt(make_docs.PROJECT)


def test_every_make_target_and_option_that_the_docs_name_is_there():
    makefile = (make_docs.PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][\w-]*):", makefile, re.MULTILINE))
    known = set(re.findall(r"--[\w-]+", make_docs.help_text()))
    for document in [
        *(make_docs.PROJECT / name for name in ("README.md", "CONTRIBUTING.md")),
        *sorted((make_docs.PROJECT / "docs").glob("*.md")),
    ]:
        blocks = re.findall(
            r"^```sh\n(.*?)^```", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
        )
        for line in "\n".join(blocks).splitlines():
            command = line.split("#")[0].strip()
            if made := re.match(r"make ([\w-]+)", command):
                assert made[1] in targets, line
            if "scripts/run.py" in command:
                assert known >= set(re.findall(r"--[\w-]+", command)), line


def test_every_finding_is_listed():
    told = (make_docs.PROJECT / "docs/findings.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"[\w.-]+\.sh", told)) - {"NAME.sh"}
    assert sorted(listed) == sorted(path.name for path in (make_docs.PROJECT / "findings").glob("*.sh"))
