"""Keyed hashes of addresses, names and the like, so that they never enter the warehouse."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

DIGITS = 32
_BLOCK = 64


def hashed(text: str) -> str:
    """The SQL of the hash of trimmed `text`, in lower case: HMAC-SHA-256, its first 32 hex digits."""
    inner = f"unhex(sha256(getvariable('door_inner') || encode(lower({text}))))"
    return f"left(sha256(getvariable('door_outer') || {inner}), {DIGITS})"


def fingerprint(key: bytes) -> str:
    """By which a warehouse knows its key without holding it."""
    return hmac.new(key, b"marketing-kpis fingerprint", hashlib.sha256).hexdigest()[:DIGITS]


@contextmanager
def keyed(connection: duckdb.DuckDBPyConnection, key: bytes) -> Iterator[None]:
    """Within, the connection can hash. The key is a query variable and stands in no SQL text."""
    if len(key) > _BLOCK:
        key = hashlib.sha256(key).digest()
    block = key.ljust(_BLOCK, b"\0")
    connection.execute("set variable door_inner = ?", [bytes(byte ^ 0x36 for byte in block)])
    connection.execute("set variable door_outer = ?", [bytes(byte ^ 0x5C for byte in block)])
    try:
        yield
    finally:
        connection.execute("reset variable door_inner")
        connection.execute("reset variable door_outer")
