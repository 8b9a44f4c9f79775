"""What a run has to say of its data, as rows that are published beside the figures."""

from __future__ import annotations

from typing import TypeAlias

from runner.results import Finding, Run

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
        *(("warnings", None, None, _without_examples(warning), None, None, None) for warning in run.warnings),
        *(("notes", note.source, note.export, note.text, None, None, None) for note in run.notices),
    ]


def _without_examples(warning: Finding) -> str:
    """What a check warns of; its examples are rows of the exports, which are not published."""
    return f"{warning.check}: {warning.why.split(', such as ')[0]}"
