"""Loading Neo4j: only what differs, damage mended exactly, what is not ours left alone, errors in one line."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from neo4j import Driver

from kg.errors import StoreError, StoreUnreachable, UsageError
from kg.model import Graph
from kg.store import Store, open_store
from kg.store.rows import NODE_COLUMNS, RELATIONSHIP_COLUMNS, rows
from tests.neo4j_server import Server
from tests.store.fixture_graph import GRAPH, P1, P2

pytestmark = pytest.mark.neo4j

NODE, LINK = len(NODE_COLUMNS["Method"]), len(RELATIONSHIP_COLUMNS)  # properties of one that is written anew
SMALLER = GRAPH.model_copy(update={"links": GRAPH.links[1:], "evidence": ()})


def typed(rows: Iterable[tuple[Any, ...]]) -> list[str]:
    """Rows as sorted text, in which 1, 1.0 and True differ."""
    return sorted(repr((*row[:-1], sorted(row[-1].items()))) for row in rows)


def held(driver: Driver) -> tuple[Any, Any]:
    """All nodes and relationships of ours, as the server holds them."""
    nodes = driver.execute_query("MATCH (n:Kg) RETURN labels(n) AS l, properties(n) AS p").records
    links = driver.execute_query(
        "MATCH (a:Kg)-[r]->(b:Kg) RETURN a.id AS a, type(r) AS t, b.id AS b, properties(r) AS p"
    ).records
    return (
        typed((sorted(x["l"]), x["p"]) for x in nodes),
        typed((x["a"], x["t"], x["b"], x["p"]) for x in links),
    )


def expected(graph: Graph) -> tuple[Any, Any]:
    found = rows(graph)
    kinds = {"Paper", "Repo", "Result"}
    nodes = [
        (sorted({"Kg", n.label} | (set() if n.label in kinds else {"Entity"})), n.properties) for n in found.nodes
    ]
    links = [(*r.key, r.properties) for r in found.relationships]
    return typed(nodes), typed(links)


def test_holds_exactly_the_graph(neo4j_store: Store, neo4j_driver: Driver) -> None:
    report = neo4j_store.load(GRAPH)
    assert (report.created, report.updated, report.deleted) == (report.nodes + report.relationships, 0, 0)
    assert held(neo4j_driver) == expected(GRAPH)


def test_the_second_load_updates_nothing(neo4j_store: Store) -> None:
    neo4j_store.load(GRAPH)
    report = neo4j_store.load(GRAPH)
    assert report.counters == {}
    assert not report.written
    assert report.unchanged == report.nodes + report.relationships


def test_sends_only_the_difference(neo4j_store: Store, neo4j_driver: Driver) -> None:
    neo4j_store.load(SMALLER)
    report = neo4j_store.load(GRAPH)
    evident = {(e.source, e.relation, e.target) for e in GRAPH.evidence}
    assert (report.created, report.updated, report.deleted) == (1, len(evident), 0)
    assert report.counters["relationships_created"] == 1
    assert report.counters["properties_set"] == LINK * (1 + len(evident))
    assert held(neo4j_driver) == expected(GRAPH)
    report = neo4j_store.load(Graph(papers=GRAPH.papers[:1]))
    assert report.deleted == len(GRAPH.links) + sum(map(len, (GRAPH.entities, GRAPH.repos, GRAPH.results))) + 3
    assert held(neo4j_driver) == expected(Graph(papers=GRAPH.papers[:1]))


# What is done by hand, and the counters of the load that mends it: nothing else is written.
DAMAGE: dict[str, tuple[str, dict[str, int]]] = {
    "property changed": ("MATCH (n:Kg {id: 'fern'}) SET n.name = 'Bracken'", {"properties_set": NODE}),
    "property removed": ("MATCH (n:Kg {id: 'fern'}) REMOVE n.aliases", {"properties_set": NODE}),
    "property of another type": ("MATCH (n:Kg {id: 'fern'}) SET n.papers = 1.0", {"properties_set": NODE}),
    "stray property": ("MATCH (n:Kg {id: 'fern'}) SET n.stray = date()", {"properties_set": NODE + 1}),
    "fingerprint changed": ("MATCH (n:Kg {id: 'fern'}) SET n.fingerprint = 'x'", {"properties_set": NODE}),
    "label changed": (
        "MATCH (n:Kg {id: 'fern'}) REMOVE n:Method SET n:Task",
        {"labels_added": 1, "labels_removed": 1},
    ),
    "label added": ("MATCH (n:Kg {id: 'fern'}) SET n:Stray", {"labels_removed": 1}),
    "label Entity lost": ("MATCH (n:Kg {id: 'fern'}) REMOVE n:Entity", {"labels_added": 1}),
    "node deleted": (
        "MATCH (n:Kg {id: 'reed'}) DETACH DELETE n",
        {"nodes_created": 1, "labels_added": 3, "properties_set": NODE + 1 + LINK, "relationships_created": 1},
    ),
    "node added": (
        "CREATE (:Kg:Paper {id: 'arxiv:0000.00000', name: 'stray'})",
        {"nodes_deleted": 1},
    ),
    "node without id": ("CREATE (:Kg:Paper {name: 'stray'})", {"nodes_deleted": 1}),
    "relationship deleted": (
        f"MATCH (:Kg {{id: '{P1}'}})-[r:PROPOSES]->() DELETE r",
        {"relationships_created": 1, "properties_set": LINK},
    ),
    "relationship doubled": (
        f"MATCH (a:Kg {{id: '{P1}'}})-[r:PROPOSES]->(b) CREATE (a)-[s:PROPOSES]->(b) SET s = properties(r)",
        {"relationships_deleted": 1},
    ),
    "relationship added": (
        f"MATCH (a:Kg {{id: '{P1}'}}) MATCH (b:Kg {{id: 'moss'}}) CREATE (a)-[:PROPOSES {{confidence: 1.0}}]->(b)",
        {"relationships_deleted": 1},
    ),
    "relationship turned": (
        "MATCH (a:Kg {id: 'fern'})-[r:BUILDS_ON]->(b) CREATE (b)-[s:BUILDS_ON]->(a) "
        "SET s = properties(r) DELETE r",
        {"relationships_created": 1, "relationships_deleted": 1, "properties_set": LINK},
    ),
    "relationship's property changed": (
        f"MATCH (:Kg {{id: '{P1}'}})-[r:PROPOSES]->() SET r.confidence = 0.1",
        {"properties_set": LINK},
    ),
    "relationship's property removed": (
        f"MATCH (:Kg {{id: '{P1}'}})-[r:PROPOSES]->() REMOVE r.sentence",
        {"properties_set": LINK},
    ),
    "relationship's list changed": (
        f"MATCH (:Kg {{id: '{P1}'}})-[r:PROPOSES]->() SET r.char_starts = [0, 34]",
        {"properties_set": LINK},
    ),
    "relationship's stray property": (
        f"MATCH (:Kg {{id: '{P1}'}})-[r:PROPOSES]->() SET r.stray = true",
        {"properties_set": LINK + 1},
    ),
    "one property and one relationship": (
        f"MATCH (n:Kg {{id: 'moss'}}) SET n.name = 'x' WITH n MATCH (:Kg {{id: '{P2}'}})-[r:USES]->() DELETE r",
        {"properties_set": NODE + LINK, "relationships_created": 1},
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_mended_and_nothing_else_written(neo4j_store: Store, neo4j_driver: Driver, name: str) -> None:
    neo4j_store.load(GRAPH)
    damage, counters = DAMAGE[name]
    assert neo4j_driver.execute_query(damage).summary.counters.contains_updates
    assert held(neo4j_driver) != expected(GRAPH)
    report = neo4j_store.load(GRAPH)
    assert held(neo4j_driver) == expected(GRAPH)
    assert report.counters == counters
    assert neo4j_store.load(GRAPH).counters == {}


def test_a_lost_constraint_and_a_doubled_id(neo4j_store: Store, neo4j_driver: Driver) -> None:
    neo4j_store.load(GRAPH)
    neo4j_driver.execute_query("DROP CONSTRAINT kg_id")
    neo4j_driver.execute_query("CREATE (:Kg:Paper {id: $id})", {"id": P1})
    neo4j_store.load(GRAPH)
    assert held(neo4j_driver) == expected(GRAPH)
    names = neo4j_driver.execute_query("SHOW CONSTRAINTS YIELD name RETURN collect(name) AS n").records[0]["n"]
    assert "kg_id" in names


@pytest.fixture
def shared(neo4j_driver: Driver) -> Iterator[str]:
    """Nodes of somebody else, two of them with our labels and ids, and what they were."""
    neo4j_driver.execute_query(
        "CREATE (a:KgTest:Paper {id: $id, name: 'theirs'})-[:USES {x: 1}]->(b:KgTest {name: 'y'}) "
        "CREATE (:KgTest:Method:Entity {id: 'fern', name: 'theirs'})",
        {"id": P1},
    )
    statement = (
        "MATCH (n:KgTest) OPTIONAL MATCH (n)-[r]->(m) "
        "RETURN labels(n) AS l, properties(n) AS p, type(r) AS t, properties(r) AS q, m.name AS m "
        "ORDER BY n.name, t"
    )
    before = neo4j_driver.execute_query(statement).records
    yield "theirs"
    assert neo4j_driver.execute_query(statement).records == before
    neo4j_driver.execute_query("MATCH (n:KgTest) DETACH DELETE n")


def test_what_is_not_ours_is_left_alone(neo4j_store: Store, neo4j_driver: Driver, shared: str) -> None:
    neo4j_store.load(GRAPH)
    # Somebody else's relationships may hang on our nodes, too: of their own types, or to their own nodes.
    neo4j_driver.execute_query(
        "MATCH (a:Kg {id: $id}) MATCH (b:Kg {id: 'fern'}) MATCH (c:KgTest {name: 'y'}) "
        "CREATE (a)-[:LIKES]->(b) CREATE (a)-[:USES]->(c)",
        {"id": P1},
    )
    assert neo4j_store.load(GRAPH).counters == {}
    assert neo4j_store.counts()["Paper"] == 4
    neo4j_store.load(SMALLER)
    left = neo4j_driver.execute_query("MATCH ()-[r:LIKES]->() RETURN count(r) AS n").records[0]["n"]
    assert left == 1


def test_progress_ends_at_the_total(neo4j_store: Store) -> None:
    told: list[tuple[int, int | None]] = []
    report = neo4j_store.load(GRAPH, progress=lambda done, total: told.append((done, total)))
    total = report.nodes + report.relationships
    assert told[-1] == (total, total)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_wrong_password(neo4j_server: Server) -> None:
    started = time.monotonic()
    with pytest.raises(StoreUnreachable, match="does not accept user and password: set KG_NEO4J_USER") as caught:
        open_store(neo4j_server.uri, user=neo4j_server.user, password="wrong-password")
    assert time.monotonic() - started < 5
    assert "\n" not in str(caught.value)
    assert "wrong-password" not in str(caught.value)


def test_wrong_cypher_is_one_line(neo4j_store: Store) -> None:
    for statement in ("MATCH (p:Paper) RETURN", "MATCH (p:Paper) RETURN q", "RETURN 1 / 0"):
        with pytest.raises((UsageError, StoreError)) as caught:
            neo4j_store.query(statement)
        assert "\n" not in str(caught.value)


def test_a_long_query_is_given_up(neo4j_store: Store) -> None:
    started = time.monotonic()
    with pytest.raises(StoreError, match="longer than 1 seconds"):
        neo4j_store.query(
            "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN sum(a * b) AS s", timeout=1
        )
    assert time.monotonic() - started < 10


def test_full_text_search(neo4j_store: Store, neo4j_driver: Driver) -> None:
    neo4j_store.load(GRAPH)
    neo4j_driver.execute_query("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()")
    table = neo4j_store.query(
        "CALL db.index.fulltext.queryNodes('kg_names', $words) YIELD node RETURN node.id AS id ORDER BY id",
        {"words": "lora"},
    )
    assert table.rows == [("low-rank-adaptation",)]


def test_the_second_wall_stands(neo4j_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Were the guard to fail, the session's READ mode would still refuse to write."""
    monkeypatch.setattr("kg.store.guard.check", lambda *_: None)
    with pytest.raises(UsageError, match="only reading is allowed"):
        neo4j_store.query("CREATE (:KgTest)")
