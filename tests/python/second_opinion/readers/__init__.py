"""The tools' files in the shared vocabulary: one module per source, each with `read(folder) -> Tables`."""

from __future__ import annotations

import pkgutil
from collections import defaultdict
from importlib import import_module
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Tables = dict[str, list[Row]]


def known_sources() -> list[str]:
    """The sources with a reader."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def read_all(exports: Path) -> Tables:
    """Every source's rows by entity; each row knows its `source` and its `export`.

    Raises LookupError where a source has files and no reader.
    """
    found = sorted(folder.name for folder in exports.iterdir() if folder.is_dir())
    unread = sorted(set(found) - set(known_sources()))
    if unread:
        raise LookupError(f"no reader in second_opinion/readers for {', '.join(unread)}")
    tables: Tables = defaultdict(list)
    for source in found:
        for entity, rows in import_module(f"second_opinion.readers.{source}").read(exports / source).items():
            for row in rows:
                tables[entity].append({"source": source, "export": f"{source}__{entity}", **row})
    return tables
