"""Each breakage of a staging model turns a test of its source red."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sources import staged

from mutations.staging_mutants import (
    DECLARATION_MUTANTS,
    STAGING_MUTANTS,
    DeclarationMutant,
    StagingMutant,
)
from runner.ingest.declare.declarations import Export

SOURCES = Path(__file__).parents[1] / "sources"


@pytest.mark.parametrize("mutant", STAGING_MUTANTS, ids=[mutant.what for mutant in STAGING_MUTANTS])
def test_a_breakage_of_a_staging_model_turns_a_test_red(mutant: StagingMutant) -> None:
    sql = staged.staging_sql()
    assert mutant.old in sql[mutant.model], f"{mutant.model} no longer holds {mutant.old!r}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(staged.staging_sql(), mutant.model, sql[mutant.model].replace(mutant.old, mutant.new))
        said = outcome(mutant.tested_in)
    assert said == pytest.ExitCode.TESTS_FAILED, f"no test in {mutant.tested_in} minds {mutant.what!r}"


@pytest.mark.parametrize("mutant", DECLARATION_MUTANTS, ids=[mutant.what for mutant in DECLARATION_MUTANTS])
def test_what_a_declaration_forgets_turns_a_test_red(mutant: DeclarationMutant) -> None:
    exports = tuple(forgetful(export, mutant) for export in staged.exports())
    assert exports != staged.exports(), f"{mutant.table} no longer declares {mutant.forgotten}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staged, "exports", lambda: exports)
        said = outcome(mutant.tests)
    assert said == pytest.ExitCode.TESTS_FAILED, f"no test in {mutant.tests} minds {mutant.what!r}"


def forgetful(export: Export, mutant: DeclarationMutant) -> Export:
    """The export without what the mutant forgets, where it is the mutant's."""
    if export.table != mutant.table:
        return export
    if not mutant.column:
        return replace(export, **{mutant.forgotten: ()})
    columns = (
        replace(column, **{mutant.forgotten: ()}) if column.name == mutant.column else column
        for column in export.columns
    )
    return replace(export, columns=tuple(columns))


def outcome(tests: str) -> int | pytest.ExitCode:
    """What pytest says of a file of the sources' tests."""
    return pytest.main(["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", str(SOURCES / tests)])
