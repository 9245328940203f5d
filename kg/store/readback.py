"""The graph back from what a store holds: the inverse of `rows.py`.

Nothing that `rows` wrote is lost: `graph_of` of a store's nodes and relationships is the graph that was loaded.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from kg.errors import StoreError
from kg.model import KINDS, Declared, Entity, Evidence, Graph, Link, Paper, Repo, Result, evidence_order


def graph_of(
    nodes: Iterable[tuple[str, Mapping[str, Any]]],
    relationships: Iterable[tuple[str, str, str, Mapping[str, Any]]],
) -> Graph:
    """The graph of (label, properties) and (source, type, target, properties), in whatever order they come.

    Raises StoreError where a node or relationship is not as a load left it.
    """
    papers, entities, repos, results = [], [], [], []
    links, evidence = [], []
    try:
        for label, held in nodes:
            if label == "Paper":
                papers.append(_paper(held))
            elif label in KINDS:
                entities.append(_of(Entity, held))
            elif label == "Repo":
                repos.append(_repo(held))
            elif label == "Result":
                results.append(_of(Result, held))
        for source, relation, target, held in relationships:
            key = {"source": source, "relation": relation, "target": target}
            links.append(
                Link(**key, strongest=held["strongest"], confidence=held["confidence"], origin=held["origin"])
            )
            evidence += _evidence(key, held)
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        raise StoreError(
            f"the store holds what no load of this kg wrote ({type(error).__name__}: {error}): load it again"
        ) from None
    return Graph.model_construct(
        papers=tuple(sorted(papers, key=lambda paper: paper.id)),
        entities=tuple(sorted(entities, key=lambda entity: entity.id)),
        repos=tuple(sorted(repos, key=lambda repo: repo.id)),
        results=tuple(sorted(results, key=lambda result: result.id)),
        links=tuple(sorted(links, key=lambda link: (link.source, link.relation, link.target))),
        evidence=tuple(sorted(evidence, key=evidence_order)),
    )


def _of(model: type[Any], held: Mapping[str, Any]) -> Any:
    stated = {name: held.get(name) for name in model.model_fields}
    optional = {"year", "value"}  # absent from a node where the graph has None
    return model(**{name: value for name, value in stated.items() if value is not None or name in optional})


def _paper(held: Mapping[str, Any]) -> Paper:
    declared = tuple(
        Declared(field=field, url=url)
        for field, url in zip(held["declared_fields"], held["declared_urls"], strict=True)
    )
    paper: Paper = _of(Paper, {**held, "declared": declared})
    return paper


def _repo(held: Mapping[str, Any]) -> Repo:
    # The caption of a repo without a name of its own is its id.
    repo: Repo = _of(Repo, {**held, "name": "" if held["name"] == held["id"] else held["name"]})
    return repo


def _evidence(key: Mapping[str, Any], held: Mapping[str, Any]) -> list[Evidence]:
    lists = (
        held[name]
        for name in (
            "finders",
            "fields",
            "char_starts",
            "char_ends",
            "sentence_starts",
            "sentence_ends",
            "confidences",
        )
    )
    return [
        Evidence(
            **key,
            origin="declared" if field else "extracted",
            finder=finder,
            field=field,
            mention_start=start,
            mention_end=end,
            sentence_start=sentence_start,
            sentence_end=sentence_end,
            confidence=confidence,
        )
        for finder, field, start, end, sentence_start, sentence_end, confidence in zip(*lists, strict=True)
    ]
