"""Keyed hashes of addresses, names and the like, so that they never enter the warehouse."""

from __future__ import annotations

import hashlib
import hmac
import os
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
    _set_secretly(connection, "door_inner", bytes(byte ^ 0x36 for byte in block))
    _set_secretly(connection, "door_outer", bytes(byte ^ 0x5C for byte in block))
    try:
        yield
    finally:
        connection.execute("reset variable door_inner")
        connection.execute("reset variable door_outer")


def _set_secretly(connection: duckdb.DuckDBPyConnection, variable: str, value: bytes) -> None:
    """Set a query variable through a pipe: with a query parameter DuckDB would import pandas first."""
    reader, writer = os.pipe()
    try:
        with os.fdopen(writer, "w") as pipe:
            pipe.write(value.hex())
        connection.execute(
            f"set variable {variable} = (select unhex(hex) from read_csv('/dev/fd/{reader}',"
            " columns = {hex: 'varchar'}, auto_detect = false, header = false))"
        )
    finally:
        os.close(reader)
