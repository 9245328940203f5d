"""Joins the records of the same paper.

Invariants: the papers are a function of the set of records, whatever their order and however often each comes; a
paper never joins two arXiv ids that two records state, nor, by its title, two DOIs. So records join in
steps, from the surest key to the weakest: arXiv id, DOI, ids of other schemes, folded title. Where a record
could join several papers that must stay apart, it joins the one published first, then the one with the smaller id.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.model import Declared, Paper, Record, text_sha256, title_id
from kg.text import fold

_UNDATED = "~"  # after every date


class Merged(NamedTuple):
    """The papers, sorted by id, and for each record, in the order given, the id of its paper."""

    papers: list[Paper]
    assignment: list[str]


@dataclass(slots=True, eq=False)
class _Group:
    """Records that are one paper, and what tells it apart."""

    records: list[Record]
    arxiv: str
    dois: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)
    first: str = _UNDATED

    def take(self, other: "_Group") -> None:
        self.records += other.records
        self.arxiv = self.arxiv or other.arxiv
        self.dois |= other.dois
        self.others |= other.others
        self.titles |= other.titles
        self.first = min(self.first, other.first)

    @property
    def id(self) -> str:
        return self.arxiv or min(self.dois, default="") or "title:" + min(self.titles)

    @property
    def rank(self) -> tuple[str, str]:
        return self.first, self.id


def merge(records: Iterable[Record]) -> Merged:
    """One paper for all records that state it, with all they know.

    Where texts differ the later date stands (none is the earliest), then the longer abstract, then the smaller
    hash of the text; ids, sources, addresses and declared links of all are kept.
    """
    given = list(records)
    groups = [_single(record) for record in dict.fromkeys(given)]
    groups = _join(groups, lambda group: [group.arxiv] if group.arxiv else [], _never)
    groups = _join(groups, lambda group: group.dois, _two_arxiv)
    groups = _join(groups, lambda group: group.others, _two_arxiv)
    groups = _join(groups, lambda group: group.titles, _apart)
    paper_of: dict[Record, str] = {}
    papers = []
    for group in groups:
        paper = _paper(group)
        papers.append(paper)
        for record in group.records:
            paper_of[record] = paper.id
    papers.sort(key=lambda paper: paper.id)
    return Merged(papers, [paper_of[record] for record in given])


def _single(record: Record) -> _Group:
    arxiv = [name for name in record.ids if name.startswith("arxiv:")]
    dois = {name for name in record.ids if name.startswith("doi:")}
    return _Group(
        records=[record],
        arxiv=min(arxiv, default=""),
        dois=dois,
        others=set(record.ids).difference(arxiv, dois),
        titles={fold(record.title)},
        first=record.published or _UNDATED,
    )


def _join(
    groups: list[_Group], keys: Callable[[_Group], Iterable[str]], conflict: Callable[[_Group, _Group], bool]
) -> list[_Group]:
    """Joins groups that share a key and may be one. Keys are taken in order, and the groups of a key by what they
    are, so that nothing depends on the order of `groups`."""
    alike: dict[str, list[_Group]] = defaultdict(list)
    for group in groups:
        for key in keys(group):
            alike[key].append(group)
    became: dict[_Group, _Group] = {}

    def now(group: _Group) -> _Group:
        while group in became:
            group = became[group]
        return group

    for key in sorted(key for key, holders in alike.items() if len(holders) > 1):
        kept: list[_Group] = []
        for group in sorted({now(each) for each in alike[key]}, key=_firmness):
            fits = [each for each in kept if not conflict(each, group)]
            if not fits:
                kept.append(group)
                continue
            into = min(fits, key=lambda each: each.rank)
            into.take(group)
            became[group] = into
    return [group for group in groups if group not in became]


def _firmness(group: _Group) -> tuple[int, tuple[str, str], list[str]]:
    """Papers with an arXiv id first, then those with a DOI; the last part only separates equals."""
    kind = 0 if group.arxiv else 1 if group.dois else 2
    return kind, group.rank, sorted(group.others | group.titles)


def _never(left: _Group, right: _Group) -> bool:
    return False


def _two_arxiv(left: _Group, right: _Group) -> bool:
    return bool(left.arxiv and right.arxiv and left.arxiv != right.arxiv)


def _apart(left: _Group, right: _Group) -> bool:
    return _two_arxiv(left, right) or bool(left.dois and right.dois and left.dois.isdisjoint(right.dois))


def _paper(group: _Group) -> Paper:
    ranked = sorted(group.records, key=_standing, reverse=True) if len(group.records) > 1 else group.records
    text = ranked[0]
    sha = text_sha256(text.title, text.abstract)
    return Paper.model_construct(
        id=group.arxiv or min(group.dois, default="") or title_id(text.title),
        title=text.title,
        abstract=text.abstract,
        published=text.published,
        year=int(text.published[:4]) if text.published else None,
        ids=_union(record.ids for record in ranked),
        authors=next((record.authors for record in ranked if record.authors), ()),
        urls=_union(record.urls for record in ranked),
        sources=tuple(sorted({record.source for record in ranked})),
        text_sha256=sha,
        declared=_declared(ranked),
    )


def _standing(record: Record) -> tuple[str, int, int, tuple[str, ...]]:
    """The greatest stands; the hash is turned round so that the smaller one wins, and authors separate equals."""
    sha = int(text_sha256(record.title, record.abstract), 16)
    return record.published, len(record.abstract), -sha, record.authors


def _union(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({value for part in parts for value in part}))


def _declared(records: Iterable[Record]) -> tuple[Declared, ...]:
    stated = {(each.field, each.url): each for record in records for each in record.declared}
    return tuple(stated[key] for key in sorted(stated))
