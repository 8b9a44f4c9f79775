"""The command of Marketing KPIs: `python scripts/run.py --help`."""

import sys

if __name__ == "__main__":
    try:
        from runner.cli import main
    except ModuleNotFoundError as missing:
        sys.exit(
            f"Python lacks {missing.name}: install the locked packages with `make .venv/.locked`,"
            " then use .venv/bin/python."
        )
    sys.exit(main())
