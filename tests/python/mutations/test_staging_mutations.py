"""Each breakage of a staging model turns a test of its source red."""

from __future__ import annotations

from pathlib import Path

import pytest
from sources import staged

from mutations.staging_mutants import STAGING_MUTANTS, StagingMutant

SOURCES = Path(__file__).parents[1] / "sources"


@pytest.mark.parametrize("mutant", STAGING_MUTANTS, ids=[mutant.what for mutant in STAGING_MUTANTS])
def test_a_breakage_of_a_staging_model_turns_a_test_red(mutant: StagingMutant) -> None:
    sql = staged.staging_sql()
    assert mutant.old in sql[mutant.model], f"{mutant.model} no longer holds {mutant.old!r}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(staged.staging_sql(), mutant.model, sql[mutant.model].replace(mutant.old, mutant.new))
        said = pytest.main(
            ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", str(SOURCES / mutant.tested_in)]
        )
    assert said == pytest.ExitCode.TESTS_FAILED, f"no test in {mutant.tested_in} minds {mutant.what!r}"
