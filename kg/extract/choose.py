"""Weighs each group's cues and takes the names that are likely enough, none overlapping another.

A group's score for a kind is the sum of its cues' weights (`weights.tsv`), made a chance by softmax against
"no name". The two sides of an acronym definition are weighed as one. A name is taken with all its places.
"""

import math
import re
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.state import Group
from kg.lexicon.load import FOLDER, key, rows, singular
from kg.model import KINDS

Whole = npt.NDArray[np.int64]
UNIT = 1000  # weights are whole thousandths: their sums do not depend on the order of the cues
# Least chance at which a name of this kind is taken; the file says how they were chosen.
LEAST = {row["kind"]: float(row["least"]) for row in rows(FOLDER / "thresholds.tsv")}
_PER_WORD = 0.04  # a longer name stands before a shorter one inside it when nearly as likely


@lru_cache(maxsize=1)
def _weights() -> tuple[dict[str, int], Whole, Whole]:
    """Cue → row, the rows (row 0 is zero, for cues unknown), and the bias."""
    places: dict[str, int] = {}
    table: list[list[int]] = [[0] * len(KINDS)]
    bias = np.zeros(len(KINDS), dtype=np.int64)
    for row in rows(FOLDER / "weights.tsv"):
        values = [round(float(row[kind]) * UNIT) for kind in KINDS]
        if row["cue"] == "bias":
            bias = np.array(values)
        else:
            places[row["cue"]] = len(table)
            table.append(values)
    return places, np.array(table, dtype=np.int64), bias


@lru_cache(maxsize=1)
def _not_names() -> frozenset[str]:
    return frozenset(singular(key(row["name"])) for row in rows(FOLDER / "not_names.tsv"))


def _folded(text: str, start: int, end: int) -> str:
    return singular(key(text[start:end]))


class Chooser:
    """Sets `scores`, `kind` and `chance` of `doc._.kg_groups`, and cuts their spans to those taken."""

    def __init__(self) -> None:
        self._places, self._table, self._bias = _weights()

    def __call__(self, doc: Doc) -> Doc:
        text: str = doc._.kg_text
        groups: list[Group] = doc._.kg_groups
        for group in groups:
            group.spans = [span for span in group.spans if not _is_cut(text, *span)]
            if group.spans and _folded(text, *group.spans[0]) in _not_names():
                group.spans = []
        groups = [group for group in groups if group.spans]
        doc._.kg_groups = groups
        if groups:
            self._score(groups)
            self._join_partners(groups)
            doc._.kg_groups = _take(groups)
        return doc

    def _score(self, groups: list[Group]) -> None:
        indices: list[int] = []
        bounds: list[int] = []
        places = self._places.get
        for group in groups:
            bounds.append(len(indices))
            indices.extend(filter(None, map(places, group.cues)))
            indices.append(0)
        values = self._table[indices]
        sums = (np.add.reduceat(values, bounds, axis=0) + self._bias) / UNIT
        top = np.maximum(sums.max(axis=1), 0.0)
        powers = np.exp(sums - top[:, None])
        chances = powers.max(axis=1) / (powers.sum(axis=1) + np.exp(-top))
        best = sums.argmax(axis=1).tolist()
        for group, scores, chance, kind in zip(groups, sums.tolist(), chances.tolist(), best, strict=True):
            group.scores, group.chance, group.kind = scores, chance, KINDS[kind]

    @staticmethod
    def _join_partners(groups: list[Group]) -> None:
        by_key = {group.key: group for group in groups}
        for group in groups:
            other = by_key.get(group.partner)
            if other is None or other.partner != group.key or group.key > other.key:
                continue
            joint = [(a + b) / 2 for a, b in zip(group.scores, other.scores, strict=True)]
            group.scores = other.scores = joint
            _decide(group)
            _decide(other)


_CUT_BEFORE = re.compile(r"(?:\d[.,]|[^\W\d_]- )\Z")  # "20,|000", "multi- |modal"
_A_MULTIPLE = re.compile(
    r"[\d.,-]*\d\s?times\b|\d+times\d+"
)  # "100-1000times": LaTeX's times sign without its backslash


def _is_cut(text: str, start: int, end: int) -> bool:
    """Whether a span is a piece of a number or of a word broken at its hyphen, or a mere multiple."""
    before = _CUT_BEFORE.search(text, max(start - 3, 0), start)
    if before is not None and (before[0].endswith(" ") or text[start].isdigit()):
        return True
    return _A_MULTIPLE.fullmatch(text, start, end) is not None


def _decide(group: Group) -> None:
    top = max(0.0, *group.scores)
    powers = [math.exp(score - top) for score in group.scores]
    whole = sum(powers) + math.exp(-top)
    best = max(range(len(powers)), key=powers.__getitem__)
    group.kind = KINDS[best]
    group.chance = powers[best] / whole


def _take(groups: list[Group]) -> list[Group]:
    likely = [group for group in groups if group.kind is not None and group.chance >= LEAST[group.kind]]
    likely.sort(key=lambda g: (-(g.chance + _PER_WORD * g.key.count(" ")), g.key))
    spans = [
        (group.chance + _PER_WORD * (end - start) / 8, start, end, place)
        for place, group in enumerate(likely)
        for start, end in group.spans
    ]
    spans.sort(key=lambda s: (-s[0], s[1], -s[2], s[3]))
    taken: list[tuple[int, int]] = []
    kept: dict[int, list[tuple[int, int]]] = {}
    for _, start, end, place in spans:
        if all(end <= other_start or other_end <= start for other_start, other_end in taken):
            taken.append((start, end))
            kept.setdefault(place, []).append((start, end))
    for place, places in kept.items():
        likely[place].spans = sorted(places)
    return [group for place, group in enumerate(likely) if place in kept]


@Language.factory("kg_choose", assigns=["doc._.kg_groups"], requires=["doc._.kg_groups"])
def make_choose(nlp: Language, name: str) -> Chooser:
    return Chooser()
