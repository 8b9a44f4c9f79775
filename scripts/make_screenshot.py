"""Takes the picture of the report that the docs show: `python scripts/make_screenshot.py --output output`."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SIZE = "1240,1000"


def main() -> int:
    """Draw the report of an output folder in Chromium, keep what fits the window. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=PROJECT / "output", help="folder of a published run")
    parser.add_argument("--picture", type=Path, default=PROJECT / "docs/report.png", help="file to write")
    asked = parser.parse_args()
    report = (asked.output / "report.html").resolve()
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None or not report.is_file():
        sys.stderr.write("Chromium and a report are needed: apt-get install chromium, then `make run`.\n")
        return 2
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    command += ["--hide-scrollbars", "--virtual-time-budget=5000", f"--window-size={SIZE}"]
    command += [f"--screenshot={asked.picture.resolve()}", report.as_uri()]
    return subprocess.run(command, check=False, capture_output=True, timeout=120).returncode  # noqa: S603 - our own


if __name__ == "__main__":
    sys.exit(main())
