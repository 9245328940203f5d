"""Measures on annotated texts what cues say of a paper's relation to an entity: kg/lexicon/relation_weights.tsv.

usage: python bench/lexicon_relations.py GOLD.jsonl [OUT_FOLDER]     (after lexicon_weights.py)

The extractor's own entities are matched with the annotated ones (same kind, one surface form in common); for
each kind a softmax regression over cues is fitted, L2, full batches, from zero.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from lexicon_weights import plain

from kg.extract.pipeline import components
from kg.extract.relations import CHOICES, RelationFinder
from kg.lexicon.load import FOLDER
from kg.model import guideline_word
from kg.text import fold

MIN_ENTITIES = 15
LEAST_WEIGHT = 0.05
STEPS = 400
RATE = 0.3
DECAY = 6e-3


def fit(examples: list[tuple[list[int], int]], cues: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights (cue × class but the first) and bias, by Adagrad over the whole set."""
    flat = np.array([cue for found, _ in examples for cue in found])
    owner = np.repeat(np.arange(len(examples)), [len(found) for found, _ in examples])
    target = np.zeros((len(examples), classes))
    for place, (_, label) in enumerate(examples):
        target[place, label] = 1.0
    weight, bias = np.zeros((cues, classes)), np.zeros(classes)
    squares, bias_squares = np.full_like(weight, 1e-4), np.full_like(bias, 1e-4)
    for _ in range(STEPS):
        scores = np.tile(bias, (len(examples), 1))
        for k in range(1, classes):
            scores[:, k] += np.bincount(owner, weight[flat, k], minlength=len(examples))
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        error = (chances - target) / len(examples)
        for k in range(1, classes):
            gradient = np.bincount(flat, error[owner, k], minlength=cues) + DECAY * weight[:, k] / 20
            squares[:, k] += gradient**2
            weight[:, k] -= RATE * gradient / np.sqrt(squares[:, k])
        gradient = error.sum(axis=0)
        gradient[0] = 0.0
        bias_squares += gradient**2
        bias -= RATE * gradient / np.sqrt(bias_squares)
    return weight, bias


def examples_of(rows: list[dict[str, Any]]) -> dict[str, list[tuple[set[str], int]]]:
    """By kind: the cues of every entity found and matched, and the place of its relation in CHOICES."""
    nlp = components(
        (
            "kg_sentences",
            "kg_links",
            "kg_acronyms",
            "kg_lexicon",
            "kg_names",
            "kg_cues",
            "kg_choose",
            "kg_entities",
        )
    )
    finder = RelationFinder()
    found: dict[str, list[tuple[set[str], int]]] = {kind: [] for kind in CHOICES}
    for row in rows:
        doc = nlp(f"{row['title']}\n{row['abstract']}")
        gold = {(e["type"], fold(s)): e["relation"] for e in row["entities"] for s in (e["name"], *e["surfaces"])}
        for index, entity in enumerate(doc._.kg_entities):
            relation = next((r for s in entity.surfaces if (r := gold.get((entity.kind, fold(s))))), None)
            choices = [guideline_word(choice) for choice in CHOICES[entity.kind]]
            if relation in choices:
                mentions = [m for m in doc._.kg_mentions if m.entity == index]
                reading = finder.read(doc._.kg_words, doc._.kg_sentences, doc._.kg_members[index], mentions, {})
                found[entity.kind].append((reading.cues, choices.index(relation)))
    return found


def main() -> None:
    rows = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").split("\n") if line]
    out = Path(sys.argv[2]) if len(sys.argv) > 2 else FOLDER
    if not (FOLDER / "relation_weights.tsv").exists():
        table = "".join(
            f"{kind}\tbias\t0\t" + " ".join(["0"] * (len(c) - 1)) + "\n" for kind, c in CHOICES.items()
        )
        (FOLDER / "relation_weights.tsv").write_text("kind\tcue\tentities\tweights\n" + table, encoding="utf-8")
    lines = [
        "# What each cue says of a paper's relation to an entity, in log odds against the kind's usual relation,",
        "# for the other relations in the order of kg/extract/relations.py CHOICES: bench/lexicon_relations.py.",
        "kind\tcue\tentities\tweights",
    ]
    for kind, found in examples_of(rows).items():
        counts = Counter(cue for cues, _ in found for cue in cues)
        names = sorted(cue for cue, count in counts.items() if count >= MIN_ENTITIES and plain(cue))
        places = {cue: place for place, cue in enumerate(names)}
        data = [(sorted(places[cue] for cue in cues if cue in places), label) for cues, label in found]
        classes = len(CHOICES[kind])  # type: ignore[index]
        weight, bias = fit(data, len(names), classes)
        lines.append(f"{kind}\tbias\t{len(found)}\t" + " ".join(f"{b:.3f}" for b in bias[1:]))
        for cue in names:
            if np.abs(weight[places[cue], 1:]).max() < LEAST_WEIGHT:
                continue
            cells = " ".join(f"{w:.2f}" for w in weight[places[cue], 1:])
            lines.append(f"{kind}\t{cue}\t{counts[cue]}\t{cells}")
        sys.stderr.write(f"{kind}: {len(found)} entities, {len(names)} cues\n")
    (out / "relation_weights.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
