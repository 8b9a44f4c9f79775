"""Digests of the runner's own code: what older code made of the same files may be another thing."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

READING = ("ingest", "masking.py", "sql.py")  # turns files into rows
COMPUTING = ("solvers", "sql.py", "targets", "workflow/after_models.py")  # turns rows into tables, beside SQL


@cache
def digest_of_code(*parts: str) -> str:
    """The digest of files and folders of this package; of the whole where none is named."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for part in parts or (".",):
        path = package / part
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            digest.update(f"{file.relative_to(package).as_posix()} ".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
