"""Runs a command until it ends, or until nobody holds the other end of this process' input any more.

So what a run has started ends with it, even where it was killed.
"""

from __future__ import annotations

import subprocess
import sys
import threading


def main(command: list[str]) -> int:
    """The command's exit code."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - what our own starts

    def end_with_the_other_side() -> None:
        sys.stdin.buffer.read()
        child.kill()

    threading.Thread(target=end_with_the_other_side, daemon=True).start()
    return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
