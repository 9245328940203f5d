"""Reads inputs one after the other; what cannot be read becomes a reject, and the reading goes on."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kg.collect.content import Raw, reject, unpack
from kg.collect.detect import detect, unknown
from kg.collect.inputs import Input, Missing, expand
from kg.errors import InputError
from kg.model import Record, Reject


class Item(NamedTuple):
    """One record read, good or refused: the input (members of archives after "!"), where in it, and the record."""

    input_name: str
    where: str
    outcome: Record | Reject


@dataclass(slots=True)
class InputFile:
    """One file that was read: SHA-256 of its bytes as they lie on disk (empty: not read), the names of the readers
    that knew its content (empty: none did, so nothing of it was read), and what they found."""

    name: str
    sha256: str = ""
    reader: str = ""
    records: int = 0
    rejects: int = 0

    @property
    def failed(self) -> bool:
        """Whether nothing of it could be read: no such file, no known format, damaged from its start."""
        return not self.reader


class Reading(Iterator[Item]):
    """The items of all inputs, once, in order. `inputs` grows meanwhile and is whole at the end."""

    def __init__(
        self, inputs: Sequence[str | os.PathLike[str]], *, on_input: Callable[[str], None] | None = None
    ) -> None:
        self.inputs: list[InputFile] = []
        self._on_input = on_input
        self._items = self._read(inputs)

    def __next__(self) -> Item:
        return next(self._items)

    def _read(self, inputs: Sequence[str | os.PathLike[str]]) -> Iterator[Item]:
        for source in expand(inputs):
            entry = InputFile(source.name)
            self.inputs.append(entry)
            if self._on_input is not None:
                self._on_input(source.name)
            for item in _items(source, entry):
                if isinstance(item.outcome, Reject):
                    entry.rejects += 1
                else:
                    entry.records += 1
                yield item


def read(inputs: Sequence[str | os.PathLike[str]], *, on_input: Callable[[str], None] | None = None) -> Reading:
    """Reads files, folders, patterns and `-` (standard input), each possibly compressed or an archive.

    Never raises for what is in an input, or for one that is missing: that is an item with a reject, at "-" where
    it concerns the whole input. A file named twice is read once. `on_input` is told the name of each file as
    its reading begins.
    """
    return Reading(inputs, on_input=on_input)


def _items(source: Input | Missing, entry: InputFile) -> Iterator[Item]:
    if isinstance(source, Missing):
        yield _whole(source.name, source.reason)
        return
    try:
        stream = source.open()
    except InputError as error:
        yield _whole(source.name, str(error))
        return
    raw = Raw(stream)
    readers: set[str] = set()
    try:
        for content in unpack(source.name, raw):
            if isinstance(content, Reject):
                yield Item(content.source, content.where, content)
                continue
            reader = detect(content.head)
            if reader is None:
                reason = content.broken or unknown(content.head)
                yield Item(content.name, "-", content.reject("-", reason, content.head[:200]))
                continue
            readers.add(reader.name)
            entry.reader = ", ".join(sorted(readers))
            for found in reader.read(content):
                yield Item(content.name, found.where, found.outcome)
        entry.sha256 = raw.drain()
    finally:
        if source.path is not None:
            stream.close()


def _whole(name: str, reason: str) -> Item:
    return Item(name, "-", reject(name, "-", reason))
