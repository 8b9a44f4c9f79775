"""What a run has to say of its data, as rows that are published beside the figures."""

from __future__ import annotations

from typing import TypeAlias

from runner.results import Run

# kind, source, export, text, row_count, file, line
Note: TypeAlias = tuple[str, str | None, str | None, str, int | None, str | None, int | None]


def notes_of(run: Run) -> list[Note]:
    """All that was quarantined, left out, set aside, warned of or noted in `run`."""
    return [
        *(
            (
                "quarantined",
                bad.source,
                bad.export,
                f"{bad.column}: {bad.reason}" if bad.column else bad.reason,
                bad.row_count,
                bad.file,
                bad.line,
            )
            for bad in run.quarantine
        ),
        *(
            (
                "left out",
                rows.source,
                rows.export,
                f"{rows.why} ({rows.sums})" if rows.sums else rows.why,
                rows.row_count,
                rows.file,
                rows.line,
            )
            for rows in run.left_out
        ),
        *(
            ("set aside", rows.source, rows.export, f"{rows.what}: {rows.reason}", rows.row_count, None, None)
            for rows in run.figures.set_aside
        ),
        *(("warnings", None, finding.check, finding.why, None, None, None) for finding in run.warnings),
        *(("notes", note.source, note.export, note.text, None, None, None) for note in run.notices),
    ]
