"""The rules: each gives a sentence for every place that breaks it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from house_rules.tree import Model, Tree
from runner.units import UNITS

SHAPE = (
    ("kpi", "string"),
    ("period_grain", "string"),
    ("period_start", "date"),
    ("dimension", "string"),
    ("dimension_value", "string"),
    ("numerator", "double"),
    ("denominator", "double"),
    ("value", "double"),
    ("value_low", "double"),
    ("value_high", "double"),
    ("is_complete", "boolean"),
)
BETTER = frozenset({"higher", "lower"})
NEEDED = frozenset({"label", "unit", "better", "formula", "owner", "is_additive", "entities", "since"})
OPTIONAL = frozenset({"caveats", "decision", "grows_with_age", "needs", "numerator_needs", "observations"})
LEAST_SENTENCES, MOST_SENTENCES = 2, 4
LEAST_UNIT_TESTS = 2
_SENTENCE = re.compile(r"[.?!](?=\s|$)")
_SHAPES = re.compile(r"\{\{\s*kpi_(rate|ratio|total|average|median)\(")
# dbt asks the database in these: a model compiled offline would differ from one that is run.
_ASKS = re.compile(
    r"\b(run_query|statement|load_result|get_columns_in_relation|get_relation|run_started_at)\b"
)
_CLOCK = re.compile(
    r"\b(current_date|current_timestamp|now\s*\(|today\s*\(|modules\.datetime)", re.IGNORECASE
)
_AS_OF_SETTING = re.compile(r"""var\(\s*['"]as_of['"]""")
_UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")

_WHERE = re.compile(
    r"(?P<why>^[ \t]*--[^\n]*\n\s*)?^[ \t]*where\b(?P<conditions>.*?)"
    r"(?=^\s*$|^[ \t]*(?:group|order|union)\b|^\)|\Z)",
    re.MULTILINE | re.DOTALL,
)
_NAME = re.compile(r"(?<![\w.])(?:\w+\.)?([a-z]\w*)\b(?!\s*\()")
_TEXT = re.compile(r"'[^']*'")
_NO_KIND = re.compile(r"\b(event_type|kind) is not null")

# Drivers, and dbt's adapters, of one engine. DuckDB's own driver is the runner's working memory everywhere.
_OF_ONE_ENGINE = re.compile(r"(psycopg2?|pyspark|dbt\.adapters|dbt\.include)(\.|$)")
_TARGETS = "scripts/runner/targets"
_OPEN_TO_ALL = ("runner.targets", "runner.targets.protocol")

Rule = Callable[[Tree], Iterator[str]]


def a_kpi_is_two_files(tree: Tree) -> Iterator[str]:
    """A definition and its meaning, side by side."""
    for name, model in tree.kpis.items():
        if not (tree.root / model.path).with_suffix(".yml").is_file():
            yield f"{name} has no {model.path.with_suffix('.yml').as_posix()}"
    for path in sorted((tree.root / "models/marts").glob("*/*.yml")):
        if path.stem not in tree.kpis:
            yield f"{path.relative_to(tree.root).as_posix()} describes no KPI beside it"


def a_kpi_is_described_in_a_few_sentences(tree: Tree) -> Iterator[str]:
    """What is counted, what is not in the base, which date places it."""
    for name, model in tree.kpis.items():
        sentences = len(_SENTENCE.findall(model.said.get("description", "")))
        if not LEAST_SENTENCES <= sentences <= MOST_SENTENCES:
            yield f"{name}: described in {sentences} sentences, not {LEAST_SENTENCES} to {MOST_SENTENCES}"


def a_kpi_keeps_the_shape(tree: Tree) -> Iterator[str]:
    """A contract of the eleven columns, the test of the promises, a shape as the last line."""
    for name, model in tree.kpis.items():
        if not _is_enforced(model):
            yield f"{name}: the contract is not enforced"
        columns = tuple((column["name"], column.get("data_type")) for column in model.said.get("columns", ()))
        if columns != SHAPE:
            yield f"{name}: the columns are not the shape's eleven, in order"
        tests = [
            next(iter(test)) if isinstance(test, dict) else test for test in model.said.get("data_tests", ())
        ]
        if "is_kpi" not in tests:
            yield f"{name}: no test is_kpi"
        shapes = list(_SHAPES.finditer(model.sql))
        if len(shapes) != 1 or not model.sql.rstrip().endswith("}}") or "{{" in model.sql[shapes[0].end() :]:
            yield f"{name}: the last line is not one shape"


def _is_enforced(model: Model) -> bool:
    return model.said.get("config", {}).get("contract") == {"enforced": True}


def a_kpi_has_its_edges_tested(tree: Tree) -> Iterator[str]:
    """At least two unit tests, each named by a sentence."""
    for name, model in tree.kpis.items():
        if len(model.unit_tests) < LEAST_UNIT_TESTS:
            yield f"{name}: {len(model.unit_tests)} unit tests, not {LEAST_UNIT_TESTS}"


def a_unit_test_is_named_by_a_sentence(tree: Tree) -> Iterator[str]:
    """`<model>__<what must be true>`, once."""
    for test in tree.unit_tests:
        start, _, sentence = test["name"].partition("__") if "__" in test["name"] else (test["name"], "", "")
        if test["model"].startswith("stg_"):
            start, sentence = test["model"], test["name"].removeprefix(f"{test['model']}__")
        if start != test["model"] or not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+){2,}", sentence):
            yield f"{test['name']}: a unit test is named {test['model']}__<a sentence>"
    for name, times in Counter(test["name"] for test in tree.unit_tests).items():
        if times > 1:
            yield f"{name}: {times} unit tests have this name"


def an_expected_row_names_the_columns_of_the_first(tree: Tree) -> Iterator[str]:
    """DuckDB lines rows up by name and fills up; other engines refuse rows of different columns."""
    for test in tree.unit_tests:
        rows = (test.get("expect") or {}).get("rows")
        if isinstance(rows, list) and len({frozenset(row) for row in rows}) > 1:
            yield f"{test['name']}: its expected rows name different columns"


def a_kpi_is_in_the_catalog(tree: Tree) -> Iterator[str]:
    """All that the catalog shows, in the words it knows."""
    for name, model in tree.kpis.items():
        meta = model.said.get("config", {}).get("meta", {}).get("kpi", {})
        family = model.path.parts[2]
        if missing := sorted(NEEDED - meta.keys()):
            yield f"{name}: meta.kpi lacks {', '.join(missing)}"
        if unknown := sorted(meta.keys() - NEEDED - OPTIONAL):
            yield f"{name}: meta.kpi knows no {', '.join(unknown)}"
        if "unit" in meta and meta["unit"] not in UNITS:
            yield f"{name}: the unit {meta['unit']} is none of {', '.join(sorted(UNITS))}"
        if "better" in meta and meta["better"] not in BETTER:
            yield f"{name}: better is {meta['better']}, not higher or lower"
        if "owner" in meta and meta["owner"] not in tree.owners.values():
            yield f"{name}: {meta['owner']} owns no family"
        if family not in tree.owners:
            yield f"{name}: the family {family} is no group"
        if unknown := sorted(set(meta.get("entities", ())) - tree.vocabulary.keys()):
            yield f"{name}: the vocabulary has no {', '.join(unknown)}"
        needed = {measure.split(".")[0] for group in meta.get("needs", ()) for measure in group}
        if unknown := sorted(needed - set(meta.get("entities", ()))):
            yield f"{name}: needs {', '.join(unknown)}, which is not among its entities"
        if any(group not in meta.get("needs", ()) for group in meta.get("numerator_needs", ())):
            yield f"{name}: its numerator needs what the KPI does not"
        if not isinstance(meta.get("is_additive", True), bool):
            yield f"{name}: is_additive is neither true nor false"
        if not re.fullmatch(r"\d+\.\d+\.\d+", str(meta.get("since", "0.0.0"))):
            yield f"{name}: since is no version"


def a_decision_stands_where_it_is_named(tree: Tree) -> Iterator[str]:
    """The record of a contested definition exists."""
    for name, model in tree.kpis.items():
        decision = model.said.get("config", {}).get("meta", {}).get("kpi", {}).get("decision")
        if decision and not (tree.root / decision).is_file():
            yield f"{name}: there is no {decision}"


def the_union_is_whole(tree: Tree) -> Iterator[str]:
    """models/marts/kpis.sql names every KPI once."""
    listed = Counter(tree.kpis_in_union)
    for name in sorted(tree.kpis.keys() - listed.keys()):
        yield f"{name} is not in models/marts/kpis.sql"
    for name in sorted(listed.keys() - tree.kpis.keys()):
        yield f"models/marts/kpis.sql names {name}, which is no KPI"
    for name, times in listed.items():
        if times > 1:
            yield f"models/marts/kpis.sql names {name} {times} times"


def a_core_model_says_its_grain(tree: Tree) -> Iterator[str]:
    """It opens with the grain; its YAML describes it and enforces a contract."""
    for name, model in tree.models.items():
        if model.layer != "core":
            continue
        opening = re.sub(r"^(--[^\n]*\n|\s)+", "", model.text)
        if not re.match(r"\{#\s+One row", opening):
            yield f"{name}: does not open with its grain, {{# One row per … #}}"
        if not model.said.get("description"):
            yield f"{name}: no description"
        if not _is_enforced(model):
            yield f"{name}: the contract is not enforced"


def a_staging_model_is_described(tree: Tree) -> Iterator[str]:
    """`stg_<source>__<entity>`, with a description in the source's YAML."""
    for name, model in tree.models.items():
        if model.layer == "staging":
            source = model.path.parts[2]
            entity = name.removeprefix(f"stg_{source}__").split("__")[0]
            if not name.startswith(f"stg_{source}__") or entity not in tree.vocabulary:
                yield f"{name}: is not named stg_{source}__<entity>"
            if not model.said.get("description"):
                yield f"{name}: no description"


def what_staging_drops_is_told_at_the_door(tree: Tree) -> Iterator[str]:
    """What a staging model's `where` looks at is what the door counts by, or it says why in a comment before.

    The door counts rows that are refused for want of a value, left out by declaration, or said to void
    others.
    A row that an earlier step of the model names (as of no kind that counts) was judged by such a column.
    """
    for name, model in tree.models.items():
        if model.layer != "staging":
            continue
        counted = {column for table in model.sources for column in tree.counted_without(*table)}
        columns = {column for table in model.sources for column in tree.columns_of(*table)}
        for found in _WHERE.finditer(model.sql):
            if found["why"]:
                continue
            looked_at = {*_NAME.findall(_TEXT.sub("", found["conditions"]))} & columns
            for column in sorted(looked_at - counted):
                yield f"{name}: drops rows by {column}, which its export neither requires nor leaves out by"
            if not looked_at and not _NO_KIND.search(found["conditions"]):
                yield f"{name}: drops rows by {' '.join(found['conditions'].split())} and does not say why"


def a_layer_reads_the_layer_below(tree: Tree) -> Iterator[str]:
    """KPIs read core; core inputs, core and lookups; staging its own tables and lookups; all may `raw`."""
    for name, model in tree.models.items():
        for ref in model.refs:
            below = tree.models.get(ref)
            if below is None:
                if ref not in tree.lookups:
                    yield f"{name}: {ref} is neither a model nor a lookup"
            elif not _may_read(model, below):
                yield f"{name}: a {model.layer} model reads {ref}, a {below.layer} model"
        for source, table in model.sources:
            is_own = model.layer == "staging" and source == model.path.parts[2]
            if not is_own and source != "raw":
                yield f"{name}: a {model.layer} model reads {source}.{table}"


def _may_read(model: Model, below: Model) -> bool:
    allowed = {"marts": {"core"}, "core": {"core", "inputs"}, "inputs": {"staging"}, "staging": set()}
    beside = model.layer == below.layer == "marts" and len(model.path.parts) == 3
    return below.layer in allowed[model.layer] or beside


def a_room_of_core_reads_only_rooms_above_it(tree: Tree) -> Iterator[str]:
    """Each folder of models/core is a room, described by the group core_<room>; their order has no cycle."""
    reads: dict[str, dict[str, str]] = {}
    for name, model in tree.models.items():
        if model.layer != "core":
            continue
        if model.room is None:
            yield f"{name}: stands in no room, a folder below models/core"
            continue
        reads.setdefault(model.room, {})
        for ref in model.refs:
            below = tree.models.get(ref)
            if below and below.layer == "core" and below.room and below.room != model.room:
                reads[model.room].setdefault(below.room, f"{name} reads {ref}")
    for room in sorted(reads):
        if f"core_{room}" not in tree.owners:
            yield f"models/core/{room}: no group core_{room} describes the room"
    try:
        tuple(TopologicalSorter(reads).static_order())
    except CycleError as error:
        rooms = error.args[1]
        why = "; ".join(reads[room][above] for above, room in pairwise(rooms) if above in reads[room])
        yield f"models/core: rooms read each other in a circle ({why})"


def nothing_reads_the_clock_or_asks_the_database(tree: Tree) -> Iterator[str]:
    """as_of is a run parameter, read from raw._run; a model compiles without a database."""
    texts = {name: model.sql for name, model in tree.models.items()}
    texts |= {
        path.relative_to(tree.root).as_posix(): re.sub(
            r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL
        )
        for path in sorted((tree.root / "macros").rglob("*.sql"))
    }
    for name, text in texts.items():
        if _CLOCK.search(text):
            yield f"{name}: reads the clock"
        if _AS_OF_SETTING.search(text):
            yield f"{name}: reads as_of from elsewhere than raw._run"
        # What is run by itself, or once a model is compiled, may ask.
        if _ASKS.search(text) and not name.startswith(("macros/operations/", "macros/materializations/")):
            yield f"{name}: asks the database while it is compiled"


def a_setting_is_asked_when_sql_is_compiled(tree: Tree) -> Iterator[str]:
    """Not in YAML or `config`, which dbt reads once for all settings."""
    for path in [tree.root / "dbt_project.yml", *sorted((tree.root / "models").rglob("*.yml"))]:
        if path.is_file() and "var(" in path.read_text("utf-8"):
            yield f"{path.relative_to(tree.root).as_posix()}: asks a setting in YAML"
    for name, model in tree.models.items():
        if re.search(r"\bconfig\([^}]*\bvar\(", model.sql):
            yield f"{name}: asks a setting in its config"


def a_macro_is_documented(tree: Tree) -> Iterator[str]:
    """A comment stands before every macro; an engine's variant needs none where the macro has one."""
    for name, before in tree.macros.items():
        base = name.split("__", 1)[1] if re.match(r"(default|duckdb|postgres|spark)__", name) else None
        if (
            not re.search(r"#\}\s*$", before)
            and base not in tree.macros
            and not _is_variant_of_documented(tree, base)
        ):
            yield f"macro {name}: no comment before it"


def _is_variant_of_documented(tree: Tree, base: str | None) -> bool:
    """Variants of a macro of dbt's own: one comment before the first serves all."""
    variants = [before for name, before in tree.macros.items() if base and name.endswith(f"__{base}")]
    return any(re.search(r"#\}\s*$", before) for before in variants)


def a_lookup_is_described(tree: Tree) -> Iterator[str]:
    """What it is for, and each of its columns."""
    for name, is_described in tree.lookups.items():
        if not is_described:
            yield f"seeds/lookups/{name}.csv: itself or a column is not described"


def nothing_is_unfinished(tree: Tree) -> Iterator[str]:
    """No notes to ourselves in what others read."""
    for folder in ("models", "macros", "seeds/lookups", "docs"):
        for path in sorted((tree.root / folder).rglob("*.*")):
            if path.suffix in (".sql", ".yml", ".md") and _UNFINISHED.search(
                path.read_text(encoding="utf-8")
            ):
                yield f"{path.relative_to(tree.root).as_posix()}: a note to ourselves"


def only_targets_know_an_engine(tree: Tree) -> Iterator[str]:
    """Adapters and drivers are imported in scripts/runner/targets alone, and so are its modules by name."""
    for path in sorted((tree.root / "scripts").rglob("*.py")):
        name = path.relative_to(tree.root).as_posix()
        if name.startswith(f"{_TARGETS}/"):
            continue
        for module in _imported(path.read_text(encoding="utf-8")):
            if _OF_ONE_ENGINE.match(module):
                yield f"{name}: imports {module}, which only {_TARGETS} may"
            if module.startswith("runner.targets") and module not in _OPEN_TO_ALL:
                yield f"{name}: imports {module} by itself, not through open_target"


def _imported(text: str) -> Iterator[str]:
    """The modules that a text of Python imports, at its top or within."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if node.module == "runner.targets":
                yield from (
                    f"{node.module}.{alias.name}"
                    for alias in node.names
                    if alias.name not in ("check_target", "open_target", "target_names")
                )


def an_override_says_what_it_answers(tree: Tree) -> Iterator[str]:
    """A file of macros/overrides opens with the adapter's name and version, and what it does wrongly."""
    for path in sorted((tree.root / "macros/overrides").glob("*.sql")):
        opening = re.match(r"\s*\{#(.*?)#\}", path.read_text(encoding="utf-8"), re.DOTALL)
        if not opening or not re.search(rf"dbt-{path.stem} \d+\.\d+", opening[1]):
            yield f"macros/overrides/{path.name}: opens without the fault of dbt-{path.stem} and its version"


RULES: tuple[Rule, ...] = (
    a_kpi_is_two_files,
    a_kpi_is_described_in_a_few_sentences,
    a_kpi_keeps_the_shape,
    a_kpi_has_its_edges_tested,
    a_unit_test_is_named_by_a_sentence,
    an_expected_row_names_the_columns_of_the_first,
    a_kpi_is_in_the_catalog,
    a_decision_stands_where_it_is_named,
    the_union_is_whole,
    a_core_model_says_its_grain,
    a_staging_model_is_described,
    what_staging_drops_is_told_at_the_door,
    a_layer_reads_the_layer_below,
    a_room_of_core_reads_only_rooms_above_it,
    nothing_reads_the_clock_or_asks_the_database,
    a_setting_is_asked_when_sql_is_compiled,
    a_macro_is_documented,
    a_lookup_is_described,
    nothing_is_unfinished,
    only_targets_know_an_engine,
    an_override_says_what_it_answers,
)


def kpis_without_second_opinion(tree: Tree, opinions: Collection[str]) -> Iterator[str]:
    """Every KPI is computed a second time, and nothing else is."""
    for name in sorted(tree.kpis.keys() - set(opinions)):
        yield f"{name} has no second opinion"
    for name in sorted(set(opinions) - tree.kpis.keys()):
        yield f"the second opinion {name} is of no KPI"
