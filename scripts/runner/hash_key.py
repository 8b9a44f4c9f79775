"""The key under which the door hashes addresses: where it comes from, and that it is one."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from runner.errors import CouldNotRun, UsageError

VARIABLE = "MARKETING_KPIS_HASH_KEY"
KEY_FILE = "hash.key"
LEAST_CHARACTERS = 16
_DEMO_KEY = "the public demo key of Marketing KPIs"


@dataclass(frozen=True)
class HashKey:
    """The key's text, and where it comes from: the environment, the output's key file, or the demo."""

    text: str
    origin: str

    @property
    def bytes(self) -> bytes:
        """As the door takes it."""
        return self.text.encode()


def find_hash_key(output: Path, *, is_demo: bool) -> HashKey:
    """The key of the environment; else the demo's for the demo's exports; else the output's own.

    The output's own is made once, readable by its owner alone. Who loses it cannot load more rows beside
    those that stand: all is read anew with --full-refresh. Raises UsageError for a key too short to be one,
    CouldNotRun where the file cannot be read or written.
    """
    if VARIABLE in os.environ:
        return HashKey(_checked(os.environ[VARIABLE], VARIABLE), "environment")
    if is_demo:
        return HashKey(_DEMO_KEY, "demo")
    path = output / KEY_FILE
    try:
        if not path.exists():
            _make(path)
        return HashKey(_checked(path.read_text(encoding="utf-8"), str(path)), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise CouldNotRun(f"The hash key in {path} cannot be read or written: {error}.") from error


def _checked(text: str, place: str) -> str:
    key = text.strip()
    if len(key) < LEAST_CHARACTERS:
        told = f"has {len(key)} characters" if key else "is blank"
        raise UsageError(
            f"{place} {told}: a hash key takes at least {LEAST_CHARACTERS}, such as `openssl rand -hex 32`"
            f" writes; without {VARIABLE} the output gets a key of its own."
        )
    return key


def _make(path: Path) -> None:
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{secrets.token_hex(32)}\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
