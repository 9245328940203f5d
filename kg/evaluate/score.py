"""Scores predicted records against annotated ones.

The figures are those of the project's annotation scorer, so that numbers can be compared with it line by line:
`exact` (same span and kind), `overlap` (same kind, spans that touch, one to one), `entity` (a surface form in
common), `relation` (entity and relation), `repo`, `repo_relation`, `result`, `result_who`, `alias` (pairs of
surface forms put into one entity). Pairings are greedy in gold order, as there.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from kg.model import KINDS

CARD: tuple[str, ...] = ("Method", "Model", "Benchmark")
LEVELS = ("exact", "overlap", "entity", "relation", "repo", "repo_relation", "result", "result_who", "alias")
Row = Mapping[str, Any]
Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """How many were right, said and there. Precision and recall are 0 where nothing was said or there."""

    right: int
    predicted: int
    gold: int

    @property
    def precision(self) -> float:
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def to_dict(self) -> dict[str, float | int]:
        """Rounded to four digits, under the names of the annotation scorer."""
        return {
            "p": round(self.precision, 4),
            "r": round(self.recall, 4),
            "f1": round(self.f1, 4),
            "tp": self.right,
            "pred": self.predicted,
            "gold": self.gold,
        }


@dataclass(frozen=True, slots=True)
class Scores:
    """Figures by level and kind; `micro_card` and `micro_all` are sums over kinds."""

    figures: Mapping[str, Mapping[str, Figure]]

    def figure(self, level: str, kind: str) -> Figure:
        """One figure; an empty one where nothing of it was counted."""
        return self.figures.get(level, {}).get(kind, Figure(0, 0, 0))

    def to_dict(self) -> dict[str, dict[str, dict[str, float | int]]]:
        """The shape that the annotation scorer prints with `--json`."""
        return {
            level: {kind: figure.to_dict() for kind, figure in kinds.items()}
            for level, kinds in self.figures.items()
        }


def folded(text: str) -> str:
    """Letters and digits in small letters: the scorer's own fold, simpler than `kg.text.fold`."""
    return re.sub(r"[\W_]+", "", text.lower())


def same_address(url: str) -> str:
    """A url as links are compared: without scheme, `www.`, closing slash or stop, and `.git`."""
    bare = re.sub(r"^https?://(www\.)?", "", url.strip().lower()).rstrip("/.")
    return re.sub(r"\.git$", "", bare)


def _pairs(gold: Sequence[Item], predicted: Sequence[Item], fits: Callable[[Item, Item], bool]) -> int:
    free = list(range(len(predicted)))
    found = 0
    for item in gold:
        for place in free:
            if fits(item, predicted[place]):
                free.remove(place)
                found += 1
                break
    return found


class _Tally:
    def __init__(self) -> None:
        self.counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])

    def add(self, level: str, kind: str, right: int, predicted: int, gold: int) -> None:
        cell = self.counts[level, kind]
        cell[0] += right
        cell[1] += predicted
        cell[2] += gold

    def pairs(
        self,
        level: str,
        kind: str,
        gold: Sequence[Item],
        predicted: Sequence[Item],
        fits: Callable[[Item, Item], bool],
    ) -> None:
        self.add(level, kind, _pairs(gold, predicted, fits), len(predicted), len(gold))

    def scores(self) -> Scores:
        figures: dict[str, dict[str, Figure]] = {}
        for (level, kind), (right, predicted, gold) in self.counts.items():
            figures.setdefault(level, {})[kind] = Figure(right, predicted, gold)
        for level in ("exact", "overlap", "entity", "relation"):
            for name, kinds in (("micro_card", CARD), ("micro_all", KINDS)):
                cells = [self.counts[level, kind] for kind in kinds]
                figures.setdefault(level, {})[name] = Figure(*(sum(column) for column in zip(*cells, strict=True)))
        return Scores(figures)


def _names(entity: Item) -> set[str]:
    return {folded(surface) for surface in (*entity["surfaces"], entity["name"])}


def _touch(a: Item, b: Item) -> bool:
    return bool(a["start"] < b["end"] and b["start"] < a["end"])


def _same_entity(a: Item, b: Item) -> bool:
    return bool(_names(a) & _names(b))


def _same_relation(a: Item, b: Item) -> bool:
    return a.get("relation") == b.get("relation")


def _same_repo(a: Item, b: Item) -> bool:
    return same_address(a["url"]) == same_address(b["url"])


def _value(result: Item) -> tuple[str, str, str]:
    number = re.sub(r"[^\d.]", "", str(result.get("value")))
    return number, folded(str(result.get("benchmark") or "")), folded(str(result.get("metric") or ""))


def _who(result: Item) -> str:
    return folded(str(result.get("entity") or ""))


def score(gold: Iterable[Row], predicted: Iterable[Row]) -> Scores:
    """Figures over all gold rows; a gold row without a predicted one counts as empty, predictions for other ids
    are left out. Rows are matched by `id`, the last prediction of an id counts."""
    by_id = {row["id"]: row for row in predicted}
    nothing: Row = {"mentions": [], "entities": [], "repos": []}
    tally = _Tally()
    for row in gold:
        _score_row(tally, row, by_id.get(row["id"], nothing))
    return tally.scores()


def _score_row(tally: _Tally, gold: Row, predicted: Row) -> None:
    for kind in KINDS:
        there = [m for m in gold["mentions"] if m["type"] == kind]
        said = [m for m in predicted["mentions"] if m["type"] == kind]
        gold_spans = {(m["start"], m["end"]) for m in there}
        said_spans = {(m["start"], m["end"]) for m in said}
        tally.add("exact", kind, len(gold_spans & said_spans), len(said_spans), len(gold_spans))
        tally.pairs("overlap", kind, there, said, _touch)
        known = [e for e in gold["entities"] if e["type"] == kind]
        found = [e for e in predicted["entities"] if e["type"] == kind]
        tally.pairs("entity", kind, known, found, _same_entity)
        tally.pairs("relation", kind, known, found, lambda a, b: _same_entity(a, b) and _same_relation(a, b))
    links, given = gold["repos"], predicted.get("repos", [])
    tally.pairs("repo", "Repo", links, given, _same_repo)
    tally.pairs("repo_relation", "Repo", links, given, lambda a, b: _same_repo(a, b) and _same_relation(a, b))
    stated, read = gold.get("results", []), predicted.get("results", [])
    tally.pairs("result", "Result", stated, read, lambda a, b: _value(a) == _value(b))
    tally.pairs("result_who", "Result", stated, read, lambda a, b: _value(a) == _value(b) and _who(a) == _who(b))
    _score_aliases(tally, gold, predicted)


def _score_aliases(tally: _Tally, gold: Row, predicted: Row) -> None:
    theirs = {folded(s): place for place, e in enumerate(gold["entities"]) for s in e["surfaces"]}
    ours = {folded(s): place for place, e in enumerate(predicted["entities"]) for s in e["surfaces"]}
    for one, other in combinations(sorted(theirs.keys() & ours.keys()), 2):
        together, truly = ours[one] == ours[other], theirs[one] == theirs[other]
        tally.add("alias", "Alias", int(together and truly), int(together), int(truly))
