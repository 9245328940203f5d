"""Papers, extractions and resolution become the Graph: one link per (paper, relation, target), all evidence."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from kg.lexicon.hosts import parse_link
from kg.lexicon.load import FOLDER, rows
from kg.model import (
    STRENGTH,
    Evidence,
    Extraction,
    Graph,
    Kind,
    Link,
    Paper,
    Relation,
    Repo,
    Resolution,
    evidence_order,
)

DECLARED = 0.95  # a source's own field for the paper's code or page; measured as spot checks, not calibrated yet

_HOLDS: Mapping[Kind, Mapping[Relation, Relation]] = TypeAdapter(
    dict[Kind, dict[Relation, Relation]]
).validate_python(tomllib.loads(Path(__file__).with_name("relations.toml").read_text(encoding="utf-8")))


def assemble(found: Iterable[tuple[Paper, Extraction]], resolution: Resolution) -> Graph:
    """The graph of these papers, sorted by identity."""
    pairs = list(found)
    kinds = {entity.id: entity.kind for entity in resolution.entities}
    evidence: list[Evidence] = []
    repos: dict[str, Repo] = {}
    for paper, extraction in pairs:
        evidence += _claims(paper, extraction, resolution, kinds)
        evidence += _links(paper, extraction, repos)
    # Two spellings of one url, or two relations that the entity's type made one, state the same finding once.
    evidence = [item for _, item in sorted({evidence_order(item): item for item in evidence}.items())]
    return Graph.model_construct(
        papers=tuple(sorted((paper for paper, _ in pairs), key=lambda paper: paper.id)),
        entities=resolution.entities,
        repos=tuple(repos[key] for key in sorted(repos)),
        results=(),
        links=tuple(links_of(evidence)),
        evidence=tuple(evidence),
    )


def repo_ids(found: Iterable[tuple[Paper, Extraction]]) -> frozenset[str]:
    """The ids of all Repo nodes that these papers bring."""
    ids: set[str] = set()
    for paper, extraction in found:
        ids.update(repo.repo for repo in extraction.repos)
        for link in paper.declared:
            if not _is_paper(link.url) and (address := parse_link(link.url)):
                ids.add(address.id)
    return frozenset(ids)


def links_of(evidence: Iterable[Evidence]) -> list[Link]:
    """One link per (source, relation, target), sorted; its confidence is that of its best evidence.

    Of several relations between a paper and a thing the first in the guidelines' order is `strongest`.
    """
    found: dict[tuple[str, str], dict[Relation, list[Evidence]]] = defaultdict(lambda: defaultdict(list))
    for item in evidence:
        found[item.source, item.target][item.relation].append(item)
    links = []
    for (source, target), relations in found.items():
        best = min(relations, key=STRENGTH.__getitem__)
        for relation, items in relations.items():
            origins = {item.origin for item in items}
            links.append(
                Link.model_construct(
                    source=source,
                    relation=relation,
                    target=target,
                    strongest=relation == best,
                    confidence=max(item.confidence for item in items),
                    origin=origins.pop() if len(origins) == 1 else "both",
                )
            )
    links.sort(key=lambda link: (link.source, link.relation, link.target))
    return links


def _claims(
    paper: Paper, extraction: Extraction, resolution: Resolution, kinds: Mapping[str, Kind]
) -> list[Evidence]:
    evidence = []
    found_by = {(mention.start, mention.end): mention.finder for mention in extraction.mentions}
    for claim in extraction.claims:
        use = (paper.id, claim.entity)
        finders = (found_by.get((claim.start, claim.end)), claim.finder)
        target = resolution.assignment[use]
        evidence.append(
            Evidence.model_construct(
                source=paper.id,
                relation=_HOLDS[kinds[target]].get(claim.relation, claim.relation),
                target=target,
                origin="extracted",
                finder=" + ".join(filter(None, finders)),
                field="",
                mention_start=claim.start,
                mention_end=claim.end,
                sentence_start=claim.sentence_start,
                sentence_end=claim.sentence_end,
                confidence=round(claim.confidence * resolution.certainty.get(use, 1.0), 4),
            )
        )
    return evidence


def _links(paper: Paper, extraction: Extraction, repos: dict[str, Repo]) -> list[Evidence]:
    """Evidence for the links in the text and those that sources declare; fills `repos`."""
    evidence = []
    for link in extraction.repos:
        _add_repo(link.url, repos)
        evidence.append(
            Evidence.model_construct(
                source=paper.id,
                relation=link.relation,
                target=link.repo,
                origin="extracted",
                finder=link.finder,
                field="",
                mention_start=link.start,
                mention_end=link.end,
                sentence_start=link.sentence_start,
                sentence_end=link.sentence_end,
                confidence=link.confidence,
            )
        )
    for declared in paper.declared:
        if target := "" if _is_paper(declared.url) else _add_repo(declared.url, repos):
            evidence.append(
                Evidence.model_construct(
                    source=paper.id,
                    relation="RELEASES",
                    target=target,
                    origin="declared",
                    finder="",
                    field=declared.field,
                    mention_start=-1,
                    mention_end=-1,
                    sentence_start=-1,
                    sentence_end=-1,
                    confidence=DECLARED,
                )
            )
    return evidence


def _add_repo(url: str, repos: dict[str, Repo]) -> str:
    """Adds the Repo of a url; of several spellings the smallest stands, so that order never matters."""
    address = parse_link(url)
    if address is None:
        return ""
    whole = url.rstrip("/")
    exact = re.sub(r"^https?://(www\.)?", "", whole).casefold() == address.id.casefold()
    repo = Repo.model_construct(
        id=address.id,
        url=whole if exact else address.url,
        host=address.host,
        owner=address.owner,
        name=address.name,
        kind=address.kind,
    )
    known = repos.get(repo.id)
    if known is None or (repo.url[:5] != "https", repo.url) < (known.url[:5] != "https", known.url):
        repos[repo.id] = repo
    return repo.id


@cache
def _papers_hosts() -> frozenset[str]:
    """Hosts that hold papers, licences and videos: a declared page there is no repo."""
    lists = {row["list"]: row["words"] for row in rows(FOLDER / "links.tsv")}
    return frozenset(lists["not_repo"].split())


def _is_paper(url: str) -> bool:
    address = parse_link(url)
    return address is not None and (
        address.host in _papers_hosts() or address.id.startswith("huggingface.co/papers/")
    )
