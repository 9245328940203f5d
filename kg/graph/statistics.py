"""Counts of a graph, for people and programs."""

from collections import Counter

from pydantic import BaseModel

from kg.model import KINDS, RELATIONS, Graph


class Statistics(BaseModel):
    """What a graph holds: nodes and links by kind, and evidence by the finder that gave it."""

    papers: int
    first_published: str
    last_published: str
    entities: dict[str, int]
    generic: int
    repos: dict[str, int]
    results: int
    links: dict[str, int]
    evidence: int
    finders: dict[str, int]


def statistics(graph: Graph) -> Statistics:
    """Counts every part of the graph; dates are the earliest and latest known, empty without any."""
    kinds = Counter(entity.kind for entity in graph.entities)
    relations = Counter(link.relation for link in graph.links)
    repos = Counter(repo.kind for repo in graph.repos)
    finders = Counter(item.finder or item.field for item in graph.evidence)
    dates = sorted(paper.published for paper in graph.papers if paper.published)
    return Statistics(
        papers=len(graph.papers),
        first_published=dates[0] if dates else "",
        last_published=dates[-1] if dates else "",
        entities={kind: kinds[kind] for kind in KINDS if kinds[kind]},
        generic=sum(entity.generic for entity in graph.entities),
        repos=dict(sorted(repos.items())),
        results=len(graph.results),
        links={relation: relations[relation] for relation in RELATIONS if relations[relation]},
        evidence=len(graph.evidence),
        finders=dict(sorted(finders.items(), key=lambda pair: (-pair[1], pair[0]))),
    )
