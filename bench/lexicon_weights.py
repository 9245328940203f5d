"""Measures on annotated texts what names and cues are worth: kg/lexicon/{measured,heads,weights}.tsv.

usage: python bench/lexicon_weights.py GOLD.jsonl [OUT_FOLDER]

measured.tsv  for every lexicon name found at least twice: how often it is a mention, and of which kind.
heads.tsv     common nouns that end mentions of several plain words: where the phrase rule may look.
weights.tsv   for every cue of kg/extract/cues.py (seen in at least MIN_GROUPS groups) its weight for each kind
              against "no name": a softmax regression over cues, L2, Adagrad, fixed order and seed.

No name is taken from the annotations: measured.tsv holds names of the lexicon, heads.tsv and the words inside
cues are words of common_words.txt. So that a cue such as `lexicon=Model:high` is weighed as it will be met in
unseen texts, the texts are cut in two and each half is described with what the other half measured.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from kg.extract.cues import CueFinder
from kg.extract.lexicon import known_names
from kg.extract.pipeline import components
from kg.lexicon.load import FOLDER, Limit, key, rows, singular, words
from kg.model import KINDS

MIN_GROUPS = 25
LEAST_WEIGHT = 0.05
HEAD_MENTIONS = 9
HEAD_SHARE = 0.06
EPOCHS = 12
RATE = 0.25
DECAY = 2e-6
Row = dict[str, Any]


def text_of(row: Row) -> str:
    return f"{row['title']}\n{row['abstract']}"


def measure_names(rows: Sequence[Row]) -> tuple[dict[str, Limit], dict[str, str]]:
    """By key: what was measured, and the lexicon's own spelling of the name."""
    hits: Counter[str] = Counter()
    right: dict[str, Counter[str]] = defaultdict(Counter)
    spelled: dict[str, str] = {}
    for row in rows:
        text = text_of(row)
        gold = {(m["start"], m["end"]): m["type"] for m in row["mentions"]}
        for hit in known_names().find(text):
            folded = singular(key(text[hit.start : hit.end]))
            names = (n for entry in hit.entries for n in entry.names if singular(key(n)) == folded)
            name = next(names, None)
            if name is None:
                continue
            spelled.setdefault(folded, name)
            hits[folded] += 1
            if (kind := gold.get((hit.start, hit.end))) is not None:
                right[folded][kind] += 1
    limits = {}
    for folded, count in hits.items():
        best = max(right[folded].items(), key=lambda item: (item[1], item[0]), default=("none", 0))
        if count >= 2:
            limits[folded] = Limit(best[0], count, best[1])
    return limits, spelled


def measure_heads(rows: Sequence[Row]) -> list[tuple[str, int, int, int]]:
    """Head word, how often it ends a mention of several words, how often it is one alone, how often it stands."""
    common = words("common_words.txt")
    ends: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    total: Counter[str] = Counter()
    nlp = components(("kg_sentences", "kg_links"))
    for row in rows:
        doc = nlp(text_of(row))
        total.update(singular(word) for word in doc._.kg_words.lower)
        for mention in row["mentions"]:
            last = singular(mention["text"].split()[-1].lower())
            if last in common:
                if " " in mention["text"]:
                    ends[last] += 1
                elif singular(mention["text"].lower()) == last:
                    alone[last] += 1
    return sorted(
        (word, ends[word], alone[word], total[word])
        for word in {*ends, *alone}
        if ends[word] + alone[word] >= HEAD_MENTIONS
        and (ends[word] + alone[word]) / max(total[word], 1) >= HEAD_SHARE
    )


def described(rows: Sequence[Row], measured: dict[str, Limit]) -> Iterator[tuple[list[str], int, int]]:
    """For every group of every text: its cues, its class (0: no name, then KINDS), its number of spans."""
    nlp = components(("kg_sentences", "kg_links", "kg_acronyms", "kg_lexicon", "kg_names"))
    finder = CueFinder(measured)
    for row in rows:
        doc = finder(nlp(text_of(row)))
        gold = {(m["start"], m["end"]): m["type"] for m in row["mentions"]}
        for group in doc._.kg_groups:
            kinds = Counter(gold[span] for span in group.spans if span in gold)
            best = max(kinds.items(), key=lambda item: (item[1], item[0]), default=("", 0))
            label = KINDS.index(best[0]) + 1 if best[1] * 2 >= len(group.spans) and best[1] else 0
            yield sorted(group.cues), label, len(group.spans)


WORD_CUES = ("left=", "right=", "left2=", "right2=", "list-left=", "list-right=", "head=", "head2=", "def:head=")


def plain(cue: str) -> bool:
    """Whether the words inside a cue are plain English, the rules' own, or marks: no name becomes a cue."""
    if not cue.startswith(WORD_CUES):
        return True
    known = words("common_words.txt") | _rule_words()
    parts = cue.split("=", 1)[1].split()
    return all(len(p) == 1 or not p.isalpha() or p in known or p + "s" in known for p in parts)


@lru_cache(maxsize=1)
def _rule_words() -> frozenset[str]:
    return frozenset(word for row in rows(FOLDER / "cues.tsv") for word in row["words"].split())


class Examples:
    """Cues as indices in one long array with offsets, labels and weights."""

    def __init__(self, items: Iterable[tuple[list[str], int, int]]) -> None:
        vocabulary: dict[str, int] = {}
        indices: list[np.ndarray] = []
        labels, sizes, weights = [], [], []
        for cues, label, spans in items:
            indices.append(np.array([vocabulary.setdefault(c, len(vocabulary)) for c in cues], dtype=np.int32))
            labels.append(label)
            sizes.append(len(cues))
            weights.append(min(spans, 4) ** 0.5)
        self.names = list(vocabulary)
        flat = np.concatenate(indices)
        counts = np.bincount(flat, minlength=len(self.names))
        self.counts = counts
        keep = (counts >= MIN_GROUPS) & np.array([plain(name) for name in self.names])
        renumber = np.cumsum(keep) - 1
        owner = np.repeat(np.arange(len(sizes)), sizes)
        mask = keep[flat]
        self.flat = renumber[flat[mask]].astype(np.int32)
        self.owner = owner[mask]
        self.kept = [name for name, kept in zip(self.names, keep, strict=True) if kept]
        self.support = counts[keep]
        self.labels = np.array(labels)
        self.weights = np.array(weights)
        self.bounds = np.searchsorted(self.owner, np.arange(len(sizes) + 1))


def fit(data: Examples) -> tuple[np.ndarray, np.ndarray]:
    """Weights (cue × kind) and bias, class 0 fixed at zero."""
    kinds = len(KINDS)
    weight = np.zeros((len(data.kept), kinds))
    bias = np.zeros(kinds)
    squares = np.full_like(weight, 1e-6)
    bias_squares = np.full(kinds, 1e-6)
    steps = list(pairwise([*range(0, len(data.labels), 4000), len(data.labels)]))
    order = np.random.default_rng(0)
    for epoch in range(EPOCHS):
        rate = RATE / (1 + 0.25 * epoch)
        for step in order.permutation(len(steps)):
            first, last = steps[step]
            low, high = data.bounds[first], data.bounds[last]
            flat, owner = data.flat[low:high], data.owner[low:high] - first
            scores = np.tile(bias, (last - first, 1))
            for kind in range(kinds):
                scores[:, kind] += np.bincount(owner, weight[flat, kind], minlength=last - first)
            chances = softmax(scores)
            target = np.zeros_like(chances)
            known = data.labels[first:last]
            rows_ = np.nonzero(known)[0]
            target[rows_, known[rows_] - 1] = 1.0
            error = (chances - target) * data.weights[first:last, None]
            for kind in range(kinds):
                gradient = np.bincount(flat, error[owner, kind], minlength=len(data.kept)) + (
                    DECAY * len(data.labels) * weight[:, kind] * (last - first) / 4000
                )
                squares[:, kind] += gradient**2
                weight[:, kind] -= rate * gradient / np.sqrt(squares[:, kind])
            gradient = error.sum(axis=0)
            bias_squares += gradient**2
            bias -= rate * gradient / np.sqrt(bias_squares)
    return weight, bias


def softmax(scores: np.ndarray) -> np.ndarray:
    """Chances of the kinds; what is missing to 1 is the chance of no name."""
    top = np.maximum(scores.max(axis=1, keepdims=True), 0.0)
    powers = np.exp(scores - top)
    return np.asarray(powers / (powers.sum(axis=1, keepdims=True) + np.exp(-top)))


def main() -> None:
    texts = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").split("\n") if line]
    out = Path(sys.argv[2]) if len(sys.argv) > 2 else FOLDER
    said = lambda text: sys.stderr.write(text + "\n")  # noqa: E731
    limits, spelled = measure_names(texts)
    lines = [f"{spelled[k]}\t{v.verdict}\t{v.hits}\t{v.right}" for k, v in sorted(limits.items())]
    note = "# Names of this lexicon as the annotated train texts use them: bench/lexicon_weights.py.\n"
    (out / "measured.tsv").write_text(note + "name\tverdict\thits\tright\n" + "\n".join(lines) + "\n", "utf-8")
    heads = measure_heads(texts)
    note = (
        "# Last words of phrases that may be names: how often they end one in the train texts, and stand there.\n"
    )
    body = "".join("\t".join(map(str, row)) + "\n" for row in heads)
    (out / "heads.tsv").write_text(note + "head\tends\talone\ttotal\n" + body, "utf-8")
    said(f"{len(lines)} names, {len(heads)} heads measured")
    halves = (texts[0::2], texts[1::2])
    others = (measure_names(halves[1])[0], measure_names(halves[0])[0])
    data = Examples(item for half, seen in zip(halves, others, strict=True) for item in described(half, seen))
    said(f"{len(data.labels)} groups, {len(data.kept)} cues")
    weight, bias = fit(data)
    note = "# What each cue is worth for each kind, in log odds against no name: bench/lexicon_weights.py.\n"
    table = ["cue\tgroups\t" + "\t".join(KINDS), "bias\t0\t" + "\t".join(f"{b:.3f}" for b in bias)]
    for place in sorted(range(len(data.kept)), key=lambda p: data.kept[p]):
        if np.abs(weight[place]).max() < LEAST_WEIGHT:
            continue
        cells = "\t".join(f"{w:.2f}" for w in weight[place])
        table.append(f"{data.kept[place]}\t{data.support[place]}\t{cells}")
    (out / "weights.tsv").write_text(note + "\n".join(table) + "\n", "utf-8")


if __name__ == "__main__":
    main()
