"""Stores: the graph as LadybugDB (embedded) or in Neo4j. Both are projections of `graph/`, loaded by difference.

rows.py        the graph as rows of nodes and relationships, each with the fingerprint of what it says
protocol.py    what a store is
embedded.py    LadybugDB: one file, rebuilt beside the old one and renamed over it
neo4j.py       Neo4j 5: reads back what the server holds, sends what differs
guard.py       what Cypher a user may run
queries.py     the named queries of `cypher/queries/`
lookup.py      papers and entities by id, name, alias or title
"""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from kg.errors import UsageError
from kg.store.protocol import LoadReport, Store, Table

__all__ = ["LoadReport", "Store", "Table", "open_store"]


# Either driver takes a third of a second to import: only the one that is needed is.
def _embedded(path: str, user: str, password: str, read_only: bool) -> Store:
    from kg.store.embedded import EmbeddedStore

    return EmbeddedStore(Path(path), read_only=read_only)


def _server(uri: str, user: str, password: str, read_only: bool) -> Store:
    from kg.store.neo4j import Neo4jStore

    return Neo4jStore(uri, user=user, password=password)


# One entry a scheme; a path has none. Each opener takes the address, user, password and read_only.
OPENERS: dict[str, Callable[[str, str, str, bool], Store]] = {
    "": _embedded,
    **dict.fromkeys(("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"), _server),
}


def is_server(where: str) -> bool:
    """Whether an argument names a server (`neo4j://…`) rather than a path."""
    return "://" in where


def check_server(uri: str) -> None:
    """Raises UsageError for what is no address of a server."""
    if not is_server(uri):
        raise UsageError(
            f"{uri} is no address of a server: write neo4j://host:7687 (the embedded store is always there)"
        )
    _address(uri, "")


def open_store(where: str | Path, *, user: str = "neo4j", password: str = "", read_only: bool = True) -> Store:
    """Opens the store at a path (embedded) or an address (Neo4j); `user@` in the address overrules `user`.

    Raises UsageError for an address it does not know, StoreUnreachable when no server answers or it refuses the
    password, StoreBusy when another process holds the embedded store, StoreError when its file is damaged.
    """
    if isinstance(where, Path) or not is_server(where):
        return OPENERS[""](str(where), user, password, read_only)
    uri, user = _address(where, user)
    return OPENERS[urlsplit(uri).scheme](uri, user, password, read_only)


def _address(uri: str, user: str) -> tuple[str, str]:
    scheme, _, rest = uri.partition("://")
    scheme = scheme.lower()
    if scheme not in OPENERS or not scheme:
        known = ", ".join(f"{name}://" for name in OPENERS if name)
        raise UsageError(f"{scheme}://… is no store: give a path, or an address that starts with {known}")
    credentials, at, host = rest.rpartition("@")
    if ":" in credentials:
        raise UsageError(
            f"a password does not belong into an address: give {scheme}://{host} and set KG_NEO4J_PASSWORD"
        )
    try:
        parts = urlsplit(f"{scheme}://{host}")
        parts.port  # noqa: B018 (raises ValueError when the port is no number)
    except ValueError:
        raise UsageError(f"{scheme}://{host} is no address: write {scheme}://host:7687") from None
    if not parts.hostname:
        raise UsageError(f"{uri} names no host: write {scheme}://host:7687")
    return f"{scheme}://{host}", credentials if at and credentials else user
