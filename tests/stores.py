"""Fixtures that hand out stores. Registered by tests/conftest.py as a plugin."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from neo4j import Driver, GraphDatabase

from kg.store import Store, open_store
from tests import neo4j_server as harness


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[harness.Server]:
    """One real Neo4j for the whole run."""
    with harness.running() as server:
        yield server


@pytest.fixture(scope="session")
def neo4j_driver(neo4j_server: harness.Server) -> Iterator[Driver]:
    """A driver of the tests' own, to look at and to damage what the store wrote."""
    with GraphDatabase.driver(neo4j_server.uri, auth=(neo4j_server.user, neo4j_server.password)) as driver:
        yield driver


def wipe(driver: Driver) -> None:
    """Takes all nodes out of the database; a server of the user's own only loses what is ours or marked as the
    tests' own."""
    driver.execute_query("MATCH (n) WHERE n:Kg OR n:KgTest DETACH DELETE n")


@pytest.fixture
def neo4j_store(neo4j_server: harness.Server, neo4j_driver: Driver) -> Iterator[Store]:
    """An empty Neo4j store."""
    wipe(neo4j_driver)
    with open_store(neo4j_server.uri, user=neo4j_server.user, password=neo4j_server.password) as store:
        yield store


@pytest.fixture
def embedded_store(tmp_path: Path) -> Iterator[Store]:
    """An embedded store that does not exist yet."""
    with open_store(tmp_path / "graph.lbug", read_only=False) as store:
        yield store


@pytest.fixture(params=["ladybug", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store(request: pytest.FixtureRequest) -> Store:
    """The same test body over both stores."""
    name = "embedded_store" if request.param == "ladybug" else "neo4j_store"
    found: Store = request.getfixturevalue(name)
    return found
