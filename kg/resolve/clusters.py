"""Score and judge: atoms (distinct names, homonyms apart) become clusters by recorded edges.

Invariant: `same` is transitive, and one `different` anywhere between two clusters blocks their merge. Edges are
taken in a fixed order (rank, then names), so the clusters are a function of the set of edges alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Rule = Literal["judgement", "lexicon", "acronym", "near-expansion"]
# Who is asked first: a person, then curated names, then what papers define, then likeness.
RANK: Mapping[Rule, int] = {"judgement": 0, "lexicon": 1, "acronym": 2, "near-expansion": 3}


class Edge(NamedTuple):
    """One reason to hold two atoms for one thing."""

    left: str
    right: str
    rule: Rule

    def order(self) -> tuple[int, str, str]:
        return RANK[self.rule], min(self.left, self.right), max(self.left, self.right)


@dataclass(slots=True)
class _Cluster:
    members: list[str]
    enemies: set[str] = field(default_factory=set)  # atoms judged different from one of the members
    anchors: set[str] = field(default_factory=set)  # lexicon entries among the members


class Clusters:
    """Disjoint sets of atoms with cannot-link pairs.

    `anchors` are atoms no two of which may ever meet by rule (entries of the lexicon); a person's judgement may.
    """

    def __init__(
        self, atoms: Iterable[str], *, anchors: Iterable[str] = (), different: Iterable[tuple[str, str]] = ()
    ) -> None:
        self._parent = {atom: atom for atom in atoms}
        self._cluster = {atom: _Cluster([atom]) for atom in self._parent}
        for atom in anchors:
            self._cluster[atom].anchors.add(atom)
        for left, right in different:
            if left in self._parent and right in self._parent and left != right:
                self._cluster[left].enemies.add(right)
                self._cluster[right].enemies.add(left)
        self.blocked: list[Edge] = []

    def find(self, atom: str) -> str:
        """The representative of an atom's cluster: its smallest member."""
        root = atom
        while self._parent[root] != root:
            root = self._parent[root]
        while self._parent[atom] != root:
            self._parent[atom], atom = root, self._parent[atom]
        return root

    def merge(self, edges: Iterable[Edge]) -> None:
        """Takes the edges in their fixed order; those that a `different` or two anchors forbid are `blocked`."""
        for edge in sorted(edges, key=Edge.order):
            left, right = sorted((self.find(edge.left), self.find(edge.right)))
            if left == right:
                continue
            ours, theirs = self._cluster[left], self._cluster[right]
            anchored = bool(ours.anchors and theirs.anchors) and edge.rule != "judgement"
            if anchored or any(self.find(enemy) == right for enemy in ours.enemies):
                self.blocked.append(edge)
                continue
            self._parent[right] = left
            ours.members += theirs.members
            ours.enemies |= theirs.enemies
            ours.anchors |= theirs.anchors
            del self._cluster[right]

    def groups(self) -> dict[str, list[str]]:
        """Representative → sorted members."""
        return {root: sorted(cluster.members) for root, cluster in sorted(self._cluster.items())}
