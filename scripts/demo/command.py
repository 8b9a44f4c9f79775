"""The command line of make_exports: arguments in, exit code out."""

from __future__ import annotations

import argparse
import pkgutil
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType

import demo
from demo import truth
from demo.files import csv_file
from demo.world import AS_OF, MIN_PEOPLE, World

PARTS = ("command", "company", "files", "truth", "world")
"""Modules of the package that are not writers; every other module is a source's writer."""


def writers() -> dict[str, ModuleType]:
    """Every source's writer: a module of this package that bears the source's name.

    It has `write(world, folder)` and, if the source sends e-mail, `campaign_id(mailing)`: the id its files
    use.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(demo.__path__) if module.name not in PARTS)
    return {name: import_module(f"demo.{name}") for name in names}


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    known = argparse.ArgumentParser(
        prog="make_exports.py", description="Writes the exports of an invented company."
    )
    known.add_argument(
        "--people", type=int, default=240, help="people the company knows (default: %(default)s)"
    )
    known.add_argument("--days", type=int, default=730, help=f"days up to {AS_OF} (default: %(default)s)")
    known.add_argument(
        "--seed", type=int, default=11, help="another seed is another company (default: %(default)s)"
    )
    known.add_argument(
        "--out",
        type=Path,
        required=True,
        help="folder for a folder a source, lookups/campaign_aliases.csv and truth.json",
    )
    known.add_argument("--sources", help="comma-separated; default: all")
    known.add_argument(
        "--shared", action="store_true", help="every tool sends every mailing, to compare adapters"
    )
    known.add_argument("--no-truth", action="store_true", help="leave truth.json out (large benchmarks)")
    return known


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes what was asked for. 0 done, 2 asked wrongly."""
    options = parser().parse_args(arguments)
    known = writers()
    chosen = options.sources.split(",") if options.sources else list(known)
    unknown = sorted(set(chosen) - set(known))
    if unknown:
        sys.stderr.write(f"Unknown source {', '.join(unknown)}; known are {', '.join(known)}.\n")
        return 2
    if options.people < MIN_PEOPLE or options.days < 60:
        sys.stderr.write(f"At least {MIN_PEOPLE} people and 60 days make a company.\n")
        return 2
    world = World(options.people, options.days, options.seed, shared=options.shared)
    for source in chosen:
        folder = options.out / source
        folder.mkdir(parents=True, exist_ok=True)
        for stale in folder.iterdir():
            if stale.is_file():
                stale.unlink()
        known[source].write(world, folder)
    (options.out / "lookups").mkdir(exist_ok=True)
    with csv_file(options.out / "lookups/campaign_aliases.csv", ("source", "alias", "campaign")) as file:
        file.rows(("", utm, name) for utm, name in world.campaign_names.items())
    if not options.no_truth:
        campaign_ids = {
            source: module.campaign_id for source, module in known.items() if hasattr(module, "campaign_id")
        }
        text = truth.text(truth.of(world, campaign_ids))
        (options.out / "truth.json").write_text(text + "\n", encoding="utf-8")
    return 0
