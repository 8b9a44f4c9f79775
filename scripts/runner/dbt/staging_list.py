"""Writes macros/staging_models.sql: which staging models there are of each entity, by their file names."""

from __future__ import annotations

import re
from pathlib import Path

from runner.errors import UsageError

STAGING_LIST = Path("macros/staging_models.sql")
_ENTITY = re.compile(r"^        '(\w+)': \{", re.MULTILINE)
_MODEL = re.compile(
    r"stg_(?P<source>[a-z0-9]+(?:_[a-z0-9]+)*)__(?P<entity>[a-z0-9]+(?:_[a-z0-9]+)*)(?:__\w+)?"
)
_HEAD = """\
{#
    The staging models of an entity, by name. The runner writes this file from the names of the files in
    models/staging: do not edit it.
#}
{% macro staging_models(entity) -%}
    {{ return({
"""
_TAIL = """\
    }[entity]) }}
{%- endmacro %}
"""


def write_staging_list(project: Path) -> bool:
    """Bring macros/staging_models.sql in line with models/staging. Returns whether it changed.

    Raises UsageError for a staging model whose name names no entity of macros/vocabulary.sql.
    """
    text = staging_list(project)
    path = project / STAGING_LIST
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True


def staging_list(project: Path) -> str:
    """The text of macros/staging_models.sql for the staging models of `project`."""
    vocabulary = (project / "macros/vocabulary.sql").read_text(encoding="utf-8")
    models: dict[str, list[str]] = {entity: [] for entity in _ENTITY.findall(vocabulary)}
    for path in sorted((project / "models/staging").rglob("*.sql"), key=lambda file: file.stem):
        match = _MODEL.fullmatch(path.stem)
        if match is None or match["entity"] not in models:
            raise UsageError(
                f"{path.relative_to(project).as_posix()}: name it stg_<source>__<entity>.sql,"
                f" where the entity is one of {', '.join(models)}."
            )
        models[match["entity"]].append(path.stem)
    lines = []
    for entity, names in models.items():
        lines.append(f"        '{entity}': [")
        lines.extend(f"            '{name}'," for name in names)
        lines.append("        ],")
    return _HEAD + "\n".join(lines) + "\n" + _TAIL
