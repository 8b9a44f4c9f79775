"""The errors a user can meet; each carries the exit code of the command."""

from __future__ import annotations

from runner.masking import masked


class RunError(Exception):
    """One or two sentences that say what happened and what to do; shown without a traceback.

    What looks personal in them, as they may tell of files, is masked.
    """

    exit_code = 3

    def __init__(self, message: str, exit_code: int | None = None) -> None:
        self.message = masked(message)
        super().__init__(self.message)
        if exit_code is not None:
            self.exit_code = exit_code


class CheckFailed(RunError):  # noqa: N818 - named for what happened
    """A check failed, or an export file holds what it must not; nothing is published."""

    exit_code = 1


class UsageError(RunError):
    """An option, a declaration or a folder is wrong: the user can mend it and ask again."""

    exit_code = 2


class CouldNotRun(RunError):  # noqa: N818 - named for what happened
    """Disk, database or permissions stood in the way."""

    exit_code = 3


class Locked(RunError):  # noqa: N818 - named for what happened
    """Another run holds the lock."""

    exit_code = 4
