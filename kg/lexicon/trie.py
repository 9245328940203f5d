"""Finds known names in a text in one pass, whatever their hyphens, blanks, case and plural.

Names and texts are cut into runs of letters, runs of digits and plus signs; a trie over these runs finds the
longest name at each place. "CIFAR10", "CIFAR-10" and "Cifar 10" are one name; "CIFAR-100" and "GPT-4o" are not
found as "CIFAR-10" and "GPT-4", because a name ends only where a word ends.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from kg.lexicon.load import RUNS, Entry, runs
from kg.text import normalise

_GAP = frozenset(["", " ", "-", "_", "/", ".", "‐", "‑", "–", "'", "’", "·", "@", "\u00a0"])
_SPLIT = re.compile(f"({RUNS.pattern})")
_SUFFIX = re.compile(r"[-‐‑–]([^\W_]+)")


class Hit(NamedTuple):
    """A known name at `[start, end)` and the entries that go by it, in the order they were added."""

    start: int
    end: int
    entries: tuple[Entry, ...]


@dataclass(slots=True)
class _Node:
    next: dict[str, "_Node"] = field(default_factory=dict)
    names: list[tuple[str | None, Entry]] = field(default_factory=list)  # exact letters where case counts


class _Read(NamedTuple):
    """A text cut into runs: `gaps[i]` stands before run `i`."""

    text: str
    parts: list[str]
    gaps: list[str]
    starts: list[int]
    ends: list[int]


def _letters(text: str) -> str:
    return "".join(RUNS.findall(text))


class Trie:
    """All names of the given entries. `common` are plain English words, which may follow after a hyphen."""

    def __init__(self, entries: Iterable[Entry], common: frozenset[str]) -> None:
        self._root = _Node()
        self._common = common
        for entry in entries:
            for name in entry.names:
                self._add(name, entry)

    def _add(self, name: str, entry: Entry) -> None:
        node = self._root
        parts = [run for run, _, _ in runs(normalise(name))]
        if not parts or len(_letters(name)) < 2:
            return
        for run in parts:
            node = node.next.setdefault(run, _Node())
        exact = _letters(name) if entry.case and " " not in name else None
        node.names.append((exact, entry))

    def find(self, text: str) -> Iterator[Hit]:
        """The longest names from left to right; hits never overlap."""
        pieces = _SPLIT.split(text)  # gap, run, gap, run, …, gap
        offsets = list(accumulate(map(len, pieces)))
        parts = [run.lower() for run in pieces[1::2]]
        read = _Read(text, parts, pieces[0::2], offsets[0::2], offsets[1::2])
        first = self._root.next
        after, last = 0, len(parts) - 1
        for place, word in enumerate(parts):
            if place < after:
                continue
            node = first.get(word)
            if node is None:
                if word[-1] != "s" or word[:-1] not in first:
                    continue
            elif not node.names and word[-1] != "s" and (place == last or not _goes_on(node, parts[place + 1])):
                continue
            start = read.starts[place]
            if start and not _starts_word(text, start):
                continue
            hit, following = self._longest(read, place)
            if hit is not None:
                yield hit
                after = following

    def _longest(self, read: _Read, place: int) -> tuple[Hit | None, int]:
        text, parts, ends = read.text, read.parts, read.ends
        node, best, after, start = self._root, None, place, read.starts[place]
        for at in range(place, len(parts)):
            if at > place and read.gaps[at] not in _GAP:
                break
            word, end = parts[at], ends[at]
            following = node.next.get(word)
            if word[-1] == "s" and len(word) > 2 and (plural := node.next.get(word[:-1])) is not None:
                entries = self._entries(plural, text[start:end], plural=True)
                if entries and self._ends_word(text, end):
                    best, after = Hit(start, end, entries), at + 1
            if following is None:
                break
            node = following
            if node.names and (entries := self._entries(node, text[start:end], plural=False)):
                if self._ends_word(text, end):
                    best, after = Hit(start, end, entries), at + 1
                elif (
                    text[end : end + 1] == "s"
                    and text[end - 1].isdigit()
                    and not text[end + 1 : end + 2].isalnum()
                ):
                    best, after = Hit(start, end + 1, entries), at + 2
        return best, after

    @staticmethod
    def _entries(node: _Node, written: str, *, plural: bool) -> tuple[Entry, ...]:
        letters = _letters(written)
        if plural:
            letters = letters[:-1]
        found: dict[str, Entry] = {}
        for exact, entry in node.names:
            if exact is None or exact == letters:
                found[entry.id] = entry
        return tuple(found.values())

    def _ends_word(self, text: str, end: int) -> bool:
        following = text[end : end + 1]
        if not following:
            return True
        if following.isalnum() or following in "+_":
            return False
        if following == "." and text[end + 1 : end + 2].isdigit() and text[end - 1].isdigit():
            return False
        if match := _SUFFIX.match(text, end):
            return match[1] in self._common
        return True


def _goes_on(node: _Node, word: str) -> bool:
    return word in node.next or (word[-1] == "s" and word[:-1] in node.next)


def _starts_word(text: str, start: int) -> bool:
    if start == 0:
        return True
    before = text[start - 1]
    if before in "-‐‑–":
        return start < 2 or not text[start - 2].isalnum()
    return not (before.isalnum() or before in "_\\+@#")
