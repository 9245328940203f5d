"""Ids that a build replaced: where the things went that an old id stood for."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from kg.model import Graph, Redirect


def redirects_after(old: Graph, new: Graph, history: Iterable[Redirect]) -> tuple[Redirect, ...]:
    """The redirects that hold after `new` replaced `old`, sorted by old id.

    An entity id of `old` that `new` lacks leads to the entities that now hold its mentions, most first. Earlier
    redirects are carried on to what stands today; one whose targets are all gone, or whose id is back, falls.
    """
    alive = {entity.id for entity in new.entities}
    gone = {entity.id for entity in old.entities} - alive
    moved: dict[str, tuple[str, ...]] = {}
    if gone:
        holders: dict[tuple[str, int, int], set[str]] = defaultdict(set)
        for item in new.evidence:
            if item.target in alive:
                holders[item.source, item.mention_start, item.mention_end].add(item.target)
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for item in old.evidence:
            if item.target in gone:
                found[item.target].update(holders.get((item.source, item.mention_start, item.mention_end), ()))
        for identity, counts in found.items():
            moved[identity] = tuple(sorted(counts, key=lambda target: (-counts[target], target)))
    for redirect in history:
        steps = (new_id for target in redirect.new for new_id in moved.get(target, (target,)))
        moved.setdefault(redirect.old, tuple(dict.fromkeys(target for target in steps if target in alive)))
    return tuple(Redirect(old=key, new=moved[key]) for key in sorted(moved) if moved[key] and key not in alive)
