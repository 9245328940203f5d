"""The graph as Parquet tables: the folder `graph/` of a build folder.

Equal graphs give equal bytes under one version of pyarrow: rows are sorted by identity, the schema, the
compression and the size of row groups are fixed, and no time or machine is written. `logical_hash` is what is
compared across versions.

The tables are replaced as a whole. `write` fills `.NAME.new` beside the folder, flushes it to the disk, moves the
folder that stood there to `.NAME.old`, moves the new one in, and drops the old. So at any moment either the folder
stands, or `.NAME.old` does and `.NAME.new` is complete: then `read` reads the latter, and the next `write` goes
on from it. `read` never writes, and never mixes tables of two graphs.
"""

import gc
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from operator import attrgetter
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from kg.errors import DataError
from kg.model import (
    SCHEMA_VERSION,
    Declared,
    Entity,
    Evidence,
    Frozen,
    Graph,
    Link,
    Paper,
    Redirect,
    Repo,
    Result,
    evidence_order,
)

_ROW_GROUP = 1 << 16
_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
_TEXTS = pa.list_(pa.field("element", pa.string(), nullable=False))
_DECLARED = pa.list_(
    pa.field(
        "element",
        pa.struct([pa.field("field", pa.string(), nullable=False), pa.field("url", pa.string(), nullable=False)]),
        nullable=False,
    )
)
_OPTIONAL = {"year", "value"}  # the only columns that may be null


class _Kind(NamedTuple):
    """One table: the class of its rows, its columns, and what its rows are sorted by."""

    row: type[Frozen]
    columns: Mapping[str, Any]
    order: Callable[[Any], Any]


_EVIDENCE = {
    "source": pa.string(),
    "relation": pa.string(),
    "target": pa.string(),
    "origin": pa.string(),
    "finder": pa.string(),
    "field": pa.string(),
    "mention_start": pa.int32(),
    "mention_end": pa.int32(),
    "sentence_start": pa.int32(),
    "sentence_end": pa.int32(),
    "confidence": pa.float64(),
}
_LINK = attrgetter("source", "relation", "target")

TABLES: Mapping[str, _Kind] = {
    "papers": _Kind(
        Paper,
        {
            "id": pa.string(),
            "title": pa.string(),
            "abstract": pa.string(),
            "published": pa.string(),
            "year": pa.int32(),
            "ids": _TEXTS,
            "authors": _TEXTS,
            "urls": _TEXTS,
            "sources": _TEXTS,
            "text_sha256": pa.string(),
            "declared": _DECLARED,
        },
        attrgetter("id"),
    ),
    "entities": _Kind(
        Entity,
        {
            "id": pa.string(),
            "kind": pa.string(),
            "name": pa.string(),
            "aliases": _TEXTS,
            "first_published": pa.string(),
            "papers": pa.int32(),
            "confidence": pa.float64(),
            "generic": pa.bool_(),
        },
        attrgetter("id"),
    ),
    "repos": _Kind(
        Repo,
        {name: pa.string() for name in ("id", "url", "host", "owner", "name", "kind")},
        attrgetter("id"),
    ),
    "results": _Kind(
        Result,
        {
            "id": pa.string(),
            "name": pa.string(),
            "value": pa.float64(),
            "unit": pa.string(),
            "raw": pa.string(),
            "kind": pa.string(),
            "direction": pa.string(),
        },
        attrgetter("id"),
    ),
    "links": _Kind(
        Link,
        {
            "source": pa.string(),
            "relation": pa.string(),
            "target": pa.string(),
            "strongest": pa.bool_(),
            "confidence": pa.float64(),
            "origin": pa.string(),
        },
        _LINK,
    ),
    "evidence": _Kind(
        Evidence,
        _EVIDENCE,
        evidence_order,
    ),
    "redirects": _Kind(Redirect, {"old": pa.string(), "new": _TEXTS}, attrgetter("old")),
}


def write(graph: Graph, redirects: Iterable[Redirect], folder: Path) -> None:
    """Replaces the tables in `folder` as a whole. Raises DataError where they cannot be written."""
    new, old = _beside(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        if not folder.exists() and old.exists():
            _finish(folder, new, old)
        for leftover in (new, old):
            if leftover.exists():
                shutil.rmtree(leftover)
        new.mkdir()
        for name, kind in TABLES.items():
            rows = redirects if name == "redirects" else getattr(graph, name)
            _write_table(_table(kind, sorted(rows, key=kind.order)), new / f"{name}.parquet")
        _flush(new)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
        _flush(folder.parent)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise DataError(
            f"the graph cannot be written to {folder}: {error.strerror or error}; "
            "make room or choose another --out"
        ) from None


def read(folder: Path) -> tuple[Graph, tuple[Redirect, ...]]:
    """The graph and the redirects that `write` left in `folder`.

    Raises DataError, saying what to do, where tables are missing or damaged.
    """
    rows = _read(folder, tuple(TABLES))
    redirects = rows.pop("redirects")
    return Graph.model_construct(None, **rows), redirects


def read_redirects(folder: Path) -> tuple[Redirect, ...]:
    """The redirects alone. Raises DataError as `read` does."""
    redirects: tuple[Redirect, ...] = _read(folder, ("redirects",))["redirects"]
    return redirects


def _read(folder: Path, names: Sequence[str]) -> dict[str, Any]:
    """The rows of some tables, all of one graph."""
    for _ in range(100):
        place = _standing(folder)
        before = _identity(place)
        with ExitStack() as stack:
            files: dict[str, BinaryIO] = {}
            for name in names:
                path = place / f"{name}.parquet"
                try:
                    files[name] = stack.enter_context(path.open("rb"))
                except OSError as error:
                    if _identity(_standing(folder)) != before:
                        break
                    raise _damaged(path, error.strerror or str(error), folder) from None
            if _identity(_standing(folder)) != before:  # a build replaced the folder meanwhile
                continue
            return {
                name: _rows(TABLES[name], file, place / f"{name}.parquet", folder) for name, file in files.items()
            }
    raise DataError(f"{folder} is being replaced all the time: wait for the builds that write it")


def logical_hash(graph: Graph) -> str:
    """SHA-256 (hex) of the graph's content, whatever the order of its tuples and the versions of libraries.

    Hashed are a line that names the model's version and then, table by table (papers, entities, repos, results,
    links, evidence), each sorted by identity, the lines `[table, {field: value, …}]` in JSON: UTF-8, no blanks,
    fields by name, floats as strings in Python's shortest form.
    """
    digest = hashlib.sha256(b"kg graph %d\n" % SCHEMA_VERSION)
    for name, kind in TABLES.items():
        if name == "redirects":
            continue
        for row in sorted(getattr(graph, name), key=kind.order):
            fields = dict(row.__dict__)
            for field in ("confidence", "value"):
                if fields.get(field) is not None:
                    fields[field] = repr(float(fields[field]) + 0.0)  # + 0.0: -0.0 equals 0.0
            digest.update(orjson.dumps([name, fields], default=_plain, option=_CANONICAL))
    return digest.hexdigest()


# --- rows and columns -----------------------------------------------------------------------------------


def _schema(kind: _Kind) -> Any:
    return pa.schema([pa.field(name, type_, nullable=name in _OPTIONAL) for name, type_ in kind.columns.items()])


def _table(kind: _Kind, rows: Sequence[Frozen]) -> Any:
    arrays = []
    held = [row.__dict__ for row in rows]  # half the time of getattr
    for name, type_ in kind.columns.items():
        values = [fields[name] for fields in held]
        if type_ is _DECLARED:
            values = [[_plain(item) for item in value] for value in values]
        arrays.append(pa.array(values, type=type_))
    return pa.Table.from_arrays(arrays, schema=_schema(kind))


def _write_table(table: Any, path: Path) -> None:
    with path.open("wb") as file:
        pq.write_table(
            table,
            file,
            row_group_size=_ROW_GROUP,
            compression="zstd",
            compression_level=3,
            version="2.6",
            data_page_version="1.0",
            use_dictionary=True,
            write_statistics=True,
            store_schema=False,
        )
        file.flush()
        os.fsync(file.fileno())


def _rows(kind: _Kind, file: BinaryIO, path: Path, folder: Path) -> tuple[Any, ...]:
    names = tuple(kind.columns)
    try:
        parquet = pq.ParquetFile(file)
        for name, type_ in kind.columns.items():
            index = parquet.schema_arrow.get_field_index(name)
            if index < 0 or parquet.schema_arrow.field(index).type != type_:
                raise ValueError(f"its column {name!r} is missing or of another type")
        table = parquet.read(columns=list(names))
        validate = kind.row.model_validate  # measured: faster than model_construct, and it finds damage
        with no_collection():
            columns = [_values(table.column(name)) for name in names]
            return tuple(validate(dict(zip(names, values, strict=True))) for values in zip(*columns, strict=True))
    except ValidationError as error:
        first = error.errors()[0]
        raise _damaged(path, f"{'.'.join(map(str, first['loc']))}: {first['msg']}", folder) from None
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _damaged(path, str(error).splitlines()[0], folder) from None


def _values(column: Any) -> Sequence[Any]:
    if column.null_count or pa.types.is_nested(column.type):
        return column.to_pylist()  # type: ignore[no-any-return]
    if column.type != pa.string():
        return column.to_numpy().tolist()  # type: ignore[no-any-return]
    # Most strings repeat: one str object each, not one a row, saves time and memory.
    encoded = pa.concat_arrays(column.chunks or [pa.array([], pa.string())]).dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    return [texts[index] for index in encoded.indices.to_numpy().tolist()]


@contextmanager
def no_collection() -> Iterator[None]:
    """Holds garbage collection back: a million new objects, none of them garbage, else double the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _plain(item: Any) -> Any:
    if isinstance(item, Declared):
        return {"field": item.field, "url": item.url}
    raise TypeError(f"no JSON for {type(item).__name__}")


# --- the folder -----------------------------------------------------------------------------------------


def _beside(folder: Path) -> tuple[Path, Path]:
    return folder.with_name(f".{folder.name}.new"), folder.with_name(f".{folder.name}.old")


def _standing(folder: Path) -> Path:
    """Where the tables lie now: in the folder itself, or beside it where a swap was cut short."""
    new, old = _beside(folder)
    if not folder.exists() and old.exists():
        return new if new.exists() else old
    return folder


def _identity(folder: Path) -> tuple[int, int]:
    try:
        status = folder.stat()
    except OSError:
        return (0, 0)
    return (status.st_dev, status.st_ino)


def _finish(folder: Path, new: Path, old: Path) -> None:
    (new if new.exists() else old).rename(folder)


def _flush(folder: Path) -> None:
    if os.name == "posix":  # elsewhere a folder cannot be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _damaged(path: Path, reason: str, folder: Path) -> DataError:
    return DataError(f"{path} cannot be read: {reason}; run `kg build --out {folder.parent}` to write it again")
