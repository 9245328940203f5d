"""Neo4j 5.26 or later, by the official driver. A load reads back what the server holds and sends what differs.

Invariants:
  - Only nodes labelled `Kg`, and relationships of our types between such nodes, are read, written or deleted: a
    database can be shared.
  - What differs is decided by what the server holds now, property by property, not by the stored fingerprint
    alone: damage by hand is found wherever it was done, and a load of an equal graph sends no update at all.
  - Every batch is one managed transaction of MERGEs, so a retried or half-done load can be run again.
  - A user's statement passes the guard and runs in a READ transaction with a time limit.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, Self

from neo4j import (
    READ_ACCESS,
    Driver,
    GraphDatabase,
    ManagedTransaction,
    NotificationMinimumSeverity,
    unit_of_work,
)
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConfigurationError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
)
from neo4j.graph import Node as ServerNode
from neo4j.graph import Path as ServerPath
from neo4j.graph import Relationship as ServerRelationship

from kg.errors import StoreError, StoreUnreachable, UsageError
from kg.model import KINDS, RELATIONS, Graph
from kg.resources import folder
from kg.store import guard
from kg.store.protocol import DEFAULT_TIMEOUT, Dialect, LoadReport, Progress, Table
from kg.store.readback import graph_of
from kg.store.rows import Node, Relationship, Rows, fingerprint, rows
from kg.store.tokens import tokens

_BATCH = 5_000  # rows a transaction
_PATIENCE = 5.0  # seconds: connecting, and retrying what may pass by itself
_OURS = frozenset({"Kg", "Entity"})

# What the driver logs is in the errors it raises; without a handler Python would print it beside ours.
logging.getLogger("neo4j").addHandler(logging.NullHandler())


class _Difference(NamedTuple):
    """What a load must do. Deletions name the server's own ids."""

    gone_nodes: list[str]
    gone_relationships: list[str]
    relabelled: list[dict[str, Any]]
    nodes: list[dict[str, Any]]
    relationships: list[dict[str, Any]]
    created: int
    updated: int

    @property
    def deleted(self) -> int:
        return len(self.gone_nodes) + len(self.gone_relationships)


class Neo4jStore:
    """A Neo4j database. Opening it checks that the server answers and accepts the password."""

    dialect: Dialect = "neo4j"

    def __init__(self, uri: str, *, user: str = "neo4j", password: str = "", patience: float = _PATIENCE) -> None:
        """`patience`: seconds until a server that does not answer is given up."""
        self._uri = uri
        try:
            self._driver: Driver = GraphDatabase.driver(
                uri,
                auth=(user, password),
                connection_timeout=patience,
                connection_acquisition_timeout=max(patience, 10.0),
                max_transaction_retry_time=patience,
                notifications_min_severity=NotificationMinimumSeverity.OFF,
                user_agent="kg",
            )
        except (ConfigurationError, ValueError) as error:
            raise UsageError(f"{uri} is no address of a Neo4j: {error}") from None
        try:
            with _translating(uri):
                self._driver.verify_connectivity()
        except BaseException:
            self._driver.close()
            raise

    @property
    def name(self) -> str:
        return self._uri

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Releases the connections."""
        self._driver.close()

    # --- reading ---------------------------------------------------------------------------------------

    def query(
        self,
        statement: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        limit: int | None = None,
        timeout: float = DEFAULT_TIMEOUT,
    ) -> Table:
        """See `Store.query`."""
        guard.check(statement, self.dialect, parameters or {})

        @unit_of_work(timeout=timeout)
        def work(transaction: ManagedTransaction) -> Table:
            result = transaction.run(statement, dict(parameters or {}))
            columns = tuple(result.keys())
            explained = tokens(statement)[0].upper == "EXPLAIN"
            if explained:
                summary = result.consume()
                return Table(("plan",), [(_plan_text(summary.plan),)])
            found: list[tuple[Any, ...]] = []
            for record in result:
                if limit is not None and len(found) >= limit:
                    return Table(columns, found, truncated=True)
                found.append(tuple(_plain(value) for value in record.values()))
            return Table(columns, found)

        with _translating(self._uri, timeout), self._driver.session(default_access_mode=READ_ACCESS) as session:
            return session.execute_read(work)

    def counts(self) -> dict[str, int]:
        """See `Store.counts`."""
        found = self._read("counts", lambda record: (record["name"], record["n"]), types=list(RELATIONS))
        return dict(sorted(found))

    def graph(self) -> Graph:
        """See `Store.graph`."""
        nodes = self._read(
            "read-nodes",
            lambda record: (next(iter(set(record["labels"]) - _OURS), ""), record["properties"]),
        )
        relationships = self._read(
            "read-relationships",
            lambda record: (record["source"], record["type"], record["target"], record["properties"]),
            types=list(RELATIONS),
        )
        return graph_of(nodes, relationships)

    def _read(self, name: str, each: Callable[[Any], Any], **parameters: Any) -> list[Any]:
        statement = _statement("load", name)

        def work(transaction: ManagedTransaction) -> list[Any]:
            return [each(record) for record in transaction.run(statement, parameters)]

        with _translating(self._uri), self._driver.session(default_access_mode=READ_ACCESS) as session:
            return session.execute_read(work)

    # --- loading ---------------------------------------------------------------------------------------

    def load(self, graph: Graph, *, progress: Progress | None = None) -> LoadReport:
        """See `Store.load`. Raises StoreUnreachable when the server goes away."""
        new = rows(graph)
        total = len(new.nodes) + len(new.relationships)
        difference = self._difference(new)
        counters: Counter[str] = Counter()
        done = total - len(difference.nodes) - len(difference.relationships)
        if progress:
            progress(done, total)
        # Deletions come first: a duplicate id would stand in the way of the constraint.
        self._write("delete-relationships", difference.gone_relationships, counters)
        self._write("delete-nodes", difference.gone_nodes, counters)
        self._prepare(counters)
        self._write("relabel-nodes", difference.relabelled, counters)
        for name, batch in (("nodes", difference.nodes), ("relationships", difference.relationships)):
            for start in range(0, len(batch), _BATCH):
                part = batch[start : start + _BATCH]
                self._write(name, part, counters)
                done += len(part)
                if progress:
                    progress(done, total)
        return LoadReport(
            created=difference.created,
            updated=difference.updated,
            deleted=difference.deleted,
            unchanged=total - difference.created - difference.updated,
            nodes=len(new.nodes),
            relationships=len(new.relationships),
            counters={name: n for name, n in sorted(counters.items()) if n},
            written=bool(sum(counters.values())),
        )

    def _prepare(self, counters: Counter[str]) -> None:
        """Constraint and indexes of `cypher/schema/`; those that exist are left alone."""
        with _translating(self._uri), self._driver.session() as session:
            for path in sorted((folder("cypher") / "schema").glob("*.cypher"), key=_constraints_first):
                summary = session.run(_text(path)).consume()
                _add(counters, summary.counters)
            session.run("CALL db.awaitIndexes(300)").consume()

    def _write(self, name: str, batch: Sequence[Any], counters: Counter[str]) -> None:
        statement = _statement("load", name)

        def work(transaction: ManagedTransaction, part: Sequence[Any]) -> Any:
            result = transaction.run(statement, {"rows": part})
            record = result.single()
            done = record["done"] if record else 0
            if done != len(part):
                raise StoreError(
                    f"{self._uri} took {done} of {len(part)} rows of {name}: something else is writing the same "
                    "nodes; load again"
                )
            return result.consume().counters

        with _translating(self._uri), self._driver.session() as session:
            for start in range(0, len(batch), _BATCH):
                _add(counters, session.execute_write(work, batch[start : start + _BATCH]))

    def _difference(self, new: Rows) -> _Difference:
        nodes = {node.properties["id"]: node for node in new.nodes}
        right_nodes: set[str] = set()
        elements: dict[str, list[str]] = {}
        gone_nodes: list[str] = []
        relabelled: dict[str, dict[str, Any]] = {}

        def see_node(record: Any) -> None:
            labels, properties = set(record["labels"]), record["properties"]
            identity = properties.get("id")
            node = nodes.get(identity) if isinstance(identity, str) else None
            if node is None:
                gone_nodes.append(record["element"])
                return
            elements.setdefault(identity, []).append(record["element"])
            if labels != _labels(node):
                gone = sorted(labels - _labels(node))
                relabelled[identity] = {"id": identity, "labels": sorted(_labels(node)), "gone": gone}
            if fingerprint(properties) == properties.get("fingerprint") == node.properties["fingerprint"]:
                right_nodes.add(identity)

        self._read("read-nodes", see_node)
        # Where an id stands twice (the constraint was dropped), none is trusted: all go, with their relationships.
        doubled = {identity for identity, found in elements.items() if len(found) > 1}
        for identity in doubled:
            gone_nodes += elements.pop(identity)
            relabelled.pop(identity, None)
        right_nodes -= doubled
        seen_nodes = set(elements)
        links = {row.key: row for row in new.relationships}
        right_links: set[tuple[str, str, str]] = set()
        seen_links: set[tuple[str, str, str]] = set()
        gone_links: list[str] = []

        def see_link(record: Any) -> None:
            key = (record["source"], record["type"], record["target"])
            if (
                not isinstance(key[0], str)
                or not isinstance(key[2], str)
                or key[0] in doubled
                or key[2] in doubled
            ):
                return  # goes with its node
            row = links.get(key)
            if row is None or key in seen_links:
                gone_links.append(record["element"])
                return
            seen_links.add(key)
            properties = record["properties"]
            if fingerprint(properties, *key) == properties.get("fingerprint") == row.properties["fingerprint"]:
                right_links.add(key)

        self._read("read-relationships", see_link, types=list(RELATIONS))
        return _Difference(
            gone_nodes=gone_nodes,
            gone_relationships=gone_links,
            relabelled=list(relabelled.values()),
            nodes=[_node_row(node) for identity, node in nodes.items() if identity not in right_nodes],
            relationships=[_link_row(row) for key, row in links.items() if key not in right_links],
            created=len(nodes) - len(seen_nodes) + len(links) - len(seen_links),
            updated=len(seen_nodes - right_nodes | set(relabelled)) + len(seen_links - right_links),
        )


def _labels(node: Node) -> set[str]:
    return {"Kg", node.label, "Entity"} if node.label in KINDS else {"Kg", node.label}


def _node_row(node: Node) -> dict[str, Any]:
    return {"id": node.properties["id"], "labels": sorted(_labels(node)), "properties": node.properties}


def _link_row(row: Relationship) -> dict[str, Any]:
    return {"source": row.source, "type": row.type, "target": row.target, "properties": row.properties}


def _add(counters: Counter[str], done: Any) -> None:
    counters.update({name: n for name, n in vars(done).items() if isinstance(n, int) and not name.startswith("_")})


def _text(path: Any) -> str:
    text: str = path.read_text(encoding="utf-8")
    return text


def _statement(kind: str, name: str) -> str:
    return _text(folder("cypher") / kind / f"{name}.cypher")


def _constraints_first(path: Any) -> tuple[bool, str]:
    return (path.stem != "kg-id", path.name)


@contextmanager
def _translating(uri: str, timeout: float = 0.0) -> Iterator[None]:
    """Turns the driver's errors into ours, by code (`gql_status` says nothing on 5.26)."""
    try:
        yield
    except AuthError as error:
        if "AuthenticationRateLimit" in (error.code or ""):
            raise StoreUnreachable(f"{uri} refuses log-ins after wrong passwords: wait a minute") from None
        raise StoreUnreachable(
            f"{uri} does not accept user and password: set KG_NEO4J_USER and KG_NEO4J_PASSWORD"
        ) from None
    except (ServiceUnavailable, SessionExpired) as error:
        raise StoreUnreachable(
            f"no Neo4j answers at {uri}: start it (docker compose up -d --wait), or mend the address "
            f"({_first_line(error)})"
        ) from None
    except ClientError as error:
        raise _refused(error, uri, timeout) from None
    except Neo4jError as error:
        raise StoreError(f"{uri} failed: {_first_line(error)} ({error.code}); try again") from None
    except DriverError as error:
        raise StoreError(f"{uri} failed: {_first_line(error)}; try again") from None


def _refused(error: ClientError, uri: str, timeout: float) -> StoreError | UsageError:
    code, message = error.code or "", _first_line(error)
    if "TransactionTimedOut" in code:
        return StoreError(f"the query took longer than {timeout:g} seconds: narrow it, or add LIMIT")
    if code == "Neo.ClientError.Statement.AccessMode":
        return UsageError(f"only reading is allowed: {message}")
    if code.startswith("Neo.ClientError.Statement.") or code.startswith("Neo.ClientError.Procedure."):
        return UsageError(f"the store does not understand the query: {message}")
    if code == "Neo.ClientError.Schema.ConstraintValidationFailed":
        return StoreError(f"{uri} holds two Kg nodes of one id: {message}; load again")
    return StoreError(f"{uri} refused: {message} ({code})")


def _first_line(error: Exception) -> str:
    text = error.message if isinstance(error, Neo4jError) and error.message else str(error)
    return (text.strip().splitlines() or [type(error).__name__])[0]


def _plan_text(plan: Any, depth: int = 0) -> str:
    if not plan:
        return ""
    lines = [f"{'  ' * depth}{plan['operatorType']} {plan.get('args', {}).get('Details', '')}".rstrip()]
    lines += [_plan_text(child, depth + 1) for child in plan.get("children", [])]
    return "\n".join(lines)


def _plain(value: Any) -> Any:
    """A value as JSON can hold it; nodes and relationships as in the embedded store."""
    if isinstance(value, ServerNode):
        label = next((name for name in sorted(value.labels) if name not in _OURS), "")
        return {"_label": label, **{key: _plain(item) for key, item in sorted(value.items())}}
    if isinstance(value, ServerRelationship):
        return {"_label": value.type, **{key: _plain(item) for key, item in sorted(value.items())}}
    if isinstance(value, ServerPath):
        return {
            "nodes": [_plain(node) for node in value.nodes],
            "relationships": [_plain(relationship) for relationship in value.relationships],
        }
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)
