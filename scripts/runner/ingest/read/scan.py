"""One pass over a file: its hash, its lines counted without a parser, its encoding."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import re
import shutil
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO

from runner.errors import CheckFailed, CouldNotRun

BLOCK = 1 << 20  # a text with a line end in every block has no line of twice that length
_TAIL = 1 << 16
LONGEST_LINE = 256 << 20  # a whole array of records may stand on one line
_LARGE, _MOST_EXPANDED = 64 << 20, 200  # real exports shrink to a hundredth at most
_ODD_SPACES = (b"\xa0", b"\xef\xbb\xbf")  # no-break space in any encoding, byte order mark
# What a file must hold for a quick look to spare each of its cells a closer one.
SIGNS = frozenset(("#", "+", "=", ".0"))
_MAGIC = {
    b"PK\x03\x04": "a ZIP or XLSX file",
    b"\xd0\xcf\x11\xe0": "an XLS or other Office file",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"SQLite format 3": "a database",
}
_CP1252 = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256))
_SURROGATES = re.compile("[\udc80-\udcff]")


# What changes with a file's content, or where another takes its place.
Stamp = tuple[int, ...]


@dataclass(frozen=True)
class Scan:
    """What one pass found. Lines end with LF, CRLF or CR; a last line needs no end."""

    path: Path
    sha256: str  # of the content, not of its compression
    size: int  # bytes of the content
    is_gzip: bool
    encoding: str = "binary"  # utf-8, utf-16-le, utf-16-be, cp1252
    lines: int = 0
    line_feeds: int = 0
    carriage_returns: int = 0
    pairs: int = 0  # of CR and LF
    blank_at_end: int = 0
    has_nul: bool = False
    has_bad_utf8: bool = False
    has_long_line: bool = False
    ends_in_line: bool = False  # the last line has no end
    has_odd_spaces: bool = True  # tabs, no-break spaces, byte order marks
    signs: frozenset[str] = SIGNS  # those of SIGNS that it holds
    stamp: Stamp = ()  # of the file that was read

    @property
    def has_uniform_ends(self) -> bool:
        """Whether all lines end alike, with LF or with CRLF."""
        return self.carriage_returns == 0 or self.carriage_returns == self.pairs == self.line_feeds

    @property
    def unit(self) -> int:
        """Bytes of one code unit."""
        return 2 if self.encoding.startswith("utf-16") else 1


def scan_binary(path: Path, name: str) -> Scan:
    """Hash a file that is no text; `name` is for messages."""
    digest, size = hashlib.sha256(), 0
    before = stamp_of(path)
    with reading(path, name) as (file, is_gzip):
        for block in _blocks(file):
            digest.update(block)
            size += len(block)
            _refuse_bomb(path, size, name)
    return Scan(path, digest.hexdigest(), size, is_gzip, stamp=before)


def stamp_of(path: Path) -> Stamp:
    """The stamp of a file as it stands; an empty one where there is none."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _refuse_bomb(path: Path, size: int, name: str) -> None:
    """Refuse what a few bytes expand to; `size` is that of what has been read so far."""
    if size > _LARGE and size > _MOST_EXPANDED * path.stat().st_size:
        raise CheckFailed(
            f"{name}: it expands to more than {_MOST_EXPANDED} times its size, which no export does;"
            " fetch it again and replace it."
        )


def scan_text(path: Path, name: str) -> Scan:
    """Hash a text file, count its lines and find its encoding; `name` is for messages.

    Raises CheckFailed for a binary or damaged file, CouldNotRun where it cannot be read.
    """
    digest = hashlib.sha256()
    size = 0
    before = stamp_of(path)
    with reading(path, name) as (file, is_gzip), ThreadPoolExecutor(1) as other:
        block = file.read(BLOCK)
        encoding = _encoding(block)
        _refuse_binary(block, encoding, name)
        decoder = codecs.getincrementaldecoder(encoding)("replace") if encoding != "utf-8" else None
        text = _Text()
        while block:
            hashing = other.submit(digest.update, block)
            following = file.read(BLOCK)  # only while this thread waits can the other one begin
            size += len(block)
            _refuse_bomb(path, size, name)
            if text.blocks_without_end * BLOCK > LONGEST_LINE:
                raise CheckFailed(
                    f"{name}: a line of it is longer than {LONGEST_LINE >> 20} MB; export it again, with a"
                    " line for each record."
                )
            text.add(decoder.decode(block).encode() if decoder else block)
            hashing.result()
            block = following
        if decoder:
            text.add(decoder.decode(b"", True).encode())
        text.finish()
    if encoding == "utf-8" and text.invalid > text.multibyte:
        encoding = "cp1252"
    return Scan(
        path=path,
        sha256=digest.hexdigest(),
        size=size,
        is_gzip=is_gzip,
        encoding=encoding,
        lines=text.lines,
        line_feeds=text.line_feeds,
        carriage_returns=text.carriage_returns,
        pairs=text.pairs,
        blank_at_end=text.blank_at_end,
        has_nul=text.has_nul,
        has_bad_utf8=encoding == "utf-8" and text.invalid > 0,
        has_long_line=text.has_long_line,
        ends_in_line=text.ends_in_line,
        has_odd_spaces=text.has_odd_spaces,
        signs=frozenset(text.signs),
        stamp=before,
    )


def plain_text(scan: Scan, name: str, scratch: Path) -> Path:
    """The file as plain UTF-8 text: a link to itself, or a copy, in `scratch`."""
    target = scratch / "plain"
    if scan.encoding == "utf-8" and not scan.is_gzip:
        return _link(scan.path, target)
    with reading(scan.path, name) as (file, _), target.open("wb") as copy:
        if scan.encoding == "utf-8":
            shutil.copyfileobj(file, copy, BLOCK)
        elif scan.encoding == "cp1252":
            for block in _blocks(file):
                text, _ = codecs.charmap_decode(block, "strict", _CP1252)  # type: ignore[arg-type] # takes text too
                copy.write(text.encode())
        else:
            decoder = codecs.getincrementaldecoder(scan.encoding)("replace")
            for block in _blocks(file):
                copy.write(decoder.decode(block).encode())
            copy.write(decoder.decode(b"", True).encode())
    return target


def plain_binary(scan: Scan, name: str, scratch: Path) -> Path:
    """The file uncompressed: a link to itself, or a copy, in `scratch`."""
    target = scratch / "plain"
    if not scan.is_gzip:
        return _link(scan.path, target)
    with reading(scan.path, name) as (file, _), target.open("wb") as copy:
        shutil.copyfileobj(file, copy, BLOCK)
    return target


def _link(path: Path, target: Path) -> Path:
    """`target` as another name of a file, without what DuckDB would take for a pattern or a partition."""
    target.symlink_to(path.absolute())
    return target


def line_starts(scan: Scan, name: str, lines: set[int]) -> dict[int, int]:
    """The byte at which each of `lines` (1-based) starts in the uncompressed file."""
    import numpy as np

    found = {1: 0} if 1 in lines else {}
    wanted = np.array(sorted(lines), dtype=np.int64)
    kind = {"utf-16-le": "<u2", "utf-16-be": ">u2"}.get(scan.encoding, "u1")
    line, offset, held = 1, 0, b""
    with reading(scan.path, name) as (file, _):
        for block in chain(_blocks(file), [b""]):
            data = held + block
            size = len(data) // scan.unit * scan.unit
            units = np.frombuffer(data[:size], dtype=kind)
            # A CR at the edge may be half of a CRLF: it waits for the next block.
            if block and len(units) and units[-1] == 13:
                units = units[:-1]
            held = data[len(units) * scan.unit :]
            is_feed, is_return = units == 10, units == 13
            starts = np.flatnonzero(is_feed | (is_return & ~np.append(is_feed[1:], False))) + 1
            for number in wanted[(wanted > line) & (wanted <= line + len(starts))]:
                found[int(number)] = offset + int(starts[number - line - 1]) * scan.unit
            line += len(starts)
            offset += len(units) * scan.unit
            if line >= wanted[-1]:
                break
    return found


@contextmanager
def reading(path: Path, name: str) -> Iterator[tuple[IO[bytes], bool]]:
    """The uncompressed bytes of a file, and whether it is compressed."""
    try:
        with path.open("rb") as probe:
            is_gzip = probe.read(2) == b"\x1f\x8b"
        with gzip.open(path) if is_gzip else path.open("rb", buffering=0) as file:
            yield file, is_gzip  # type: ignore[misc]
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise CheckFailed(
            f"{name}: the compressed file is damaged or cut off; fetch it again and replace it."
        ) from None
    except OSError as error:
        raise CouldNotRun(f"{name} cannot be read: {error.strerror or error}.") from None


class _Text:
    """Counts over blocks of bytes."""

    def __init__(self) -> None:
        self.line_feeds = self.carriage_returns = self.pairs = 0
        self.multibyte = self.invalid = 0
        self.has_nul = self.has_long_line = False
        self.has_odd_spaces = False
        self.signs: set[str] = set()
        self.tail = b""
        self.blocks_without_end = 0
        self.is_empty = True
        self.decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")

    def add(self, block: bytes) -> None:
        if not block:
            return
        is_ascii = block.isascii()
        feeds = block.count(b"\n")
        # To see that a byte is not there is ten times as quick as to count it.
        returns = block.count(b"\r") if b"\r" in block else 0
        if returns:
            self.pairs += block.count(b"\r\n")
        if self.tail.endswith(b"\r") and block.startswith(b"\n"):
            self.pairs += 1
        self.line_feeds += feeds
        self.carriage_returns += returns
        self.has_nul = self.has_nul or b"\0" in block
        edge = self.tail[-1:] + block[:1]
        for sign in SIGNS - self.signs:
            if sign.encode() in block or sign.encode() in edge:
                self.signs.add(sign)
        if feeds or returns:
            self.blocks_without_end = 0
        else:
            self.blocks_without_end += 1
            self.has_long_line = self.has_long_line or len(block) >= BLOCK // 2
        self.has_odd_spaces = (
            self.has_odd_spaces
            or b"\t" in block
            or not (is_ascii or all(space not in block for space in _ODD_SPACES))
        )
        if not is_ascii or self.decoder.getstate()[0]:
            self._decode(block)
        self.tail = (self.tail + block)[-_TAIL:] if len(block) < _TAIL else block[-_TAIL:]
        self.is_empty = False

    def finish(self) -> None:
        text = self.decoder.decode(b"", True)
        self.invalid += len(_SURROGATES.findall(text))

    def _decode(self, block: bytes) -> None:
        text = self.decoder.decode(block)
        bad = len(_SURROGATES.findall(text))
        self.invalid += bad
        self.multibyte += len(text) - len(text.encode("ascii", "ignore")) - bad

    @property
    def ends_in_line(self) -> bool:
        return not self.is_empty and not self.tail.endswith((b"\n", b"\r"))

    @property
    def lines(self) -> int:
        return self.line_feeds + self.carriage_returns - self.pairs + int(self.ends_in_line)

    @property
    def blank_at_end(self) -> int:
        run = self.tail[len(self.tail.rstrip(b"\r\n")) :]
        ends = run.count(b"\n") + run.count(b"\r") - run.count(b"\r\n")
        return max(0, ends - 1)


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block


def _encoding(head: bytes) -> str:
    """By byte order mark; without one, text in UTF-16 shows in its zero bytes."""
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    sample = head[:4096]
    even, odd = sample[0::2], sample[1::2]
    if len(odd) > 1:
        if odd.count(0) > 0.7 * len(odd) and even.count(0) < 0.05 * len(even):
            return "utf-16-le"
        if even.count(0) > 0.7 * len(even) and odd.count(0) < 0.05 * len(odd):
            return "utf-16-be"
    return "utf-8"


def _refuse_binary(head: bytes, encoding: str, name: str) -> None:
    for magic, what in _MAGIC.items():
        if head.startswith(magic):
            raise CheckFailed(
                f"{name}, line 1: this is {what}, not text; export it as CSV or give it its own ending."
            )
    sample = head[:8192]
    if encoding == "utf-8" and sample:
        controls = sum(byte < 32 and byte not in b"\t\n\r\f\v\x1a\x1c\x1d\x1e\x1f" for byte in sample)
        if controls >= 10 and controls > 0.05 * len(sample):
            raise CheckFailed(f"{name}, line 1: this is a binary file, not text; export it as CSV again.")
