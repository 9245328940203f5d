"""The real pages and the real archive through the whole chain, and the same answers from both stores."""

import csv
import random
from pathlib import Path

import pytest

from kg import reading
from kg.pipeline import BuildReport, build
from kg.settings import Settings, load
from kg.store import Store, queries
from kg.store.lookup import entities as look_up

pytestmark = pytest.mark.shared


def settings(source: Path) -> Settings:
    return load(source=str(source))


def run(out: Path, *inputs: Path) -> BuildReport:
    report = build([str(path) for path in inputs], out=out, settings=settings(out))
    for sums in (report.model_dump(), report.total):
        assert sums["read"] == sums["loaded"] + sums["merged"] + sums["rejected"]
    return report


@pytest.fixture(scope="module")
def pages(shared: Path) -> list[Path]:
    return sorted((shared / "corpus" / "seeds").glob("*.txt"))


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory, pages: list[Path]) -> Path:
    """The build folder of both pages."""
    out = tmp_path_factory.mktemp("seeds") / "b"
    report = run(out, *pages)
    assert (report.read, report.loaded, report.merged, report.rejected) == (297, 290, 7, 0)
    return out


def test_each_page_alone_and_one_after_the_other(tmp_path: Path, pages: list[Path], seeds: Path) -> None:
    first = run(tmp_path / "a", pages[0])
    second = run(tmp_path / "b", pages[1])
    assert (first.loaded, first.merged, first.rejected) == (238, 0, 0)
    assert (second.loaded, second.merged, second.rejected) == (59, 0, 0)
    added = run(tmp_path / "a", pages[1])
    assert (added.loaded, added.merged, added.total["loaded"]) == (52, 7, 290)
    run(tmp_path / "b", pages[0])
    for name in ("papers", "entities", "repos", "results", "links", "evidence"):
        expected = (seeds / "graph" / f"{name}.parquet").read_bytes()
        for folder in ("a", "b"):
            assert (tmp_path / folder / "graph" / f"{name}.parquet").read_bytes() == expected, name


def test_the_links_are_exactly_the_known_ones(seeds: Path, shared: Path) -> None:
    with (shared / "corpus" / "seeds" / "links.tsv").open(encoding="utf-8", newline="") as file:
        known = {(row["title"], row["url"]) for row in csv.DictReader(file, delimiter="\t")}
    graph = reading.read_graph(settings(seeds))
    titles = {paper.id: paper.title for paper in graph.papers}
    urls = {repo.id: repo.url for repo in graph.repos}
    found = {(titles[link.source], urls[link.target]) for link in graph.links if link.target in urls}
    assert found == known
    assert len(found) == 44


def test_the_two_cure_papers_propose_two_methods(seeds: Path) -> None:
    table = reading.cypher(
        "MATCH (p:Paper)-[:PROPOSES]->(m:Method) WHERE m.name = 'CURE' OR 'CURE' IN m.aliases "
        "RETURN p.id AS paper, m.id AS method",
        {},
        settings=settings(seeds),
    )
    assert len({row[0] for row in table.rows}) == 2
    assert len({row[1] for row in table.rows}) == 2


def test_grpo_and_its_expansion_are_one(seeds: Path) -> None:
    with reading.opened(settings(seeds)) as store:
        assert look_up(store, "GRPO") == look_up(store, "Group Relative Policy Optimization")
        assert len(look_up(store, "GRPO")) == 1


def questions(store: Store) -> list[tuple[str, dict[str, object]]]:
    """Every named query with a spread of parameters from the graph itself."""
    draw = random.Random(1)
    papers = [row[0] for row in store.query("MATCH (p:Paper)-[r]->() RETURN DISTINCT p.id AS id ORDER BY id").rows]
    things = [
        row[0]
        for row in store.query(
            "MATCH (e:Method|Model|Benchmark|Task|Metric) WHERE e.papers > 2 RETURN e.id AS id ORDER BY id"
        ).rows
    ]
    asked: list[tuple[str, dict[str, object]]] = []
    for query in queries.named_queries():
        wanted = [parameter for parameter in query.parameters if parameter.required]
        for _ in range(6):
            given = {p.name: draw.choice(papers if p.type == "paper" else things) for p in wanted}
            asked.append((query.name, given))
            all_of_it = {p.name: True for p in query.parameters if p.name in ("mentions", "generic")}
            asked.append((query.name, {**given, **all_of_it}))
    return asked


@pytest.mark.neo4j
def test_both_stores_answer_alike_and_a_second_load_updates_nothing(seeds: Path, neo4j_store: Store) -> None:
    graph = reading.read_graph(settings(seeds))
    first = neo4j_store.load(graph)
    assert first.created == first.nodes + first.relationships
    again = neo4j_store.load(graph)
    assert (again.counters, again.written, again.unchanged) == ({}, False, first.created)
    with reading.opened(settings(seeds)) as embedded:
        rows = 0
        for name, given in questions(embedded):
            ours = queries.run(embedded, name, given)
            theirs = queries.run(neo4j_store, name, given)
            assert ours == theirs, (name, given)
            rows += len(ours.rows)
        assert rows > 300
    assert neo4j_store.graph() == graph


@pytest.mark.slow
def test_the_archive_and_the_seeds_add_up(tmp_path: Path, shared: Path, pages: list[Path]) -> None:
    archive = shared / "corpus" / "hf_daily"
    report = run(tmp_path / "b", archive)
    assert (report.read, report.loaded, report.merged, report.rejected) == (9881, 9877, 4, 0)
    report = run(tmp_path / "b", *pages)
    assert report.total == {"read": 10178, "loaded": 10142, "merged": 36, "rejected": 0}
