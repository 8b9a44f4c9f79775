"""Follows docs/adding-a-source.md word by word: its files are the input, its table the answer."""

import re
import shutil
import subprocess
import sys

import duckdb
from builds import copy_project
from house_rules.rules import RULES
from house_rules.tree import Tree

import make_docs

FILE = re.compile(r"^`(?P<path>[\w/.]+)`\n\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^```sh\n\.venv/bin/python (?P<text>.*)\n```$", re.MULTILINE)
QUERY = re.compile(r"^```sql\n(?P<text>select .*?)^```$", re.MULTILINE | re.DOTALL)
ROW = re.compile(
    r"^\| (?P<period>\d{4}-\d{2}-\d{2}) \| (?P<n>\S+) \| (?P<d>\S+) \| (?P<value>\S+) \|$", re.MULTILINE
)


def test_two_files_make_a_source(tmp_path):
    project = copy_project(tmp_path / "project")
    page = (make_docs.PROJECT / "docs/adding-a-source.md").read_text(encoding="utf-8")
    files = {match["path"]: match["text"] for match in FILE.finditer(page)}
    assert len(files) == 3
    for path, text in files.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
    command = [sys.executable, *COMMAND.search(page)["text"].split()]
    shutil.copytree(make_docs.PROJECT / "docs", project / "docs")
    broken = [f"{rule.__name__}: {sentence}" for rule in RULES for sentence in rule(Tree(project))]
    assert broken == []
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr

    with duckdb.connect(str(project / "output/kpis.duckdb"), read_only=True) as published:
        answer = published.execute(QUERY.search(page)["text"]).fetchall()
        assert published.execute("select count(*) from kpi.hard_bounce_rate").fetchone() == (0,)
        # What the demo's company wants of its figures, and compares them with, judges no other's.
        judged = "select count(*), count(target), count(benchmark_low) from kpi.scorecard"
        figures, *others = published.execute(judged).fetchone()
        assert figures and others == [0, 0]
    told = [
        (row["period"], float(row["n"]), float(row["d"]), float(row["value"])) for row in ROW.finditer(page)
    ]
    assert [(str(period), *figures) for period, *figures in answer] == told
