"""The command of Marketing KPIs: `python scripts/run.py --help`."""

import sys

from runner import interrupts


def _run() -> int:
    try:
        from runner.cli.main import main
    except ModuleNotFoundError as missing:
        sys.exit(
            f"Python lacks {missing.name}: install the locked packages with `make .venv/.locked`,"
            " then use .venv/bin/python."
        )
    return main()


if __name__ == "__main__":
    try:
        interrupts.watch()
        code = _run()
        interrupts.ignore()
    except BaseException:  # a signal in an import comes out as whatever the import makes of it
        interrupts.ignore()
        if not interrupts.requested():
            raise
        sys.stderr.write("Interrupted.\n")
        code = interrupts.EXIT_CODE
    sys.exit(code)
