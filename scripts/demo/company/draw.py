"""Random draws that depend on the seed and a name alone, so that no part of the world disturbs another."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MINUTE = 60
HOUR = 3600
DAY = 86400


def stream(seed: int, *keys: str | int) -> np.random.Generator:
    """A generator of its own for these keys; equal seed and keys give equal draws."""
    parts = [key if isinstance(key, int) else crc32(key.encode()) for key in keys]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *parts])))


def pick(rng: np.random.Generator, size: int, weights: Sequence[float]) -> Ints:
    """Indexes drawn with these weights (which need not sum to one)."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.searchsorted(edges / edges[-1], rng.random(size), side="right").astype(np.int64)


def lognormal(rng: np.random.Generator, median: float, sigma: float, size: int | tuple[int, ...]) -> Floats:
    """Log-normal draws with this median."""
    return median * np.exp(sigma * rng.standard_normal(size))


def mix(values: Ints, salt: int) -> Ints:
    """A repeatable hash of whole numbers, 0 … 2**31 - 1, for choices tied to an index."""
    mixed = values.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(
        salt * 0x85EBCA6B + 0x1234567
    )
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(32)
    return (mixed & np.uint64(0x7FFFFFFF)).astype(np.int64)


def in_time(at: Ints, end: int) -> Ints:
    """Moments after `end` are unknown: they become 0, as moments that never were."""
    return np.where(at > end, 0, at)
