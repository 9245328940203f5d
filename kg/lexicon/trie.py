"""Finds known names in a text in one pass, whatever their hyphens, blanks, case and plural.

Names and texts are cut into runs of letters, runs of digits and plus signs; a trie over these runs finds the
longest name at each place. "CIFAR10", "CIFAR-10" and "Cifar 10" are one name; "CIFAR-100" and "GPT-4o" are not
found as "CIFAR-10" and "GPT-4", because a name ends only where a word ends.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.lexicon.load import RUNS, Entry, runs
from kg.text import normalise

_GAP = frozenset(["", " ", "-", "_", "/", ".", "‐", "‑", "–", "'", "’", "·", "@", "\u00a0"])
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
        parts = runs(text)
        total, place = len(parts), 0
        while place < total:
            word, start, _ = parts[place]
            node = self._root.next.get(word)
            if node is None and not (word.endswith("s") and word[:-1] in self._root.next):
                place += 1
                continue
            hit, after = self._longest(text, parts, place)
            if hit is None or not _starts_word(text, start):
                place += 1
                continue
            yield hit
            place = after

    def _longest(self, text: str, parts: list[tuple[str, int, int]], place: int) -> tuple[Hit | None, int]:
        node, best, after, start = self._root, None, place, parts[place][1]
        for at in range(place, len(parts)):
            word, begin, end = parts[at]
            if at > place and text[parts[at - 1][2] : begin] not in _GAP:
                break
            following = node.next.get(word)
            if len(word) > 2 and word[-1] == "s" and (plural := node.next.get(word[:-1])) is not None:
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
                    and not text[end + 1 : end + 2].isalnum()
                    and text[end - 1 : end].isdigit()
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


def _starts_word(text: str, start: int) -> bool:
    if start == 0:
        return True
    before = text[start - 1]
    if before in "-‐‑–":
        return start < 2 or not text[start - 2].isalnum()
    return not (before.isalnum() or before in "_\\+@#")
