"""Finds papers by id or title and entities by id, name or alias, with one small query that runs on both stores.

A node carries its folded spellings in `keys`; the wanted name is folded here: both stores compare plain strings.
"""

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from kg.errors import NotFound
from kg.store.protocol import Store
from kg.text import fold, normalise

ENTITIES = "Method|Model|Benchmark|Task|Metric"
_CANDIDATES = {
    "paper": "MATCH (n:Paper) WHERE n.id = $id OR $key IN n.keys RETURN n.id, n.name, n.ids, 0 ORDER BY n.id",
    "entity": (
        f"MATCH (n:{ENTITIES}) WHERE n.id = $id OR $key IN n.keys "
        "RETURN n.id, n.name, n.aliases, n.papers ORDER BY n.papers DESC, n.id"
    ),
}
_NAMES = {
    "paper": "MATCH (n:Paper) RETURN n.id, n.name",
    "entity": f"MATCH (n:{ENTITIES}) RETURN n.id, n.name",
}
_ARXIV = re.compile(
    r"(?:arxiv:|(?:https?://)?(?:www\.)?arxiv\.org/(?:abs|pdf|html)/)?"
    r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?",
    re.IGNORECASE,
)
_DOI = re.compile(r"(?:https?://)?(?:dx\.)?doi\.org/(10\..+)", re.IGNORECASE)


class _Candidate(NamedTuple):
    id: str
    name: str
    others: Sequence[str]
    papers: int


def entities(store: Store, wanted: str, *, redirects: Mapping[str, tuple[str, ...]] | None = None) -> list[str]:
    """Ids of the entities meant, most papers first: the one of that id, else those so named, else those whose name
    or alias is spelled alike. Raises NotFound with near names."""
    return _find(store, "entity", wanted, redirects or {})


def paper(store: Store, wanted: str, *, redirects: Mapping[str, tuple[str, ...]] | None = None) -> str:
    """Id of the paper meant, by id (with or without `arxiv:`, version or address) or title. Raises NotFound with
    near titles, or with the ids when several papers have the title."""
    if match := _ARXIV.fullmatch(wanted.strip()):
        wanted = f"arxiv:{match.group(1)}"
    elif match := _DOI.fullmatch(wanted.strip()):
        wanted = f"doi:{match.group(1).lower()}"
    found = _find(store, "paper", wanted, redirects or {})
    if len(found) > 1:
        raise NotFound(f"several papers are called {wanted!r}: give one of the ids {', '.join(found)}")
    return found[0]


def _find(store: Store, what: str, wanted: str, redirects: Mapping[str, tuple[str, ...]]) -> list[str]:
    wanted = wanted.strip()
    table = store.query(_CANDIDATES[what], {"id": wanted, "key": fold(wanted)})
    candidates = [_Candidate(*row) for row in table.rows]
    if any(candidate.id == wanted for candidate in candidates):
        return [wanted]
    if wanted in redirects:
        return list(redirects[wanted])
    for form in (str, normalise, fold):
        same = [
            candidate.id
            for candidate in candidates
            if form(wanted) in {form(name) for name in (candidate.name, *candidate.others)}
        ]
        if same:
            return same
    if candidates:
        return [candidate.id for candidate in candidates]
    raise NotFound(f"no {what} {wanted!r} in {store.name}{_near(store.query(_NAMES[what]).rows, wanted)}")


def _near(named: Sequence[tuple[Any, ...]], wanted: str) -> str:
    """Advice: the names most like the wanted one, first those that contain it."""
    spelled = {normalise(name): (name, identity) for identity, name in named}
    sought = normalise(wanted)
    containing = sorted(
        (name for name in spelled if sought and sought in name), key=lambda name: (len(name), name)
    )
    near = [*containing[:3], *difflib.get_close_matches(sought, spelled, n=3, cutoff=0.7)]
    if not near:
        return ""
    return "; near: " + ", ".join(f"{spelled[n][0]} ({spelled[n][1]})" for n in list(dict.fromkeys(near))[:3])
