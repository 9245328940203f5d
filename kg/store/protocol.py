"""What a store is: it takes a whole graph, tells what it had to write, and answers guarded, read-only Cypher."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, Protocol, Self

from pydantic import BaseModel, Field

from kg.model import Graph

Dialect = Literal["ladybug", "neo4j"]

DEFAULT_TIMEOUT = 30.0  # seconds


class Table(NamedTuple):
    """The answer of a query: plain values that JSON can hold (nodes and relationships as dicts, paths as two lists
    of them). `truncated` says that more rows were there than the caller's limit."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    truncated: bool = False


class LoadReport(BaseModel):
    """What one load did, nodes and relationships together.

    `counters` are the sums of what the server itself says it did (Neo4j; empty for the embedded store).
    `written` is False when nothing at all was sent or written.
    """

    created: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    nodes: int = 0
    relationships: int = 0
    counters: dict[str, int] = Field(default_factory=dict)
    written: bool = False


class Progress(Protocol):
    """Called while a load runs: nodes and relationships done, and of how many."""

    def __call__(self, done: int, total: int | None, /) -> None: ...


class Store(Protocol):
    """One projection of the graph. Use it as a context manager, or close it."""

    @property
    def dialect(self) -> Dialect:
        """Which Cypher it speaks: a query's twin file is chosen by it."""

    @property
    def name(self) -> str:
        """The path or address, for messages."""

    def load(self, graph: Graph, *, progress: Progress | None = None) -> LoadReport:
        """Makes the store hold exactly `graph`, writing only what differs. Raises StoreError."""

    def query(
        self,
        statement: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        limit: int | None = None,
        timeout: float = DEFAULT_TIMEOUT,
    ) -> Table:
        """Runs reading Cypher; at most `limit` rows, at most `timeout` seconds. Raises QueryRefused for anything
        that is not plain reading, UsageError for Cypher that is wrong, StoreError when the store fails."""

    def counts(self) -> dict[str, int]:
        """How many nodes of each label and relationships of each type of ours it holds, sorted by name."""

    def graph(self) -> Graph:
        """The whole graph that was loaded. Raises StoreError where the store holds something else."""

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...
