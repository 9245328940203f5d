"""Extractions and resolution become links with their evidence."""

from kg.graph.assemble import assemble, repo_ids
from kg.graph.redirects import redirects_after
from kg.graph.statistics import statistics
from kg.lexicon.load import Lexicon
from kg.model import Claim, Declared, Extraction, Graph, Paper, Redirect, RepoMention
from kg.resolve import resolve
from tests.papers import Thing, paper

EMPTY = Lexicon((), "test")


def graph_of(*found: tuple[Paper, Extraction]) -> Graph:
    return assemble(found, resolve(found, lexicon=EMPTY))


def links(graph: Graph) -> set[tuple[str, str, str, bool]]:
    return {(link.source, link.relation, link.target, link.strongest) for link in graph.links}


def test_each_claim_is_evidence_whose_offsets_name_the_thing() -> None:
    found = paper("p1", Thing("Zeta", relation="PROPOSES"), Thing("EtaSet", "Benchmark", relation="EVALUATES_ON"))
    graph = graph_of(found)
    assert links(graph) == {("p1", "PROPOSES", "zeta", True), ("p1", "EVALUATES_ON", "etaset", True)}
    text = graph.papers[0].text
    spans = {item.target: text[item.mention_start : item.mention_end] for item in graph.evidence}
    assert spans == {"zeta": "Zeta", "etaset": "EtaSet"}
    assert {item.finder for item in graph.evidence} == {"test + test"}
    sentences = {text[item.sentence_start : item.sentence_end] for item in graph.evidence}
    assert sentences == {"We have Zeta.", "We have EtaSet."}


def test_two_relations_stand_and_the_first_in_the_guidelines_order_is_strongest() -> None:
    one, extraction = paper("p1", Thing("Zeta", relation="USES"))
    first = extraction.claims[0]
    second = Claim(**{**first.model_dump(), "relation": "COMPARES_WITH"})
    graph = graph_of((one, Extraction(**{**extraction.model_dump(), "claims": (first, second)})))
    assert links(graph) == {("p1", "COMPARES_WITH", "zeta", True), ("p1", "USES", "zeta", False)}


def test_a_relation_that_the_resolved_type_cannot_have_becomes_the_nearest_that_it_can() -> None:
    graph = graph_of(
        paper("p1", Thing("Zeta", "Method")),
        paper("p2", Thing("Zeta", "Method")),
        paper("p3", Thing("Zeta", "Benchmark", relation="EVALUATES_ON")),
    )
    assert ("p3", "USES", "zeta", True) in links(graph)


def with_links(declared: tuple[Declared, ...], *urls: str) -> tuple[Paper, Extraction]:
    one, extraction = paper("p1")
    repos = tuple(
        RepoMention(
            url=url,
            repo="github.com/example/zeta",
            kind="code",
            surface=url,
            start=0,
            end=5,
            sentence_start=0,
            sentence_end=5,
            relation="RELEASES",
            finder="links",
            confidence=0.9,
        )
        for url in urls
    )
    return (
        Paper(**{**one.model_dump(), "declared": declared}),
        Extraction(**{**extraction.model_dump(), "repos": repos}),
    )


def test_declared_and_extracted_links_to_one_repo_are_one_link_of_both_origins() -> None:
    declared = Declared(field="hf:githubRepo", url="https://github.com/Example/Zeta/")
    found = with_links((declared,), "https://github.com/Example/Zeta")
    graph = graph_of(found)
    (link,) = graph.links
    assert (link.target, link.relation, link.origin) == ("github.com/example/zeta", "RELEASES", "both")
    assert {(item.origin, item.field) for item in graph.evidence} == {
        ("declared", "hf:githubRepo"),
        ("extracted", ""),
    }
    assert [repo.id for repo in graph.repos] == ["github.com/example/zeta"]
    assert repo_ids([found]) == {"github.com/example/zeta"}


def test_a_declared_page_that_is_a_paper_is_no_repo() -> None:
    graph = graph_of(with_links((Declared(field="hf:projectPage", url="https://arxiv.org/abs/2405.15738"),)))
    assert graph.repos == ()


def test_statistics_count_every_part() -> None:
    counts = statistics(
        graph_of(paper("p1", Thing("Zeta")), paper("p2", Thing("Zeta"), Thing("EtaSet", "Benchmark")))
    )
    assert counts.papers == 2
    assert counts.entities == {"Method": 1, "Benchmark": 1}
    assert counts.links == {"USES": 3}
    assert counts.evidence == 3


def test_an_id_that_is_gone_leads_to_where_its_mentions_went() -> None:
    old = graph_of(paper("arxiv:1", Thing("CURE", relation="PROPOSES")))
    new = graph_of(
        paper("arxiv:1", Thing("CURE", relation="PROPOSES")),
        paper("arxiv:2", Thing("CURE", relation="PROPOSES")),
    )
    first = redirects_after(old, new, ())
    assert first == (Redirect(old="cure", new=("cure@arxiv:1",)),)
    assert redirects_after(new, new, first) == first
    assert redirects_after(new, old, first) == (Redirect(old="cure@arxiv:1", new=("cure",)),)
