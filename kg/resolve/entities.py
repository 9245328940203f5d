"""Assemble: clusters of atoms become entities with stable ids.

Invariant: an id is a function of the cluster's content alone (lexicon id, else the founding paper's longest
name), never of counts or of the order of input.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kg.lexicon.load import Entry
from kg.model import KINDS, Entity, Kind
from kg.resolve.senses import Use
from kg.text import fold, slug

GENERIC_KINDS = frozenset({"Method", "Task", "Metric"})
GENERIC_SHARE = 0.05  # of all papers; a method, task or metric named by more is too broad to tell papers apart
GENERIC_LEAST = 30  # papers; below this a share means nothing

_UNDATED = "9999"  # a paper without a date founds a name only where no dated one does


@dataclass(slots=True)
class Cluster:
    """All uses of one thing, and the lexicon entries that name it."""

    uses: list[Use] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    @property
    def founding(self) -> Use:
        return min(
            self.uses,
            key=lambda use: (use.published or _UNDATED, use.paper, -len(_full_name(use)), use.index),
        )


def entities(clusters: Iterable[Cluster], *, papers: int, taken: frozenset[str]) -> list[tuple[Entity, list[Use]]]:
    """Entities with their uses, sorted by id. `papers` counts the papers of the graph; `taken` holds ids that
    other nodes bear."""
    slugs: dict[str, list[Cluster]] = defaultdict(list)
    for cluster in clusters:
        name = cluster.entries[0].id if cluster.entries else slug(_full_name(cluster.founding))
        slugs[name].append(cluster)
    made = []
    for name, sharers in slugs.items():
        for identity, cluster in _apart(name, sharers, taken):
            made.append((_entity(identity, cluster, papers), cluster.uses))
    made.sort(key=lambda pair: pair[0].id)
    return made


def _apart(name: str, sharers: Sequence[Cluster], taken: frozenset[str]) -> list[tuple[str, Cluster]]:
    """Several clusters under one slug each carry their founding paper; a lexicon entry keeps the plain slug."""
    ids: list[tuple[str, Cluster]] = []
    used: set[str] = set()
    plain = len(sharers) == 1
    for cluster in sorted(sharers, key=lambda c: (not c.entries, c.founding.paper, c.founding.index)):
        keep = (plain or bool(cluster.entries)) and name not in used and name not in taken
        identity = name if keep else f"{name}@{cluster.founding.paper}"
        # The same paper may found two clusters whose names differ only in marks that a slug drops.
        step = 2
        while identity in used or identity in taken:
            identity = f"{name}~{step}@{cluster.founding.paper}"
            step += 1
        used.add(identity)
        ids.append((identity, cluster))
    return ids


def _entity(identity: str, cluster: Cluster, papers: int) -> Entity:
    entry = cluster.entries[0] if cluster.entries else None
    founding = cluster.founding
    name = _usual(entry.name, cluster.uses) if entry else _full_name(founding)
    surfaces = {surface for use in cluster.uses for surface in (*use.local.surfaces, use.local.expansion)}
    for known in cluster.entries:
        surfaces.update((known.name, *known.aliases))
    surfaces -= {"", name}
    count = len({use.paper for use in cluster.uses})
    kind = entry.kind if entry else _majority(cluster.uses)
    broad = kind in GENERIC_KINDS and count >= max(GENERIC_LEAST, GENERIC_SHARE * papers)
    return Entity.model_construct(
        id=identity,
        kind=kind,
        name=name,
        aliases=tuple(sorted(surfaces, key=lambda s: (fold(s), s))),
        first_published=min((use.published for use in cluster.uses if use.published), default=""),
        papers=count,
        confidence=round(max(use.local.confidence * use.certainty for use in cluster.uses), 4),
        generic=broad or any(known.generic for known in cluster.entries),
    )


def _full_name(use: Use) -> str:
    return use.local.expansion or use.local.name


def _usual(name: str, uses: Sequence[Use]) -> str:
    """The spelling of a lexicon name that most papers use: lists of names are often in small letters."""
    wanted = fold(name)
    papers: dict[str, set[str]] = defaultdict(set)
    for use in uses:
        for surface in (*use.local.surfaces, use.local.expansion):
            if fold(surface) == wanted:
                papers[surface].add(use.paper)
    return min(papers, key=lambda surface: (-len(papers[surface]), surface), default=name)


def _majority(uses: Sequence[Use]) -> Kind:
    votes: Mapping[Kind, int] = Counter(use.local.kind for use in uses)
    return max(KINDS, key=lambda kind: (votes.get(kind, 0), -KINDS.index(kind)))
