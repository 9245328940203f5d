"""What the user names on the command line: files, folders, patterns and `-`."""

import glob
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from kg.errors import InputError

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Input:
    """One file to read: its name as the user gave it, and its path (None: standard input)."""

    name: str
    path: Path | None

    def open(self) -> BinaryIO:
        """Its bytes. Raises InputError where it cannot be opened."""
        if self.path is None:
            return cast(BinaryIO, sys.stdin.buffer)
        try:
            return cast(BinaryIO, self.path.open("rb", buffering=0))
        except OSError as error:
            raise InputError(_why(error)) from None


@dataclass(frozen=True, slots=True)
class Missing:
    """An input that names nothing to read, and why."""

    name: str
    reason: str


def expand(given: Sequence[str | os.PathLike[str]]) -> Iterator[Input | Missing]:
    """The files that the inputs name, each once: folders with all below them, sorted, without hidden files."""
    seen: set[Path | None] = set()
    for each in given:
        for found in _expand(os.fspath(each)):
            key = None if isinstance(found, Missing) or found.path is None else found.path.absolute()
            if isinstance(found, Input):
                if key in seen:
                    continue
                seen.add(key)
            yield found


def _expand(text: str) -> Iterator[Input | Missing]:
    if text == STDIN:
        yield Input(STDIN, None)
        return
    path = Path(text)
    if not os.path.lexists(path) and glob.has_magic(text):
        # Path.glob takes no absolute pattern.
        matches = sorted(glob.glob(text, recursive=True))  # noqa: PTH207
        if not matches:
            yield Missing(_shown(text), "no file matches the pattern")
        for match in matches:
            if not (Path(match).is_dir() and "**" in text):
                yield from _one(match, Path(match))
        return
    yield from _one(text, path)


def _one(text: str, path: Path) -> Iterator[Input | Missing]:
    if not path.exists():
        yield Missing(_shown(text), "no such file or folder: check the path")
    elif path.is_dir():
        yield from _below(text, path)
    else:
        yield Input(_shown(text), path)


def _below(text: str, folder: Path) -> Iterator[Input | Missing]:
    failed: list[Missing] = []

    def refused(error: OSError) -> None:
        failed.append(Missing(_shown(str(error.filename or text)), _why(error)))

    empty = True
    for root, folders, files in os.walk(folder, onerror=refused):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in files if not name.startswith(".")):
            path = Path(root) / name
            if path.is_file():
                empty = False
                yield Input(_shown(str(path)), path)
    yield from failed
    if empty and not failed:
        yield Missing(_shown(text), "the folder holds no files")


def _why(error: OSError) -> str:
    return f"it cannot be opened: {error.strerror or error}"


def _shown(text: str) -> str:
    return os.fsencode(text).decode("utf-8", "replace")
