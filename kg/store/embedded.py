"""The embedded store: LadybugDB in one file, a projection that can be thrown away and rebuilt.

Invariants:
  - The file is only ever opened for reading. A load that finds it different from the graph (by the logical hash in
    its table `Meta`) builds a new one in a folder beside it and renames that over the old, so a kill at any moment
    leaves the last whole store.
  - A new file is filled by COPY from Parquet, whose rows were checked before (no id twice, both ends present): in
    LadybugDB a COPY that fails can crash the next one.
  - `FORMAT` or the version of LadybugDB differs: the store is rebuilt.
"""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

import ladybug
import pyarrow as pa
import pyarrow.parquet as pq

from kg.errors import StoreBusy, StoreError, UsageError
from kg.model import KINDS, SCHEMA_VERSION, Graph
from kg.store import guard
from kg.store.columns import column_names
from kg.store.protocol import DEFAULT_TIMEOUT, Dialect, LoadReport, Progress, Table
from kg.store.readback import graph_of
from kg.store.rows import LABELS, NODE_COLUMNS, RELATIONSHIP_COLUMNS, Relationship, Rows, rows

try:
    import fcntl
except ImportError:  # no POSIX locks: there an open file cannot be replaced anyway
    fcntl = None  # type: ignore[assignment]

FORMAT = f"{SCHEMA_VERSION}.2"  # raise it when tables, columns or macros change

_LOAD_POOL = 1 << 30  # bytes; about what 260k nodes and 1.5M relationships need
_READ_POOL = 1 << 29
_MAX_SIZE = 1 << 36  # bytes of address space; LadybugDB's default of 8 TiB fails under a ulimit
_BATCH = 50_000  # rows of one Parquet row group

_TYPES = {"str": "STRING", "int": "INT64", "float": "DOUBLE", "bool": "BOOL"}
_ARROW = {"str": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_()}
# Cypher's names for what LadybugDB calls otherwise, so that one text runs on both stores.
MACROS = (
    "type(r) AS label(r)",
    "toInteger(x) AS CAST(x AS INT64)",
    "toFloat(x) AS CAST(x AS DOUBLE)",
    "toString(x) AS CAST(x AS STRING)",
    "head(l) AS list_extract(l, 1)",
    "last(l) AS list_extract(l, -1)",
    "split(s, d) AS string_split(s, d)",
)
# Every pair of labels that a relationship type may join, so that queries on any graph find their tables.
_OF_PAPERS = tuple(("Paper", kind) for kind in KINDS)
_OF_ENTITIES = tuple((left, right) for left in KINDS for right in KINDS)
PAIRS: dict[str, tuple[tuple[str, str], ...]] = {
    "PROPOSES": _OF_PAPERS,
    "EVALUATES_ON": _OF_PAPERS,
    "COMPARES_WITH": _OF_PAPERS,
    "USES": _OF_PAPERS,
    "MEASURES": _OF_PAPERS,
    "ADDRESSES": _OF_PAPERS,
    "MENTIONS": (*_OF_PAPERS, ("Paper", "Repo")),
    "RELEASES": (*_OF_PAPERS, ("Paper", "Repo")),
    "REPORTS": (("Paper", "Result"),),
    "ON": (("Result", "Benchmark"),),
    "IN": (("Result", "Metric"),),
    "BY": (("Result", "Method"), ("Result", "Model")),
    "VARIANT_OF": _OF_ENTITIES,
    "PART_OF": _OF_ENTITIES,
    "SUBTASK_OF": _OF_ENTITIES,
    "BUILDS_ON": _OF_ENTITIES,
}


class EmbeddedStore:
    """A LadybugDB file. It is opened at the first query; `load` may make it."""

    dialect: Dialect = "ladybug"

    def __init__(self, path: Path, *, read_only: bool = True) -> None:
        self._path = path
        self._read_only = read_only
        self._open: tuple[ladybug.Database, ladybug.Connection] | None = None
        if read_only and not path.is_file():
            raise StoreError(f"there is no store at {path}: run `kg build` to make it")

    @property
    def name(self) -> str:
        return str(self._path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Releases the file; a later query opens it again."""
        if self._open is not None:
            database, connection = self._open
            self._open = None
            connection.close()
            database.close()

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
        connection = self._connection()
        connection.set_query_timeout(max(1, int(timeout * 1000)))
        table = self._run(connection, statement, parameters or {}, limit=limit, timeout=timeout)
        names = column_names(statement)
        return table._replace(columns=names) if names and len(names) == len(table.columns) else table

    def counts(self) -> dict[str, int]:
        """See `Store.counts`."""
        found: dict[str, int] = {}
        connection = self._connection()
        for statement in (
            "MATCH (n) RETURN label(n) AS name, count(*) AS n",
            "MATCH ()-[r]->() RETURN label(r) AS name, count(*) AS n",
        ):
            found.update((row[0], row[1]) for row in self._run(connection, statement, {}).rows)
        found.pop("Meta", None)
        return dict(sorted(found.items()))

    def graph(self) -> Graph:
        """See `Store.graph`."""
        connection = self._connection()
        nodes, relationships = [], []
        for label in LABELS:
            for row in self._run(connection, f"MATCH (n:`{label}`) RETURN n", {}).rows:
                nodes.append((label, row[0]))
        statement = "MATCH (a)-[r]->(b) RETURN a.id, label(r), b.id, r"
        for row in self._run(connection, statement, {}).rows:
            relationships.append(row)
        return graph_of(nodes, relationships)

    def _connection(self) -> ladybug.Connection:
        if self._open is None:
            if not self._path.is_file():
                raise StoreError(f"there is no store at {self._path}: run `kg build` to make it")
            opened = _open(self._path, read_only=True)
            self._open = opened
            if self._meta() is None:
                self.close()
                raise StoreError(
                    f"{self._path} is no finished store of this version of kg: run `kg build` to make it again"
                )
        return self._open[1]

    def _meta(self) -> tuple[str, str, str] | None:
        """(format, LadybugDB version, logical hash), None where the file holds no such thing."""
        assert self._open is not None  # noqa: S101
        try:
            table = self._run(self._open[1], "MATCH (m:Meta) RETURN m.format, m.version, m.sha256", {})
        except (StoreError, UsageError):
            return None
        if len(table.rows) != 1 or table.rows[0][:2] != (FORMAT, ladybug.__version__):
            return None
        return table.rows[0]

    def _run(
        self,
        connection: ladybug.Connection,
        statement: str,
        parameters: Mapping[str, Any],
        *,
        limit: int | None = None,
        timeout: float = 0.0,
    ) -> Table:
        try:
            result = connection.execute(statement, dict(parameters))
            if isinstance(result, list):
                raise UsageError("only one statement at a time")
            columns = tuple(result.get_column_names())
            found: list[tuple[Any, ...]] = []
            while result.has_next() and (limit is None or len(found) < limit):
                found.append(tuple(map(_plain, result.get_next())))
            return Table(columns, found, result.has_next())
        except RuntimeError as error:
            raise _translated(error, self.name, timeout) from None

    # --- loading ---------------------------------------------------------------------------------------

    def load(self, graph: Graph, *, progress: Progress | None = None) -> LoadReport:
        """See `Store.load`. Raises StoreBusy when another process has the file open for writing."""
        if self._read_only:
            raise StoreError(f"{self._path} was opened for reading only")
        new = rows(graph)
        sha256 = new.sha256
        total = len(new.nodes) + len(new.relationships)
        report = LoadReport(nodes=len(new.nodes), relationships=len(new.relationships))
        if self._holds(sha256):
            report.unchanged = total
            if progress:
                progress(total, total)
            return report
        old = self._fingerprints()
        self.close()
        _refuse_if_held(self._path)
        with _workshop(self._path) as folder:
            _fill(folder / "store", new, sha256, folder, progress)
            # A log left beside the old file would be replayed into the new one.
            for suffix in (".wal", ".shadow", ".tmp"):
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
            (folder / "store").replace(self._path)
        _count(report, old, new)
        report.written = True
        return report

    def _holds(self, sha256: str) -> bool:
        """Whether the file is whole, of this version, and holds the graph of that logical hash."""
        self.close()
        try:
            self._connection()
            meta = self._meta()
        except StoreBusy:
            raise
        except StoreError:
            return False
        return meta is not None and meta[2] == sha256

    def _fingerprints(self) -> dict[Any, str]:
        """What the file holds now, as identity → fingerprint, for the report; nothing if it is unusable."""
        old: dict[Any, str] = {}
        try:
            connection = self._connection()
            for statement in (
                f"MATCH (n:{'|'.join(LABELS)}) RETURN label(n), n.id, n.fingerprint",
                "MATCH (a)-[r]->(b) RETURN a.id, label(r), b.id, r.fingerprint",
            ):
                old.update((row[:-1], row[-1]) for row in self._run(connection, statement, {}).rows)
        except (StoreError, UsageError):
            return {}
        return old


def _count(report: LoadReport, old: dict[Any, str], new: Rows) -> None:
    fresh: dict[Any, str] = {(n.label, n.properties["id"]): n.properties["fingerprint"] for n in new.nodes}
    fresh.update((r.key, r.properties["fingerprint"]) for r in new.relationships)
    report.created = sum(key not in old for key in fresh)
    report.deleted = sum(key not in fresh for key in old)
    report.unchanged = sum(old.get(key) == value for key, value in fresh.items())
    report.updated = len(fresh) - report.created - report.unchanged


def _open(path: Path, *, read_only: bool) -> tuple[ladybug.Database, ladybug.Connection]:
    try:
        database = ladybug.Database(
            path,
            read_only=read_only,
            buffer_pool_size=_READ_POOL if read_only else _LOAD_POOL,
            max_db_size=_MAX_SIZE,
            throw_on_wal_replay_failure=False,
        )
        return database, ladybug.Connection(database)
    except (RuntimeError, OSError) as error:
        raise _translated(error, str(path), 0.0) from None


def _fill(target: Path, new: Rows, sha256: str, folder: Path, progress: Progress | None) -> None:
    database, connection = _open(target, read_only=False)
    total = len(new.nodes) + len(new.relationships)
    done = 0
    try:
        for statement in _definitions(new.relationships):
            connection.execute(statement)
        parquet = folder / "rows.parquet"
        for label in LABELS:
            table = [node.properties for node in new.nodes if node.label == label]
            if table:
                _write(parquet, NODE_COLUMNS[label], table)
                connection.execute(f"COPY `{label}` FROM {_literal(parquet)}")
            done += len(table)
            if progress:
                progress(done, total)
        groups: dict[tuple[str, str, str], list[Relationship]] = {}
        for row in new.relationships:
            groups.setdefault((row.type, row.source_label, row.target_label), []).append(row)
        for (relation, source, target_label), group in sorted(groups.items()):
            _write(
                parquet,
                {"from": "str", "to": "str", **RELATIONSHIP_COLUMNS},
                [{"from": row.source, "to": row.target, **row.properties} for row in group],
            )
            connection.execute(
                f"COPY `{relation}` FROM {_literal(parquet)} (from='{source}', to='{target_label}')"
            )
            done += len(group)
            if progress:
                progress(done, total)
        connection.execute(
            "CREATE (:Meta {id: 'kg', format: $format, version: $version, sha256: $sha256})",
            {"format": FORMAT, "version": ladybug.__version__, "sha256": sha256},
        )
        connection.execute("CHECKPOINT")
    except RuntimeError as error:
        raise _translated(error, str(target), 0.0) from None
    finally:
        connection.close()
        database.close()


def _definitions(relationships: list[Relationship]) -> Iterator[str]:
    """Tables and macros. Names come from the model alone: labels and relations are closed sets."""
    for label, columns in NODE_COLUMNS.items():
        yield f"CREATE NODE TABLE `{label}`({_columns(columns)}, PRIMARY KEY(id))"
    pairs = {relation: dict.fromkeys(known) for relation, known in PAIRS.items()}
    for row in relationships:
        pairs[row.type][(row.source_label, row.target_label)] = None
    for relation, ends in pairs.items():
        joined = ", ".join(f"FROM `{source}` TO `{target}`" for source, target in ends)
        yield f"CREATE REL TABLE `{relation}`({joined}, {_columns(RELATIONSHIP_COLUMNS)})"
    yield "CREATE NODE TABLE Meta(id STRING PRIMARY KEY, format STRING, version STRING, sha256 STRING)"
    for macro in MACROS:
        yield f"CREATE MACRO {macro}"


def _columns(columns: Mapping[str, str]) -> str:
    return ", ".join(
        f"`{name}` {_TYPES[kind.removesuffix('[]')]}{'[]' if kind.endswith('[]') else ''}"
        for name, kind in columns.items()
    )


def _write(path: Path, columns: Mapping[str, str], table: list[dict[str, Any]]) -> None:
    schema = pa.schema(
        [
            (name, pa.list_(_ARROW[kind[:-2]]) if kind.endswith("[]") else _ARROW[kind])
            for name, kind in columns.items()
        ]
    )
    with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:
        for start in range(0, len(table), _BATCH):
            writer.write_table(pa.Table.from_pylist(table[start : start + _BATCH], schema=schema))


def _literal(path: Path) -> str:
    """A path as a Cypher string: COPY takes no parameter for it."""
    return "'" + str(path).replace("\\", "\\\\").replace("'", "\\'") + "'"


@contextmanager
def _workshop(path: Path) -> Iterator[Path]:
    """A folder beside the store for one load; those of killed loads are swept away."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(".kg-load-*"):
        if not _alive(left.name.rpartition("-")[2]):
            shutil.rmtree(left, ignore_errors=True)
    folder = path.parent / f".kg-load-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir()
        yield folder
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror or error}") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except OSError:
        pass
    return True


def _refuse_if_held(path: Path) -> None:
    """Raises StoreBusy when another process has the file open for writing: its log would fit no new file."""
    if fcntl is None or not path.is_file():
        return
    try:
        with path.open("rb+") as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _open(path, read_only=False)[0].close()  # tells who holds it
        raise StoreBusy(f"another process holds {path}: wait for it, or close it") from None
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}") from None


_HELD = re.compile(r"Lock is held by PID (\d+)")


def _translated(error: Exception, name: str, timeout: float) -> StoreError | UsageError:
    lines = str(error).strip().splitlines()
    message = lines[0] if lines else type(error).__name__
    if "Could not set lock" in message:
        held = _HELD.search(str(error))
        who = f"process {held.group(1)}" if held else "another process"
        return StoreBusy(f"{who} holds {name}: wait for it, or close it")
    if "Interrupted" in message:
        return StoreError(f"the query took longer than {timeout:g} seconds: narrow it, or add LIMIT")
    kind, colon, rest = message.partition(" exception: ")
    if colon and kind in ("Parser", "Binder", "Catalog"):
        return UsageError(f"the store does not understand the query: {rest.strip()}")
    if (colon and kind in ("Conversion", "Overflow")) or "Parameter" in message:
        return UsageError(f"the query failed: {rest.strip() or message}")
    if "not a valid" in message or "Cannot read checkpoint" in message or "checksum" in message.lower():
        return StoreError(f"{name} is damaged: run `kg build` to make it again ({message})")
    if "Cannot create an empty database" in message:
        return StoreError(f"there is no store at {name}: run `kg build` to make it")
    return StoreError(f"{name}: {rest.strip() or message}")


def _plain(value: Any) -> Any:
    """A value as JSON can hold it; nodes and relationships as in Neo4j: no inner ids, no empty properties."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        if "_LABEL" in value:
            inner = {"_ID", "_SRC", "_DST", "_LABEL"}
            stated = {k: _plain(v) for k, v in value.items() if k not in inner and v is not None}
            return {"_label": value["_LABEL"], **dict(sorted(stated.items()))}
        if "_NODES" in value:
            return {"nodes": _plain(value["_NODES"]), "relationships": _plain(value["_RELS"])}
        return {str(key): _plain(item) for key, item in value.items()}
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)
