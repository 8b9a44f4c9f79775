"""Runs dbt in this process, and says in our words what it did. It is meant to be asked from another one."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from runner.dbt.digests import Digests, read_digests
from runner.dbt.lineage import Lineage, read_lineage
from runner.dbt.stale import Stale, find_stale
from runner.errors import CouldNotRun, RunError, UsageError
from runner.results import CheckReport, Finding
from runner.targets.protocol import Action, Target
from runner.worker import Worker

MOST_DIFF_LINES = 12
_STALE = "stale"  # the tag of what is built where only a part is
_UNIT_TESTS = ("--resource-type", "unit_test")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_NOISE = re.compile(r"(\w+ )?Error( in \w+ \w+ \(.*\))?$|compiled code at ")
_FAILED = ("error", "fail", "warn", "runtime error")


@dataclass(frozen=True)
class Outcome:
    """What one dbt command did: models and seeds built, what tests said, the queries of failed data tests.

    asked: the names of the tests that ran.
    """

    built: int = 0
    tests: CheckReport = field(default_factory=lambda: CheckReport("data tests"))
    failed_queries: Mapping[str, str] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()


class Dbt:
    """The project's dbt, on one warehouse."""

    def __init__(
        self,
        project: Path,
        output: Path,
        target: str,
        variables: Mapping[str, Any],
        opened: Callable[[], Target],
        say: Callable[[str], None],
    ) -> None:
        """output: of the run; target: its name; opened: opens it; say: told of nodes."""
        from dbt.cli.main import dbtRunner

        from runner.dbt.workarounds import (
            leave_out_debug_events,
            miss_what_cannot_be_logged,
            take_locks_without_names,
        )

        miss_what_cannot_be_logged()
        leave_out_debug_events()
        take_locks_without_names()
        os.umask(0o077)  # it writes to the warehouse and its log, which are the owner's alone
        self._target = opened()
        self._turn_to(self._target.environment())
        self._runner = dbtRunner
        self._project = project
        self._say = say
        self._variables = variables
        self._options = [
            *("--project-dir", str(project), "--profiles-dir", str(project)),
            *("--target", target, "--target-path", str(output / "target")),
        ]
        self._globals = [
            *("--log-level", "none", "--log-path", str(output / "logs"), "--log-level-file", "info"),
            *("--no-send-anonymous-usage-stats", "--no-write-json"),
        ]
        self._manifests: dict[str, Any] = {}
        self._tester: Worker | None = None
        self._scratch: tempfile.TemporaryDirectory[str] | None = None

    def parse(self, *, afresh: bool) -> None:
        """Read the project; `afresh`: without what dbt remembers, which can hold ghosts of what was renamed.

        Raises UsageError with dbt's message for a model or YAML file that it cannot read.
        """
        self._manifest(afresh=afresh)

    def selected(self, select: str) -> dict[str, list[str]]:
        """What `--select` matches, {kind: names}; raises UsageError when dbt cannot read the expression."""
        options = ["--output", "json", "--output-keys", "name", "resource_type"]
        found = self._invoke("ls", ["--select", *select.split(), *options], self._variables).result
        nodes = [json.loads(line) for line in found or ()]
        kinds = dict.fromkeys(node["resource_type"] for node in nodes)
        return {
            kind: sorted(node["name"] for node in nodes if node["resource_type"] == kind) for kind in kinds
        }

    def files(self, models: Sequence[str]) -> list[str]:
        """The files of models, by name, below the project."""
        nodes = self._manifest().nodes.values()
        return [n.original_file_path for n in nodes if n.resource_type == "model" and n.name in models]

    def lineage(self) -> Lineage:
        """What each KPI stands on."""
        return read_lineage(self._manifest())

    def stale(self, changed: Sequence[str], **settings: Any) -> Stale:
        """What stands on the raw tables `changed`; see `find_stale`."""
        return find_stale(self._manifest(), changed, **settings)

    def digests(self, in_force: Mapping[str, Any]) -> Digests:
        """What decides on each model's rows under the settings `in_force`."""
        return read_digests(self._manifest(), in_force)

    def rebuild(
        self,
        output: Path,
        models: Sequence[str],
        lookups: Sequence[str],
        kpis: Sequence[str],
        after: Mapping[str, Action],
    ) -> CheckReport:
        """Build some models and lookups anew in the warehouse of the folder `output`, without any test.

        kpis: those that the union of all KPIs is to hold. after: as for `build`.
        """
        from runner.dbt.events import After

        self._turn_to(self._target.scratch(output))
        manifest, names = self._manifest(), {"only_kpis": list(kpis)}
        acting = After(after, self._target.act)
        if lookups:
            self._run(manifest, "seed", ["--full-refresh", "--select", *lookups], self._variables)
        built = self._run(manifest, "run", ["--select", *models], {**self._variables, **names}, acting)
        self.release()
        return self._outcome("models", built).tests

    def kpi_rows(self, kpis: Sequence[str]) -> dict[str, str]:
        """What each of `kpis` adds up, {name: SQL} on the warehouse; see the macro `_kpi_rows`."""
        settings = {**self._variables, "kpi_rows": True}
        options = ["--indirect-selection", "empty", "--select", *kpis]
        answer = self._run(self._manifest(), "compile", options, settings)
        results = answer.result.results
        return {r.node.name: r.node.compiled_code for r in results if r.node.resource_type == "model"}

    def build(
        self,
        select: str | None,
        *,
        full_refresh: bool = False,
        only: Stale | None = None,
        after: Mapping[str, Action] | None = None,
    ) -> Outcome:
        """Build seeds and models and run the data tests; a failing test skips what stands on it.

        only: these tables and data tests; all else stands as it is.
        after: by a model's name, what to do once it stands and before those behind it are built. Where that
        fails, so has the model.
        """
        from runner.dbt.events import After

        options = ["--exclude-resource-type", "unit_test", *_selection(select)]
        if full_refresh:
            options.append("--full-refresh")
        if only:
            self._mark({*only.tables, *only.tests})
            options += ["--indirect-selection", "empty", "--select", f"tag:{_STALE}"]
        return self._outcome(
            "data tests",
            self._invoke("build", options, self._variables, After(after or {}, self._target.act)),
        )

    def _mark(self, ids: Collection[str]) -> None:
        """Give the nodes a tag that selects them: each of many names would be held against every node."""
        for node in self._manifest().nodes.values():
            others = [tag for tag in node.tags if tag != _STALE]
            node.tags = [*others, _STALE] if node.unique_id in ids else others

    def start_unit_tests(self, select: str | None) -> None:
        """Let the unit tests go on in a process of their own, beside what else is asked for."""
        self._scratch = tempfile.TemporaryDirectory()
        tables = self._environment
        self._turn_to(self._target.scratch(Path(self._scratch.name)))
        self._manifest()  # dbt's parser does not work in a fork
        self._tester = Worker(lambda _: self, self._say, start="fork")
        self._tester.submit("unit_tests", select)
        self._turn_to(tables)

    def finish_unit_tests(self) -> CheckReport | None:
        """What the unit tests said; None where they have not been started."""
        return self._tester.result() if self._tester else None

    def unit_tests(self, select: str | None) -> CheckReport:
        """Run the unit tests under the project's own settings, which they are written for.

        Of what models read they need the types and the lookups: this process turns to a database of its own.
        """
        from runner.dbt.workarounds import skim_sql

        skim_sql()
        self._invoke("seed", [], {})
        self._invoke("run-operation", ["create_typed_parents"], {})
        answer = self._invoke("test", [*_UNIT_TESTS, *_selection(select)], {})
        self.release()
        return self._outcome("unit tests", answer).tests

    def release(self) -> None:
        """Let go of the warehouse, so that others can open it."""
        self._target.release()

    def close(self) -> None:
        """End the unit tests, and let go of the warehouse."""
        if self._tester:
            self._tester.close()
        if self._scratch:
            self._scratch.cleanup()
        self.release()

    def _turn_to(self, environment: Mapping[str, str]) -> None:
        """Work on the database of this environment from now on."""
        self._environment = environment
        os.environ.update(environment)

    def _manifest(self, *, afresh: bool = False) -> Any:
        """The project as dbt reads it, once for all settings: they are asked when SQL is compiled."""
        database = self._target.database(self._environment)
        if database not in self._manifests:
            options = ["--no-partial-parse"] if afresh else []
            self._manifests[database] = self._run(None, "parse", options, {}).result
        return self._manifests[database]

    def _invoke(
        self,
        command: str,
        options: Sequence[str],
        variables: Mapping[str, Any],
        *callbacks: Callable[[Any], None],
    ) -> Any:
        return self._run(self._manifest(), command, options, variables, *callbacks)

    def _run(
        self,
        manifest: Any,
        command: str,
        options: Sequence[str],
        variables: Mapping[str, Any],
        *callbacks: Callable[[Any], None],
    ) -> Any:
        from runner.dbt.events import Progress

        runner = self._runner(manifest=manifest, callbacks=[Progress(self._say), *callbacks])
        settings = ["--vars", json.dumps(dict(variables), default=str)]
        answer = runner.invoke([*self._globals, command, *self._options, *settings, *options])
        if answer.exception is not None:
            raise _error(answer.exception)
        return answer

    def _outcome(self, name: str, answer: Any) -> Outcome:
        results = answer.result.results
        failed = [result for result in results if result.status in _FAILED]
        return Outcome(
            built=sum(result.status == "success" for result in results),
            tests=CheckReport(
                name=name,
                passed=sum(result.status == "pass" for result in results),
                skipped=sum(result.status == "skipped" for result in results),
                findings=tuple(_finding(result) for result in failed),
            ),
            failed_queries={
                result.node.name: result.node.compiled_code
                for result in failed
                if result.node.resource_type == "test" and result.status != "error"
            },
            asked=frozenset(result.node.name for result in results if result.status != "skipped"),
        )


def with_examples(outcome: Outcome, target: Target) -> CheckReport:
    """The tests of `outcome`, each failing data test with the first row that it found."""
    findings = []
    for finding in outcome.tests.findings:
        query = outcome.failed_queries.get(finding.check)
        row = target.example(query) if query else None
        told = ", ".join(f"{column} {value}" for column, value in (row or {}).items())
        findings.append(replace(finding, why=f"{finding.why}, such as {told}") if told else finding)
    return replace(outcome.tests, findings=tuple(findings))


def _finding(result: Any) -> Finding:
    node, message = result.node, _ANSI.sub("", result.message or "")
    about = _model_of(node)
    if node.resource_type == "unit_test" and "actual differs from expected" in message:
        lines = [line for line in message.splitlines() if line.strip()][1:]
        return Finding(node.name, "expected (-) and actual (+) differ", _first_lines(lines), about=about)
    if node.resource_type == "test" and result.failures:
        rows = "1 row" if result.failures == 1 else f"{result.failures:,} rows"
        description = f"{node.description.strip().rstrip('.')}: " if node.description else ""
        return Finding(node.name, f"{description}{rows}", stops=result.status != "warn", about=about)
    return Finding(node.name, _one_line(message), stops=result.status != "warn", about=about)


def _model_of(node: Any) -> str:
    """The name of the model that a test is attached to; of any other node its own."""
    model = getattr(node, "attached_node", None) or getattr(node, "tested_node_unique_id", None)
    return str(model.rsplit(".", 1)[-1] if model else node.name)


def _error(exception: BaseException) -> RunError:
    """dbt's exception as ours: what a model or YAML file says wrongly is the user's to mend."""
    from dbt.cli.exceptions import DbtUsageException
    from dbt_common.exceptions import CompilationError, DbtConfigError, DbtRuntimeError, DbtValidationError

    sentence = _one_line(str(exception))
    mendable = (CompilationError, DbtConfigError, DbtValidationError, DbtUsageException)
    if isinstance(exception, mendable):
        return UsageError(f"dbt cannot read the project or the options: {sentence}")
    if isinstance(exception, DbtRuntimeError):
        return CouldNotRun(f"dbt could not run: {sentence}")
    raise exception


def _one_line(message: str) -> str:
    """dbt's message without its headings, blank lines and indentation."""
    lines = (line.strip() for line in _ANSI.sub("", message).splitlines())
    return " ".join(line for line in lines if line and not _NOISE.match(line))


def _first_lines(lines: Sequence[str]) -> str:
    shown = lines[:MOST_DIFF_LINES]
    return "\n".join(
        [*shown, f"... {len(lines) - len(shown)} more lines"] if len(lines) > len(shown) else shown
    )


def _selection(select: str | None) -> list[str]:
    return ["--select", *select.split()] if select else []
