"""Writes the demo exports of an invented company, each tool's in its own format, and the truth they hold."""

from __future__ import annotations

import sys

from demo.command import main

if __name__ == "__main__":
    sys.exit(main())
