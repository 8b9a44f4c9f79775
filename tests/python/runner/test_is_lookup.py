"""A lookup's wrong entries are found, each with its reason."""

from __future__ import annotations

from pathlib import Path

from builds import ROOT
from small_project import SmallProject

FILES = {
    "seeds/stages.csv": """\
tool,stage,outcome,channel
a,Won,won,email
a,won,lost,email
a,,won,email
b,open,perhaps,email
c,lost,lost,smoke
d,lost,lost,
""",
    "seeds/channels.csv": "name\nemail\n",
    "seeds/seeds.yml": """
seeds:
  - name: stages
    data_tests:
      - is_lookup:
          name: stages_are_whole
          arguments:
            key: [tool, lower(stage)]
            one_of: {outcome: [won, lost]}
            listed: {channel: channels.name}
            optional: [channel]
""",
    "dbt_project.yml": """
{name: small, version: "1.0", profile: small, test-paths: [tests], flags: {send_anonymous_usage_stats: false}}
""",
    "tests/generic/is_lookup.sql": (ROOT / "tests/sql/generic/is_lookup.sql").read_text(encoding="utf-8"),
}


def test_every_wrong_entry_is_told(tmp_path: Path) -> None:
    project = SmallProject(tmp_path, FILES)
    outcome = project.ask(lambda dbt: dbt.build(None, full_refresh=False))
    assert sorted(project.execute(outcome.failed_queries["stages_are_whole"]), key=str) == [
        ("a", "won", "it stands twice"),
        ("a", None, "lower(stage) is empty"),
        ("b", "open", "outcome is none of won, lost"),
        ("c", "lost", "channel is not in channels"),
    ]
