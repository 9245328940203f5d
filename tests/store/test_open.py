"""Which address opens which store, and what is refused before any is opened."""

import time
from pathlib import Path

import pytest

from kg.errors import StoreUnreachable, UsageError
from kg.store import is_server, open_store
from tests.neo4j_server import free_port


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("http://localhost:7474", "is no store: give a path, or an address that starts with neo4j://"),
        ("://x", "is no store"),
        ("neo4j://", "names no host"),
        ("neo4j://host:port", "is no address"),
        ("neo4j://neo4j:secret@localhost", "password does not belong into an address"),
    ],
)
def test_wrong_addresses(uri: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        open_store(uri)
    assert "secret" not in str(caught.value)


def test_a_server_that_is_down_is_told_soon() -> None:
    started = time.monotonic()
    with pytest.raises(StoreUnreachable, match="no Neo4j answers at") as caught:
        open_store(f"neo4j://127.0.0.1:{free_port()}", password="x")
    assert time.monotonic() - started < 7
    assert "\n" not in str(caught.value)


def test_paths_are_no_servers(tmp_path: Path) -> None:
    assert is_server("NEO4J://host")
    assert not is_server(str(tmp_path))
    with open_store(str(tmp_path / "x.lbug"), read_only=False) as store:
        assert store.dialect == "ladybug"
