"""The graph as rows: what every store holds for a node or a relationship, and nothing else.

Invariants: a row's values are primitives or lists of primitives; the lists of one relationship have equal length,
one element an evidence; `fingerprint` is a hash of all other properties (for a relationship of its ends and type
too), so equal fingerprints mean equal rows. A property that is None is absent.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import orjson

from kg.errors import StoreError
from kg.model import KINDS, Entity, Evidence, Graph, Link, Paper, Repo, Result
from kg.text import fold

LABELS: tuple[str, ...] = ("Paper", *KINDS, "Repo", "Result")

# Property → type, per label, in the order of the embedded store's columns. `[]` marks a list.
_ENTITY_COLUMNS = {
    "id": "str",
    "name": "str",
    "kind": "str",
    "aliases": "str[]",
    "keys": "str[]",
    "first_published": "str",
    "papers": "int",
    "confidence": "float",
    "generic": "bool",
    "fingerprint": "str",
}
NODE_COLUMNS: dict[str, dict[str, str]] = {
    "Paper": {
        "id": "str",
        "name": "str",
        "title": "str",
        "abstract": "str",
        "published": "str",
        "year": "int",
        "ids": "str[]",
        "keys": "str[]",
        "authors": "str[]",
        "urls": "str[]",
        "sources": "str[]",
        "text_sha256": "str",
        "declared_fields": "str[]",
        "declared_urls": "str[]",
        "fingerprint": "str",
    },
    **dict.fromkeys(KINDS, _ENTITY_COLUMNS),
    "Repo": {
        "id": "str",
        "name": "str",
        "kind": "str",
        "url": "str",
        "host": "str",
        "owner": "str",
        "fingerprint": "str",
    },
    "Result": {
        "id": "str",
        "name": "str",
        "kind": "str",
        "value": "float",
        "unit": "str",
        "raw": "str",
        "direction": "str",
        "fingerprint": "str",
    },
}
RELATIONSHIP_COLUMNS: dict[str, str] = {
    "strongest": "bool",
    "confidence": "float",
    "origin": "str",
    "sentence": "str",
    "char_starts": "int[]",
    "char_ends": "int[]",
    "finders": "str[]",
    "fields": "str[]",
    "sentence_starts": "int[]",
    "sentence_ends": "int[]",
    "confidences": "float[]",
    "fingerprint": "str",
}


class Node(NamedTuple):
    """One node: its label (`Paper`, a kind, `Repo`, `Result`) and all its properties, `id` among them."""

    label: str
    properties: dict[str, Any]


class Relationship(NamedTuple):
    """One relationship; (source, type, target) is its identity, the labels are those of its ends."""

    source: str
    type: str
    target: str
    source_label: str
    target_label: str
    properties: dict[str, Any]

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.source, self.type, self.target)


class Rows(NamedTuple):
    """A whole graph as rows, in the graph's order."""

    nodes: list[Node]
    relationships: list[Relationship]

    @property
    def sha256(self) -> str:
        """Logical hash: equal for equal graphs, whatever their order."""
        digest = hashlib.sha256()
        for line in sorted(f"{node.label}\t{node.properties['fingerprint']}" for node in self.nodes):
            digest.update(line.encode())
        for line in sorted(row.properties["fingerprint"] for row in self.relationships):
            digest.update(line.encode())
        return digest.hexdigest()


def fingerprint(properties: Mapping[str, Any], *identity: str) -> str:
    """Hash of all properties but the fingerprint itself; 1, 1.0 and true are three different values."""
    stated = {name: value for name, value in properties.items() if name != "fingerprint"}
    data = orjson.dumps([identity, stated], default=repr, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return hashlib.sha256(data).hexdigest()[:32]


def rows(graph: Graph) -> Rows:
    """All nodes and relationships of the graph. Raises StoreError for an id used twice, a link given twice, or
    one whose end is missing."""
    nodes = [
        *map(_paper, graph.papers),
        *map(_entity, graph.entities),
        *map(_repo, graph.repos),
        *map(_result, graph.results),
    ]
    labels: dict[str, str] = {}
    for node in nodes:
        node.properties["fingerprint"] = fingerprint(node.properties)
        if node.properties["id"] in labels:
            raise _twice("id", node.properties["id"])
        labels[node.properties["id"]] = node.label
    return Rows(nodes, list(_relationships(graph, labels)))


def _paper(paper: Paper) -> Node:
    return Node(
        "Paper",
        _present(
            id=paper.id,
            name=paper.title,
            title=paper.title,
            abstract=paper.abstract,
            published=paper.published,
            year=paper.year,
            ids=list(paper.ids),
            keys=_keys(paper.id, paper.title, *paper.ids, *(i.partition(":")[2] for i in (paper.id, *paper.ids))),
            authors=list(paper.authors),
            urls=list(paper.urls),
            sources=list(paper.sources),
            text_sha256=paper.text_sha256,
            declared_fields=[declared.field for declared in paper.declared],
            declared_urls=[declared.url for declared in paper.declared],
        ),
    )


def _entity(entity: Entity) -> Node:
    return Node(
        entity.kind,
        _present(
            id=entity.id,
            name=entity.name,
            kind=entity.kind,
            aliases=list(entity.aliases),
            keys=_keys(entity.id, entity.name, *entity.aliases),
            first_published=entity.first_published,
            papers=entity.papers,
            confidence=float(entity.confidence),
            generic=entity.generic,
        ),
    )


def _repo(repo: Repo) -> Node:
    return Node(
        "Repo",
        _present(
            id=repo.id,
            name=repo.name or repo.id,
            kind=repo.kind,
            url=repo.url,
            host=repo.host,
            owner=repo.owner,
        ),
    )


def _result(result: Result) -> Node:
    return Node(
        "Result",
        _present(
            id=result.id,
            name=result.name,
            kind=result.kind,
            value=None if result.value is None else float(result.value),
            unit=result.unit,
            raw=result.raw,
            direction=result.direction,
        ),
    )


def _relationships(graph: Graph, labels: Mapping[str, str]) -> Iterator[Relationship]:
    texts = {paper.id: paper.text for paper in graph.papers}
    # A result's evidence lies in the text of the paper that reports it.
    for link in graph.links:
        if link.relation == "REPORTS" and link.source in texts:
            texts.setdefault(link.target, texts[link.source])
    found: dict[tuple[str, str, str], list[Evidence]] = {}
    for evidence in graph.evidence:
        found.setdefault((evidence.source, evidence.relation, evidence.target), []).append(evidence)
    seen: set[tuple[str, str, str]] = set()
    for link in graph.links:
        key = (link.source, link.relation, link.target)
        if key in seen:
            raise _twice("link", " ".join(key))
        seen.add(key)
        for end in (link.source, link.target):
            if end not in labels:
                raise StoreError(f"the link {' '.join(key)} has no node {end!r}: build the folder again")
        properties = _link(link, found.get(key, []), texts.get(link.source, ""))
        properties["fingerprint"] = fingerprint(properties, *key)
        yield Relationship(*key, labels[link.source], labels[link.target], properties)


def _link(link: Link, findings: list[Evidence], text: str) -> dict[str, Any]:
    findings = sorted(findings, key=_place)
    best = max(
        (e for e in findings if e.sentence_start >= 0),
        key=lambda e: (e.confidence, -e.sentence_start, -e.mention_start),
        default=None,
    )
    return {
        "strongest": link.strongest,
        "confidence": float(link.confidence),
        "origin": link.origin,
        "sentence": text[best.sentence_start : best.sentence_end] if best is not None else "",
        "char_starts": [e.mention_start for e in findings],
        "char_ends": [e.mention_end for e in findings],
        "finders": [e.finder for e in findings],
        "fields": [e.field for e in findings],
        "sentence_starts": [e.sentence_start for e in findings],
        "sentence_ends": [e.sentence_end for e in findings],
        "confidences": [float(e.confidence) for e in findings],
    }


def _place(evidence: Evidence) -> tuple[int, int, str, str, float]:
    return (
        evidence.mention_start,
        evidence.mention_end,
        evidence.finder,
        evidence.field,
        evidence.confidence,
    )


def _keys(*names: str) -> list[str]:
    """The folded spellings under which `lookup` finds a node."""
    return sorted({fold(name) for name in names if name})


def _present(**properties: Any) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value is not None}


def _twice(what: str, which: str) -> StoreError:
    return StoreError(f"the graph holds the {what} {which!r} twice: build the folder again")
