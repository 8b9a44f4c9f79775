"""Arguments in, exit code out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from runner import interrupts
from runner.cli.arguments import read_arguments
from runner.cli.commands import COMMANDS
from runner.console import Console
from runner.errors import CouldNotRun, RunError
from runner.masking import masked

PROJECT = Path(__file__).resolve().parents[3]


def main(arguments: Sequence[str] | None = None, *, project: Path = PROJECT) -> int:
    """Run the command line `arguments` (default: the process's) on `project`. Returns the exit code."""
    console = Console()
    try:
        settings = read_arguments(arguments, project)
        console = Console(quiet=settings.quiet)
        return COMMANDS[settings.command](settings, console)
    except RunError as error:
        console.error(error.message)
        return error.exit_code
    except OSError as error:  # where nothing has caught it: a full disk as the last thing is told
        console.error(masked(f"{error.filename or 'A file'} cannot be written: {error.strerror or error}."))
        return CouldNotRun.exit_code
    except KeyboardInterrupt:
        console.error("Interrupted.")
        return interrupts.EXIT_CODE
