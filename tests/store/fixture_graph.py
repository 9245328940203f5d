"""A small graph by hand, with every label and every relationship type that the queries use."""

from kg.model import Entity, Evidence, Graph, Kind, Link, Origin, Paper, Relation, Repo, Result, text_sha256


def paper(number: int, title: str, abstract: str, published: str = "2024-05-01") -> Paper:
    return Paper(
        id=f"arxiv:2405.0000{number}",
        title=title,
        abstract=abstract,
        published=published,
        year=int(published[:4]),
        ids=(f"arxiv:2405.0000{number}",),
        authors=("Ada Example",),
        urls=(f"https://arxiv.org/abs/2405.0000{number}",),
        sources=("jsonl",),
        text_sha256=text_sha256(title, abstract),
    )


def entity(identity: str, kind: Kind, name: str, *aliases: str, papers: int = 1, generic: bool = False) -> Entity:
    return Entity(
        id=identity,
        kind=kind,
        name=name,
        aliases=aliases,
        first_published="2024-05-01",
        papers=papers,
        confidence=0.9,
        generic=generic,
    )


def link(
    source: str, relation: Relation, target: str, *, strongest: bool = True, origin: Origin = "extracted"
) -> Link:
    return Link(
        source=source, relation=relation, target=target, strongest=strongest, confidence=0.8, origin=origin
    )


P1, P2, P3, P4 = (f"arxiv:2405.0000{n}" for n in (1, 2, 3, 4))

PAPERS = (
    paper(1, "Fern: Sparse Adapters", "We propose Fern. It beats LoRA on GSM8K. Accuracy rises."),
    paper(2, "Moss Learns \"Maths\" 'Well'", "Moss uses LoRA and is tested on GSM8K and MMLU.", "2024-06-01"),
    paper(3, "A Study of Reed", "We study MMLU with Reed on large language models.", "2024-07-01"),
    paper(4, "Nothing in Common", "This paper stands alone.", "2024-08-01"),
)
ENTITIES = (
    entity("accuracy", "Metric", "accuracy", papers=2, generic=True),
    entity("fern", "Method", "Fern"),
    entity("gsm8k", "Benchmark", "GSM8K", "Grade School Math 8K", papers=2),
    entity("low-rank-adaptation", "Method", "Low-Rank Adaptation", "LoRA", "lora", papers=2),
    entity("math-reasoning", "Task", "mathematical reasoning", papers=2),
    entity("mmlu", "Benchmark", "MMLU", papers=2),
    entity("moss", "Method", "Moss"),
    entity("reed", "Model", "Reed"),
    entity("reed@arxiv:2405.00003", "Method", "REED"),
)
REPOS = (
    Repo(
        id="github.com/ada/fern",
        url="https://github.com/ada/fern",
        host="github.com",
        owner="ada",
        name="fern",
        kind="code",
    ),
    Repo(id="moss.github.io", url="https://moss.github.io", host="moss.github.io", kind="page"),
)
RESULTS = (
    Result(
        id="r1",
        name="71.5 % accuracy on GSM8K",
        value=71.5,
        unit="%",
        raw="71.5%",
        kind="absolute",
        direction="higher",
    ),
    Result(id="r2", name="a result without a number", value=None, raw="best", kind="gain"),
)
LINKS = (
    link(P1, "PROPOSES", "fern"),
    link(P1, "COMPARES_WITH", "low-rank-adaptation"),
    link(P1, "EVALUATES_ON", "gsm8k"),
    link(P1, "MEASURES", "accuracy"),
    link(P1, "ADDRESSES", "math-reasoning"),
    link(P1, "RELEASES", "github.com/ada/fern", origin="both"),
    link(P1, "REPORTS", "r1"),
    link(P2, "PROPOSES", "moss"),
    link(P2, "USES", "low-rank-adaptation"),
    link(P2, "EVALUATES_ON", "gsm8k"),
    link(P2, "EVALUATES_ON", "mmlu"),
    link(P2, "MEASURES", "accuracy"),
    link(P2, "ADDRESSES", "math-reasoning"),
    link(P2, "RELEASES", "moss.github.io", origin="declared"),
    link(P2, "REPORTS", "r2"),
    link(P3, "EVALUATES_ON", "mmlu"),
    link(P3, "USES", "reed"),
    link(P3, "PROPOSES", "reed@arxiv:2405.00003"),
    link(P3, "MENTIONS", "gsm8k", strongest=False),
    link("r1", "ON", "gsm8k"),
    link("r1", "IN", "accuracy"),
    link("r1", "BY", "fern"),
    link("fern", "VARIANT_OF", "low-rank-adaptation"),
    link("fern", "PART_OF", "moss"),
    link("math-reasoning", "SUBTASK_OF", "math-reasoning"),
    link("fern", "BUILDS_ON", "low-rank-adaptation"),
)


def _evidence(
    source: str, relation: Relation, target: str, mention: str, sentence: str, confidence: float
) -> Evidence:
    text = next(p.text for p in PAPERS if p.id == source)
    start, first = text.index(mention), text.index(sentence)
    return Evidence(
        source=source,
        relation=relation,
        target=target,
        origin="extracted",
        finder="rule:test",
        mention_start=start,
        mention_end=start + len(mention),
        sentence_start=first,
        sentence_end=first + len(sentence),
        confidence=confidence,
    )


EVIDENCE = (
    _evidence(P1, "PROPOSES", "fern", "Fern", "Fern: Sparse Adapters", 0.7),
    _evidence(P1, "PROPOSES", "fern", "Fern.", "We propose Fern.", 0.9),
    _evidence(P1, "COMPARES_WITH", "low-rank-adaptation", "LoRA", "It beats LoRA on GSM8K.", 0.8),
    _evidence(P1, "EVALUATES_ON", "gsm8k", "GSM8K", "It beats LoRA on GSM8K.", 0.8),
    Evidence(
        source=P2,
        relation="RELEASES",
        target="moss.github.io",
        origin="declared",
        field="hf:projectPage",
        confidence=1.0,
    ),
)

GRAPH = Graph(
    papers=PAPERS,
    entities=ENTITIES,
    repos=REPOS,
    results=RESULTS,
    links=tuple(sorted(LINKS, key=lambda x: (x.source, x.relation, x.target))),
    evidence=EVIDENCE,
)
