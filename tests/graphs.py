"""Random graphs as hypothesis draws them: every field, empty and odd texts, sorted by identity like real ones."""

from typing import Any

from hypothesis import strategies as st

from kg.model import (
    RELATIONS,
    Declared,
    Entity,
    Evidence,
    Graph,
    Link,
    Paper,
    Repo,
    Result,
    text_sha256,
)

# Everything that UTF-8 can hold: control characters, other scripts, line ends, markup, no lone surrogates.
texts = st.one_of(
    st.sampled_from(
        [
            "",
            "LoRA",
            "Étude über $\\beta$-VAE: \"x\" & 'y' <z> ]]>",
            "a\r\nb\tc",
            "\x00\x0b\x1f\ufffe\uffff",
            "_x0041_ _x005F_",
        ]
    ),
    st.text(st.characters(codec="utf-8"), max_size=12),
)
lists = st.lists(texts, max_size=3).map(tuple)
confidences = st.floats(0, 1) | st.sampled_from([0.0, 1.0, 1e-05, 0.1234])
counts = st.integers(-1, 2**31 - 1)
dates = st.sampled_from(["", "2024", "2024-05", "2024-05-01"])
names = texts.filter(bool)


def papers(identity: str) -> st.SearchStrategy[Paper]:
    return st.builds(
        lambda title, abstract, **rest: Paper(
            id=identity, title=title, abstract=abstract, text_sha256=text_sha256(title, abstract), **rest
        ),
        title=names,
        abstract=texts,
        published=dates,
        year=st.none() | st.integers(1900, 2100),
        ids=lists,
        authors=lists,
        urls=lists,
        sources=lists,
        declared=st.lists(st.builds(Declared, field=texts, url=texts), max_size=2).map(tuple),
    )


def entities(identity: str) -> st.SearchStrategy[Entity]:
    return st.builds(
        Entity,
        id=st.just(identity),
        kind=st.sampled_from(["Method", "Model", "Benchmark", "Task", "Metric"]),
        name=texts,
        aliases=lists,
        first_published=dates,
        papers=counts,
        confidence=confidences,
        generic=st.booleans(),
    )


def repos(identity: str) -> st.SearchStrategy[Repo]:
    kinds = st.sampled_from(["code", "model", "dataset", "space", "page"])
    return st.builds(Repo, id=st.just(identity), url=texts, host=texts, owner=texts, name=texts, kind=kinds)


def results(identity: str) -> st.SearchStrategy[Result]:
    return st.builds(
        Result,
        id=st.just(identity),
        name=texts,
        value=st.none() | st.floats(allow_nan=False, allow_infinity=False),
        unit=texts,
        raw=texts,
        kind=st.sampled_from(["absolute", "gain", "ratio", "cost"]),
        direction=st.sampled_from(["higher", "lower", ""]),
    )


def evidence(source: str, relation: Any, target: str) -> st.SearchStrategy[Evidence]:
    return st.builds(
        Evidence,
        source=st.just(source),
        relation=st.just(relation),
        target=st.just(target),
        origin=st.sampled_from(["extracted", "declared"]),
        finder=texts,
        field=texts,
        mention_start=counts,
        mention_end=counts,
        sentence_start=counts,
        sentence_end=counts,
        confidence=confidences,
    )


def evidence_order(item: Evidence) -> tuple[Any, ...]:
    return (
        item.source, item.relation, item.target, item.mention_start, item.mention_end, item.field, item.finder,
        item.confidence, item.origin, item.sentence_start, item.sentence_end,
    )  # fmt: skip


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """A graph whose links have ends and whose evidence has links; several links may join one pair of nodes."""
    ids = draw(st.lists(names, min_size=0, max_size=8, unique=True).map(sorted))
    makers = [draw(st.sampled_from([papers, entities, repos, results])) for _ in ids]
    nodes = {
        maker: [draw(maker(i)) for i, m in zip(ids, makers, strict=True) if m is maker] for maker in set(makers)
    }
    links, found = [], []
    if ids:
        ends = st.sampled_from(ids)
        keys = draw(st.lists(st.tuples(ends, st.sampled_from(RELATIONS), ends), max_size=8, unique=True))
        for source, relation, target in sorted(keys):
            links.append(
                Link(
                    source=source,
                    relation=relation,
                    target=target,
                    strongest=draw(st.booleans()),
                    confidence=draw(confidences),
                    origin=draw(st.sampled_from(["extracted", "declared", "both"])),
                )
            )
            found += draw(st.lists(evidence(source, relation, target), max_size=3))
    return Graph(
        papers=tuple(nodes.get(papers, ())),
        entities=tuple(nodes.get(entities, ())),
        repos=tuple(nodes.get(repos, ())),
        results=tuple(nodes.get(results, ())),
        links=tuple(links),
        evidence=tuple(sorted(found, key=evidence_order)),
    )
