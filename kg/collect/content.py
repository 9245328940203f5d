"""The bytes of one input, decompressed, read once and forward.

What lies under a name is told by its first bytes, never by its name: gzip, xz, bzip2, Zstandard, tar, in any
nesting. Everything is a stream: one member of an archive is in memory at a time, at most.
"""

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from hashlib import sha256
from tarfile import EOFHeaderError as EndOfArchive  # type: ignore[attr-defined,unused-ignore]
from typing import IO, BinaryIO, Protocol, cast

from kg.model import Reject

HEAD = 256 * 1024  # bytes a reader may look at before it says whether the content is its own
LONGEST_LINE = 64 * 1024 * 1024
LARGEST_DOCUMENT = 1024 * 1024 * 1024
LONGEST_RAW = 10_000  # characters of a refused record that are kept
_CHUNK = 1024 * 1024
_CONTROL = bytes(code for code in (*range(32), 127) if chr(code) not in "\t\n\r\f\x1b")
_DEEPEST = 5  # an archive in an archive in …: more is a bomb
_BROKEN = (OSError, EOFError, lzma.LZMAError, zlib.error, tarfile.TarError)


class Raw(io.RawIOBase):
    """A stream that hands out the bytes of another and keeps their SHA-256."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._hash = sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        self._hash.update(data)
        buffer[: len(data)] = data
        return len(data)

    def drain(self) -> str:
        """SHA-256 (hex) of all bytes, those that nobody asked for included; empty where they cannot be read."""
        try:
            while data := self._stream.read(_CHUNK):
                self._hash.update(data)
        except OSError:
            return ""
        return self._hash.hexdigest()


class Content:
    """One file or archive member as a reader sees it.

    Reading never raises where the bytes end early or are damaged: the content ends there and `broken` says so. A
    reader keeps what it has whole and ends with a reject for it.
    """

    def __init__(self, name: str, stream: BinaryIO) -> None:
        self.name = name
        self.broken = ""
        self.tail: tuple[int, bytes] = (0, b"")  # the line that `lines` could not read to its end
        self._stream = stream
        head = b""
        while len(head) < HEAD and (data := self._read(HEAD - len(head))):
            head += data
        self._whole_head = head
        self.head = head.removeprefix(b"\xef\xbb\xbf")

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Number (from 1) and bytes of each line, without its line end. A line longer than LONGEST_LINE comes
        cut, as LONGEST_LINE + 1 bytes. What follows the last line end of a broken content is its `tail`."""
        number, parts, size = 0, list[bytes](), 0
        for chunk in self._chunks():
            pieces = chunk.split(b"\n")
            for index, piece in enumerate(pieces):
                if size <= LONGEST_LINE:
                    parts.append(piece)
                    size += len(piece)
                if index < len(pieces) - 1:
                    number += 1
                    yield number, b"".join(parts)[: LONGEST_LINE + 1].removesuffix(b"\r")
                    parts, size = [], 0
        if self.broken:
            self.tail = number + 1, b"".join(parts)
        elif size:
            yield number + 1, b"".join(parts)[: LONGEST_LINE + 1].removesuffix(b"\r")

    def everything(self) -> bytes:
        """The whole content; where it is larger than LARGEST_DOCUMENT it ends there and is `broken`."""
        parts, size = list[bytes](), 0
        for chunk in self._chunks():
            parts.append(chunk)
            size += len(chunk)
            if size > LARGEST_DOCUMENT:
                self.broken = "it is larger than 1 GiB: split it, or write one paper per line (JSON lines)"
                break
        return b"".join(parts)

    def reject(self, where: str, reason: str, raw: str | bytes = "") -> Reject:
        """A reject of a record of this content."""
        return reject(self.name, where, reason, raw)

    def _chunks(self) -> Iterator[bytes]:
        yield self.head
        while data := self._read(_CHUNK):
            yield data

    def _read(self, size: int) -> bytes:
        if self.broken:
            return b""
        try:
            return self._stream.read(size)
        except _BROKEN as error:
            self.broken = _damage(error)
            return b""


def is_binary(head: bytes) -> bool:
    """Whether the bytes are no text: more than 1 in 100 is a control character or no UTF-8."""
    control = len(head) - len(head.translate(None, _CONTROL))
    foreign = head.decode("utf-8", "replace").count("\ufffd") - head.count("\ufffd".encode())
    return control + foreign > len(head) / 100 + 3


def reject(name: str, where: str, reason: str, raw: str | bytes = "") -> Reject:
    """A reject that can always be written as JSON: no lone surrogates, and the raw record cut."""
    text = raw[: 4 * LONGEST_RAW].decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    return Reject(source=_clean(name), where=where, reason=_clean(reason), raw=_clean(text[:LONGEST_RAW]))


def unpack(name: str, stream: BinaryIO | io.RawIOBase, *, depth: int = 0) -> Iterator[Content | Reject]:
    """The contents that lie under a name: the stream itself, or each member of the archive that it is.

    Each must be read before the next is asked for. An archive that is damaged or cut short ends with one reject,
    after all that could be read from it.
    """
    outer = Content(name, cast(BinaryIO, stream))
    layer = _layer(outer._whole_head)
    if layer is None:
        yield outer
        return
    if depth == _DEEPEST:
        yield reject(name, "-", f"more than {_DEEPEST} archives inside each other: unpack it first")
        return
    rest = cast(BinaryIO, io.BufferedReader(_Joined(outer), _CHUNK))
    if layer == "tar":
        yield from _members(name, rest, depth)
        return
    try:
        inner = _decompressed(layer, rest)
    except ImportError:
        yield reject(
            name,
            "-",
            "Zstandard needs a package that is missing: run `pip install zstandard`, or unpack it first",
        )
        return
    yield from unpack(name, inner, depth=depth + 1)


def _layer(head: bytes) -> str | None:
    for magic, layer in (
        (b"\x1f\x8b", "gzip"),
        (b"\xfd7zXZ\0", "xz"),
        (b"BZh", "bzip2"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
    ):
        if head.startswith(magic):
            return layer
    return "tar" if head[257:262] == b"ustar" else None


def _decompressed(layer: str, stream: BinaryIO) -> BinaryIO:
    if layer == "gzip":
        return cast(BinaryIO, gzip.GzipFile(fileobj=stream))
    if layer == "xz":
        return cast(BinaryIO, lzma.LZMAFile(stream))
    if layer == "bzip2":
        return cast(BinaryIO, bz2.BZ2File(stream))
    return cast(BinaryIO, io.BufferedReader(_Zstandard(stream), _CHUNK))


def _members(name: str, stream: BinaryIO, depth: int) -> Iterator[Content | Reject]:
    last: Content | Reject | None = None
    try:
        with _Archive.open(fileobj=stream, mode="r|", tarinfo=_Entry) as archive:
            for member in archive:
                hidden = any(part.startswith(".") and part not in (".", "..") for part in member.name.split("/"))
                if not member.isfile() or hidden:
                    continue
                file = archive.extractfile(member)
                if file is None:
                    continue
                for last in unpack(f"{name}!{_clean(member.name)}", cast(BinaryIO, file), depth=depth + 1):
                    yield last
            if not getattr(archive, "ended", False):
                raise EOFError
        if last is None:
            yield reject(name, "-", "the archive holds no files")
    except _BROKEN as error:
        # A member that was cut has told already.
        if not (isinstance(last, Content) and last.broken):
            yield reject(name, "-", f"{_damage(error)}; what came before was read")


class _Archive(tarfile.TarFile):
    """A tar that knows whether its end mark was read: cut between two members it looks whole otherwise."""

    ended = False


class _Entry(tarfile.TarInfo):
    @classmethod
    def fromtarfile(cls, tarfile: tarfile.TarFile) -> "_Entry":
        try:
            return super().fromtarfile(tarfile)
        except EndOfArchive:
            tarfile.ended = True  # type: ignore[attr-defined]
            raise


def _damage(error: BaseException) -> str:
    text = str(error)
    if isinstance(error, EOFError) or "unexpected end" in text or "end-of-stream" in text:
        return "the compressed data ends early: fetch or copy the file again"
    if isinstance(error, OSError) and error.strerror:
        return f"it cannot be read to its end: {error.strerror}"
    return f"the compressed data is damaged ({text or type(error).__name__}): fetch or copy the file again"


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode() if not text.isascii() else text


class _Joined(io.RawIOBase):
    """The head that was looked at, then the rest."""

    def __init__(self, content: Content) -> None:
        self._head = content._whole_head
        self._broken = content.broken
        self._stream = content._stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if self._head:
            data, self._head = self._head[: len(buffer)], self._head[len(buffer) :]
        elif self._broken:
            raise EOFError(self._broken)
        else:
            data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _Decompress(Protocol):
    eof: bool
    unused_data: bytes

    def decompress(self, data: bytes) -> bytes: ...


def _zstandard() -> _Decompress:
    try:
        from zstandard import ZstdDecompressor
    except ImportError:
        from compression.zstd import ZstdDecompressor as Standard  # type: ignore[import-not-found,unused-ignore]

        return cast(_Decompress, Standard())
    return cast(_Decompress, ZstdDecompressor().decompressobj())


class _Zstandard(io.RawIOBase):
    """Zstandard as a stream. Unlike the package's own reader it does not take a cut file for a whole one."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._frame = _zstandard()
        self._fresh = True  # at the start of a frame, where the data may end
        self._data = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._data:
            if not self._fresh and self._frame.eof:
                rest, self._frame, self._fresh = self._frame.unused_data, _zstandard(), True
            else:
                rest = b""
            rest = rest or self._stream.read(_CHUNK)
            if not rest:
                if self._fresh:
                    return 0
                raise EOFError
            self._fresh = False
            try:
                self._data = self._frame.decompress(rest)
            except Exception as error:  # the package's error class is no other than Exception
                raise OSError(f"{error}") from None
        data, self._data = self._data[: len(buffer)], self._data[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)
