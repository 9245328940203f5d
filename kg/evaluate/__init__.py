"""Scoring the extractor against annotated papers."""

from collections.abc import Mapping, Sequence
from typing import Any

from kg.evaluate.score import Scores, score
from kg.extract.pipeline import extract
from kg.extract.record import to_record


def predict(gold_rows: Sequence[Mapping[str, Any]], *, processes: int = 1) -> list[dict[str, Any]]:
    """The extractor's record for the text of each row, with the row's own id. Texts are taken as they stand."""
    texts = [(row["title"], row["abstract"]) for row in gold_rows]
    found = extract(texts, processes=processes)
    return [
        to_record(row["id"], title, abstract, extraction)
        for row, (title, abstract), extraction in zip(gold_rows, texts, found, strict=True)
    ]


def evaluate(gold_rows: Sequence[Mapping[str, Any]], *, processes: int = 1) -> Scores:
    """Figures of the extractor on annotated rows (id, title, abstract, entities, mentions, repos, results)."""
    return score(gold_rows, predict(gold_rows, processes=processes))
