"""`kg.Graph` ↔ `networkx.MultiDiGraph`, without loss.

Nodes are keyed by id and carry `type` (Paper, Method, Model, Benchmark, Task, Metric, Repo, Result), `name` and
the fields of their class under their own names; lists are lists. Edges run from source to target, their key is the
relation, and they carry `kind` (the relation again), `strongest`, `confidence`, `origin` and `evidence`: a list of
one dict for each finding.
"""

from collections.abc import Mapping
from typing import Any

import networkx as nx
from pydantic import ValidationError

from kg.errors import DataError
from kg.model import KINDS, Declared, Entity, Evidence, Frozen, Graph, Link, Paper, Repo, Result

NODES: Mapping[str, type[Frozen]] = {
    "Paper": Paper,
    **dict.fromkeys(KINDS, Entity),
    "Repo": Repo,
    "Result": Result,
}  # type → class of the node
_PARTS: Mapping[type[Frozen], str] = {Paper: "papers", Entity: "entities", Repo: "repos", Result: "results"}
_IDENTITY = ("source", "relation", "target")  # of a link; held by an edge's ends and key


def to_networkx(graph: Graph) -> nx.MultiDiGraph:
    """The graph for NetworkX: nodes and edges in the graph's order.

    Raises DataError where an id is empty or used twice, or a link or a finding has no end.
    """
    result = nx.MultiDiGraph(name="kg")
    nodes: tuple[Paper | Entity | Repo | Result, ...] = (
        *graph.papers,
        *graph.entities,
        *graph.repos,
        *graph.results,
    )
    for item in nodes:
        if not item.id:
            raise DataError(f"a {type(item).__name__.lower()} has an empty id: build the graph again")
        if item.id in result:
            raise DataError(f"the id {item.id!r} is used twice: build the graph again")
        result.add_node(item.id, **_node(item))
    for link in graph.links:
        for end in (link.source, link.target):
            if end not in result:
                raise DataError(f"{_said(link)}: no node {end!r}; build the graph again")
        if result.has_edge(link.source, link.target, link.relation):
            raise DataError(f"{_said(link)} is there twice; build the graph again")
        result.add_edge(
            link.source,
            link.target,
            key=link.relation,
            kind=link.relation,
            strongest=link.strongest,
            confidence=link.confidence,
            origin=link.origin,
            evidence=[],
        )
    for found in graph.evidence:
        if not result.has_edge(found.source, found.target, found.relation):
            raise DataError(f"evidence for {_said(found)}, which is no link; build the graph again")
        result.edges[found.source, found.target, found.relation]["evidence"].append(
            {name: value for name, value in found.__dict__.items() if name not in _IDENTITY}
        )
    return result


def from_networkx(graph: nx.MultiDiGraph) -> Graph:
    """The Graph of which `to_networkx` made this, sorted by identity; attributes of your own are left out.

    Raises DataError naming the node or edge that is none of ours.
    """
    parts: dict[str, list[Any]] = {part: [] for part in _PARTS.values()}
    for identity, attributes in graph.nodes(data=True):
        class_ = NODES.get(attributes.get("type", ""))
        if class_ is None:
            raise DataError(f"node {identity!r} has no known `type`: it must be one of {', '.join(NODES)}")
        parts[_PARTS[class_]].append(_made(class_, {**attributes, "id": identity}, f"node {identity!r}"))
    for part in parts.values():
        part.sort(key=lambda item: item.id)
    links, evidence = [], []
    edges = (
        (source, relation, target, data) for source, target, relation, data in graph.edges(keys=True, data=True)
    )
    for source, relation, target, attributes in sorted(edges, key=lambda edge: edge[:3]):
        ends = {"source": source, "relation": relation, "target": target}
        said = f"edge {source!r} {relation} {target!r}"
        links.append(_made(Link, {**attributes, **ends}, said))
        evidence += [_made(Evidence, {**found, **ends}, said) for found in attributes.get("evidence", ())]
    return Graph.model_construct(
        None,
        papers=tuple(parts["papers"]),
        entities=tuple(parts["entities"]),
        repos=tuple(parts["repos"]),
        results=tuple(parts["results"]),
        links=tuple(links),
        evidence=tuple(evidence),
    )


def _node(item: Paper | Entity | Repo | Result) -> dict[str, Any]:
    fields = {name: _plain(value) for name, value in item.__dict__.items() if name != "id"}
    if isinstance(item, Paper):
        return {"type": "Paper", "name": item.title, **fields}
    return {"type": item.kind if isinstance(item, Entity) else type(item).__name__, **fields}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return dict(value.__dict__) if isinstance(value, Declared) else value


def _made(class_: type[Frozen], fields: Mapping[str, Any], said: str) -> Any:
    known = {name: fields[name] for name in class_.model_fields if name in fields}
    if class_ is Result:
        known.setdefault("value", None)  # the only field without a default that may be None; files leave it out
    try:
        return class_.model_validate(known)
    except ValidationError as error:
        first = error.errors()[0]
        raise DataError(f"{said}: {'.'.join(map(str, first['loc']))}: {first['msg']}; mend or remove it") from None


def _said(item: Link | Evidence) -> str:
    return f"{item.source!r} {item.relation} {item.target!r}"


def caption(identity: str, attributes: Mapping[str, Any]) -> str:
    """What a picture writes beside a node: its name, or its id where it has none."""
    return attributes.get("name") or identity
