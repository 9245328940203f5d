"""The same paper from several records."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.collect import merge
from kg.model import Declared, Paper, Record, text_sha256, title_id
from kg.text import fold


def record(
    title: str = "A Title", *ids: str, published: str = "", abstract: str = "Words.", **more: Any
) -> Record:
    return Record(
        title=title,
        ids=tuple(sorted(ids)),
        published=published,
        abstract=abstract,
        source=more.pop("source", "s"),
        **more,
    )


names = st.sampled_from(
    [
        "arxiv:2999.00001",
        "arxiv:2999.00002",
        "arxiv:2999.00003",
        "doi:10.1/a",
        "doi:10.1/b",
        "openalex:W1",
        "conf:x:1",
    ]
)


@st.composite
def records(draw: st.DrawFn) -> Record:
    ids = draw(st.sets(names, max_size=3))
    arxiv = sorted(name for name in ids if name.startswith("arxiv:"))
    return Record(
        title=draw(st.sampled_from(["A Title", "a  title", "Another Title", "A Third", "???"])),
        abstract=draw(st.sampled_from(["", "Words.", "Other.", "More words."])),
        ids=tuple(sorted(ids.difference(arxiv[1:]))),
        published=draw(st.sampled_from(["", "2024", "2024-05", "2024-05-01", "2025-01-01"])),
        authors=draw(st.sampled_from([(), ("A. One",), ("B. Two", "A. One")])),
        urls=draw(st.sampled_from([(), ("https://x.y/1",), ("https://x.y/2", "https://x.y/1")])),
        declared=draw(st.sampled_from([(), (Declared(field="hf:githubRepo", url="https://github.com/a/b"),)])),
        source=draw(st.sampled_from(["hf-daily-page", "jsonl"])),
        given_id=draw(st.sampled_from(["", "1"])),
    )


many = st.lists(records(), max_size=14)


@settings(max_examples=400)
@given(many, st.randoms(use_true_random=False), st.data())
def test_neither_order_nor_repetition_matters(
    given_records: list[Record], rng: random.Random, data: st.DataObject
) -> None:
    merged = merge(given_records)
    other = given_records + (
        data.draw(st.lists(st.sampled_from(given_records), max_size=4)) if given_records else []
    )
    rng.shuffle(other)
    again = merge(other)
    assert again.papers == merged.papers
    assert dict(zip(other, again.assignment, strict=True)) == dict(
        zip(given_records, merged.assignment, strict=True)
    )


@settings(max_examples=400)
@given(many)
def test_nothing_is_lost_and_nothing_is_added(given_records: list[Record]) -> None:
    papers, assignment = merge(given_records)
    by_id = {paper.id: paper for paper in papers}
    assert len(by_id) == len(papers)
    assert [paper.id for paper in papers] == sorted(by_id)
    assert set(assignment) == set(by_id)
    assert len(assignment) == len(given_records)
    members: dict[str, list[Record]] = {}
    for each, paper_id in zip(given_records, assignment, strict=True):
        members.setdefault(paper_id, []).append(each)
    for paper_id, group in members.items():
        check(by_id[paper_id], group)


def check(paper: Paper, group: list[Record]) -> None:
    Paper.model_validate(paper.model_dump())
    assert set(paper.ids) == {name for each in group for name in each.ids}
    assert set(paper.urls) == {url for each in group for url in each.urls}
    assert set(paper.sources) == {each.source for each in group}
    assert set(paper.declared) == {link for each in group for link in each.declared}
    assert list(paper.ids) == sorted(set(paper.ids))
    arxiv = {name for name in paper.ids if name.startswith("arxiv:")}
    dois = {name for name in paper.ids if name.startswith("doi:")}
    assert len(arxiv) <= 1
    assert paper.id == min(arxiv or dois or {title_id(paper.title)})
    assert bool(paper.authors) == any(each.authors for each in group)
    standing = max(group, key=lambda each: (each.published, len(each.abstract)))
    assert (paper.published, len(paper.abstract)) == (standing.published, len(standing.abstract))
    assert (paper.title, paper.abstract) in {(each.title, each.abstract) for each in group}
    assert paper.text_sha256 == text_sha256(paper.title, paper.abstract)
    assert paper.year == (int(paper.published[:4]) if paper.published else None)


@settings(max_examples=400)
@given(many)
def test_what_shares_an_id_or_a_title_is_apart_only_with_a_reason(given_records: list[Record]) -> None:
    papers, assignment = merge(given_records)
    by_id = {paper.id: paper for paper in papers}

    def kinds(paper_id: str, kind: str) -> set[str]:
        return {name for name in by_id[paper_id].ids if name.startswith(kind)}

    for left, left_id in zip(given_records, assignment, strict=True):
        for right, right_id in zip(given_records, assignment, strict=True):
            if left_id == right_id:
                continue
            two_arxiv = bool(kinds(left_id, "arxiv:") and kinds(right_id, "arxiv:"))
            two_dois = bool(kinds(left_id, "doi:") and kinds(right_id, "doi:"))
            if set(left.ids) & set(right.ids):
                assert two_arxiv
            if fold(left.title) == fold(right.title):
                assert two_arxiv or two_dois


def ids_of(*given_records: Record) -> list[str]:
    return merge(given_records).assignment


def test_ids_of_papers() -> None:
    assert ids_of(record("T", "arxiv:2999.00001", "doi:10.1/a")) == ["arxiv:2999.00001"]
    assert ids_of(record("T", "doi:10.1/a", "openalex:W1")) == ["doi:10.1/a"]
    assert ids_of(record("T", "openalex:W1")) == [title_id("T")]
    assert ids_of(record("T")) == [title_id("t")]


def test_by_title_only_where_ids_allow_it() -> None:
    with_id = record("A Title", "arxiv:2999.00001")
    assert ids_of(with_id, record("a-title!")) == ["arxiv:2999.00001"] * 2
    assert ids_of(with_id, record("A Title", "arxiv:2999.00002")) == ["arxiv:2999.00001", "arxiv:2999.00002"]
    assert ids_of(record("A Title", "doi:10.1/a"), record("A Title", "doi:10.1/b")) == ["doi:10.1/a", "doi:10.1/b"]
    assert ids_of(with_id, record("A Title", "doi:10.1/b")) == ["arxiv:2999.00001"] * 2


def test_a_record_between_two_papers_joins_the_one_published_first() -> None:
    late = record("A Title", "arxiv:2999.00001", published="2026-02-01")
    early = record("A Title", "arxiv:2999.00002", published="2026-01-01")
    assert ids_of(late, early, record("A Title")) == ["arxiv:2999.00001", "arxiv:2999.00002", "arxiv:2999.00002"]
    undated = record("A Title", "arxiv:2999.00003")
    assert ids_of(undated, late, record("A Title"))[-1] == "arxiv:2999.00001"
    assert ids_of(record("A Title", "arxiv:2999.00002"), record("A Title", "arxiv:2999.00003"), record("A Title"))[
        -1
    ] == ("arxiv:2999.00002")


def test_a_shared_doi_does_not_join_two_arxiv_ids() -> None:
    left, right = record("One", "arxiv:2999.00001", "doi:10.1/a"), record("Two", "arxiv:2999.00002", "doi:10.1/a")
    assert ids_of(left, right, record("Three", "doi:10.1/a")) == [
        "arxiv:2999.00001",
        "arxiv:2999.00002",
        "arxiv:2999.00001",
    ]


def test_a_changed_title_is_followed_through_an_id() -> None:
    old, new = (
        record("Old", "arxiv:2999.00001", published="2026-01-01"),
        record("New", "arxiv:2999.00001", published="2026-02-01"),
    )
    papers, assignment = merge([old, new, record("Old", source="page"), record("New", source="page")])
    assert set(assignment) == {"arxiv:2999.00001"}
    assert (papers[0].title, papers[0].published, papers[0].sources) == ("New", "2026-02-01", ("page", "s"))


@pytest.mark.parametrize("turn", [False, True])
def test_which_text_stands(turn: bool) -> None:
    def standing(*given_records: Record) -> str:
        return merge(given_records[::-1] if turn else given_records).papers[0].abstract

    dated, undated = record(abstract="Short.", published="2026-01-01"), record(abstract="Much longer than that.")
    assert standing(dated, undated) == "Short."
    assert standing(record(abstract="Short."), undated) == "Much longer than that."
    left, right = record(abstract="Words 1."), record(abstract="Words 2.")
    assert (
        standing(left, right)
        == min((left, right), key=lambda each: text_sha256(each.title, each.abstract)).abstract
    )
