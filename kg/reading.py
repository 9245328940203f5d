"""What the reading commands do: open what `--from` names, ask it, export it, count it.

`--from` is a build folder or the address of a Neo4j server. Of a folder, the embedded store is brought up to date
first where it is missing, older than the graph, or of another version: it is only a projection.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel

from kg.errors import StoreBusy, StoreError, UsageError
from kg.export import write as write_export
from kg.folder import BuildFolder
from kg.graph import tables
from kg.graph.statistics import Statistics, statistics
from kg.model import Graph
from kg.settings import Settings
from kg.store import Store, Table, is_server, open_store
from kg.store import queries as library


class ExportReport(BaseModel):
    """What an export wrote."""

    format: str
    file: str
    nodes: int
    edges: int
    bytes: int


def ask(name: str, parameters: Mapping[str, str], *, settings: Settings) -> Table:
    """Runs a named query on what `settings.source` names. An entity id that an earlier build used leads to what
    stands for it now."""
    library.named_query(name)  # a wrong name is told before anything is opened
    redirects = _redirects(settings)
    with opened(settings) as store:
        return library.run(store, name, parameters, redirects=redirects, timeout=settings.query_timeout)


def cypher(statement: str, parameters: Mapping[str, object], *, settings: Settings) -> Table:
    """Runs reading Cypher. Raises QueryRefused for anything that would write or touch a file."""
    with opened(settings) as store:
        table = store.query(statement, parameters, timeout=settings.query_timeout)
    twice = sorted({name for name in table.columns if table.columns.count(name) > 1})
    if twice:
        raise UsageError(f"two columns are called {twice[0]!r}: name them apart with AS")
    return table


def export(format: str, file: Path, *, settings: Settings) -> ExportReport:
    """Writes the graph to a file in one of the formats of `kg.export`."""
    graph = read_graph(settings)
    write_export(graph, format, file)
    return ExportReport(
        format=format,
        file=str(file),
        nodes=len(graph.papers) + len(graph.entities) + len(graph.repos) + len(graph.results),
        edges=len(graph.links),
        bytes=file.stat().st_size,
    )


def stats(*, settings: Settings) -> Statistics:
    """Counts the graph that `settings.source` names."""
    return statistics(read_graph(settings))


def read_graph(settings: Settings) -> Graph:
    """The whole graph of a build folder or a server."""
    if is_server(settings.source):
        with opened(settings) as store:
            return store.graph()
    with BuildFolder(Path(settings.source)) as folder:
        return tables.read(folder.graph)[0]


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The store of `settings.source`, open for reading and up to date."""
    if is_server(settings.source):
        with open_server(settings.source, settings, read_only=True) as store:
            yield store
        return
    with BuildFolder(Path(settings.source)) as folder:
        _refresh(folder)
        with open_store(folder.store, read_only=True) as store:
            yield store


def open_server(uri: str, settings: Settings, *, read_only: bool) -> Store:
    """The server at an address, with user and password from the settings."""
    secret = settings.neo4j_password
    password = secret.get_secret_value() if secret is not None else ""
    return open_store(uri, user=settings.neo4j_user, password=password, read_only=read_only)


def _refresh(folder: BuildFolder) -> None:
    """Builds the embedded store again from the tables where it is missing or of another version."""
    try:
        with open_store(folder.store, read_only=True) as store:
            store.query("MATCH (p:Paper) RETURN p.id LIMIT 1")
    except StoreBusy:
        raise
    except StoreError:
        with open_store(folder.store, read_only=False) as store:
            store.load(tables.read(folder.graph)[0])


def _redirects(settings: Settings) -> dict[str, tuple[str, ...]]:
    if is_server(settings.source):
        return {}
    with BuildFolder(Path(settings.source)) as folder:
        return {redirect.old: redirect.new for redirect in tables.read_redirects(folder.graph)}
