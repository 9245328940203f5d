"""Which names are one thing: normalise → block → score → judge → assemble, over distinct names.

Pure: the same papers, extractions, judgements and lexicon give the same entities, in whatever order they come.

- `names.py`     normalise: the key under which spellings meet
- `senses.py`    block: names to atoms, homonyms apart, bare uses by context
- `clusters.py`  judge: atoms to clusters by ranked edges, blocked by `different`
- `entities.py`  assemble: clusters to entities with stable ids
"""

from collections.abc import Iterable, Sequence

from kg.lexicon.load import Entry, Lexicon
from kg.model import Extraction, Judgement, Paper, Resolution
from kg.resolve.clusters import Clusters, Edge
from kg.resolve.entities import Cluster, entities
from kg.resolve.names import name_key
from kg.resolve.senses import Use, anchor, place, uses_of

__all__ = ["name_key", "resolve"]


def resolve(
    found: Iterable[tuple[Paper, Extraction]],
    *,
    lexicon: Lexicon,
    judgements: Sequence[Judgement] = (),
    taken: frozenset[str] = frozenset(),
) -> Resolution:
    """Resolves every local entity of every paper to an entity.

    `taken` holds the ids of other nodes (papers, repos), which no entity may bear. Later judgements on the same
    pair overrule earlier ones.
    """
    pairs = list(found)
    uses = uses_of(pairs)
    edges = place(uses, lexicon)
    same, different = _judged(judgements, uses, lexicon)
    edges += [Edge(left, right, "judgement") for left, right in same]
    atoms = {use.atom for use in uses} | {atom for edge in edges for atom in edge[:2]}
    atoms |= {atom for pair in different for atom in pair}
    entries = {anchor(entry.id): entry for entry in _entries(edges, uses, lexicon)}
    clusters = Clusters(sorted(atoms), anchors=sorted(atoms & entries.keys()), different=different)
    clusters.merge(edges)
    made = entities(_filled(clusters, uses, entries), papers=len(pairs), taken=taken)
    return Resolution.model_construct(
        entities=tuple(entity for entity, _ in made),
        assignment={(use.paper, use.index): entity.id for entity, group in made for use in group},
        certainty={(use.paper, use.index): use.certainty for use in uses if use.certainty < 1.0},
    )


def _filled(clusters: Clusters, uses: Iterable[Use], entries: dict[str, Entry]) -> list[Cluster]:
    filled = {root: Cluster() for root in clusters.groups()}
    for root, members in clusters.groups().items():
        filled[root].entries = [entries[atom] for atom in members if atom in entries]
    for use in uses:
        filled[clusters.find(use.atom)].uses.append(use)
    return [cluster for cluster in filled.values() if cluster.uses]


def _entries(edges: Iterable[Edge], uses: Iterable[Use], lexicon: Lexicon) -> list[Entry]:
    wanted = {atom for edge in edges for atom in edge[:2]} | {use.atom for use in uses}
    return [entry for entry in lexicon.entries if anchor(entry.id) in wanted]


def _judged(
    judgements: Sequence[Judgement], uses: Sequence[Use], lexicon: Lexicon
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The standing judgements as pairs of atoms: same, different."""
    if not judgements:
        return [], []
    standing: dict[tuple[str, str], str] = {}
    for judgement in judgements:
        left, right = sorted((judgement.left, judgement.right))
        standing[left, right] = judgement.verdict
    by_key: dict[str, set[str]] = {}
    for use in uses:
        for name in (use.local.name, use.local.expansion, *use.local.surfaces):
            by_key.setdefault(name_key(name), set()).add(use.atom)
    ids = {entry.id for entry in lexicon.entries}
    same: list[tuple[str, str]] = []
    different: list[tuple[str, str]] = []
    for (left, right), verdict in sorted(standing.items()):
        for one in _atoms(left, by_key, ids):
            for other in _atoms(right, by_key, ids):
                if one != other:
                    (same if verdict == "same" else different).append((one, other))
    return same, different


def _atoms(name: str, by_key: dict[str, set[str]], lexicon_ids: set[str]) -> list[str]:
    """What a judgement's name or id points at: a lexicon entry, one paper's sense (`slug@paper`), or a name.

    The atom of the name itself comes first and alone where it exists, so that "GRPO" and its expansion, one
    cluster by rule, can be judged different.
    """
    if name in lexicon_ids:
        return [anchor(name)]
    plain, at, paper = name.partition("@")
    key = name_key(plain)
    atoms = by_key.get(key, set())
    if at:
        own = {atom for atom in atoms if atom.endswith(f"@{paper}")}
        return sorted(own or atoms)
    return [key] if key in atoms else sorted(atoms)
