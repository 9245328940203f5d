"""What a link leads to: its host's folding rules (`hosts.tsv`) applied to a clean url."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import cast, get_args

from kg.errors import DataError
from kg.lexicon.load import FOLDER, rows
from kg.model import RepoKind

_URL = re.compile(r"(https?)://([^/?#\s]+)([^?#\s]*)(\?[^#\s]*)?(#\S*)?", re.IGNORECASE)
_GIT = re.compile(r"(?:\.git)+$", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RepoAddress:
    """A link's target. `id` is the same for every spelling of the target; `url` leads there."""

    id: str
    url: str
    host: str
    owner: str
    name: str
    kind: RepoKind


@dataclass(frozen=True, slots=True)
class _Rule:
    canon: str
    kind: RepoKind
    kind_paths: dict[str, RepoKind]
    parts: int
    fold: bool
    drop: frozenset[str]


def _kind(word: str) -> RepoKind:
    if word not in get_args(RepoKind):
        raise DataError(f"hosts.tsv: no kind of link is called {word!r}")
    return cast(RepoKind, word)


@lru_cache(maxsize=1)
def _rules() -> dict[str, _Rule]:
    found = {}
    for row in rows(FOLDER / "hosts.tsv"):
        pairs = (pair.split("=") for pair in row["kind_paths"].split())
        found[row["host"]] = _Rule(
            canon=row["canon"],
            kind=_kind(row["kind"]),
            kind_paths={part: _kind(kind) for part, kind in pairs},
            parts=int(row["parts"]),
            fold=row["case"] == "fold",
            drop=frozenset(row["drop"].split()),
        )
    return found


def _rule_of(host: str) -> _Rule:
    rules = _rules()
    rule = rules.get(host)
    while rule is None and "." in host:
        host = host.split(".", 1)[1]
        rule = rules.get("*." + host)
    return rule or _Rule("*", "page", {}, 0, False, frozenset())


def parse_link(url: str) -> RepoAddress | None:
    """The node a clean http(s) url leads to; None where it is no url with a host.

    Folded: `www.`, the case of the host (and of the path where the host ignores it), `.git`, places inside a
    repository (`/tree/…`), the trailing slash, query and fragment. Applying it to the `url` of its own answer
    gives that answer again.
    """
    match = _URL.fullmatch(url.strip())
    if match is None:
        return None
    host = match[2].lower().removeprefix("www.").rstrip(".")
    if not _HOST.fullmatch(host):
        return None
    rule = _rule_of(host)
    if rule.canon != "*":
        host = rule.canon
    parts = [part for raw in match[3].split("/") if (part := _GIT.sub("", raw))]
    kind, head = rule.kind, []
    if parts and parts[0] in rule.kind_paths:
        kind, head, parts = rule.kind_paths[parts[0]], parts[:1], parts[1:]
    for place, part in enumerate(parts):
        if part in rule.drop and place >= 1:
            parts = parts[:place]
            break
    if rule.parts:
        parts = parts[: rule.parts]
    if kind == "code" and len(parts) < 2 and not head:
        kind = "page"
    if kind == "model" and len(parts) < 2:
        kind = "page"
    clean = "/".join([host, *head, *parts])
    named = len(parts) >= 2 and rule.parts == 2
    return RepoAddress(
        id=clean.lower() if rule.fold else clean,
        url=f"https://{clean}",
        host=host,
        owner=parts[0] if named else "",
        name=parts[-1] if parts else "",
        kind=kind,
    )
