"""The build folder: what `kg build` keeps between runs, and where each part lies.

    manifest.json         what was read and built, written last: a folder without it is unfinished
    records.sqlite        every record read, by its content; with where it was read
    extractions/          cache: one extraction per text and version; may be deleted at any time
    graph/                the graph as Parquet tables
    rejects.jsonl         every record refused
    judgements.jsonl      decisions on identity
    graph.lbug            the embedded store

Invariant: records only accumulate, under the hash of their content, so the set of them, and with it the graph,
does not depend on the order of reading. Each step commits whole; a kill leaves the last whole state.
"""

import os
import re
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from types import TracebackType

import orjson
from pydantic import BaseModel, Field, ValidationError

from kg.errors import DataError, StoreBusy
from kg.model import SCHEMA_VERSION, Extraction, Judgement, Record, Reject

_OURS = re.compile(
    r"manifest\.json|records\.sqlite(-journal)?|extractions|\.?graph(\.new|\.old)?|rejects\.jsonl|judgements\.jsonl|"
    r"graph\.lbug(\..*)?|\.kg-load-\d+|\..*\.\d+\.tmp"
)


class Input(BaseModel):
    """One input file of a run, as the manifest names it."""

    name: str
    sha256: str
    reader: str = ""
    records: int = 0
    rejects: int = 0


class Manifest(BaseModel):
    """What a build folder holds. Counts are of the whole folder, not of the last run."""

    schema_version: int = SCHEMA_VERSION
    inputs: list[Input] = Field(default_factory=list)
    versions: dict[str, str] = Field(default_factory=dict)
    counts: dict[str, int] = Field(default_factory=dict)
    graph_sha256: str = ""


class BuildFolder:
    """Opens (and makes, for writing) a build folder. One process at a time may write.

    Raises DataError where the path is no build folder of this version, StoreBusy where another build runs there.
    """

    def __init__(self, path: Path, *, write: bool = False, fresh: bool = False) -> None:
        """`fresh` forgets all records in the transaction that reads new ones: where that reads nothing, and the
        folder is closed without `commit_records`, what was there stays."""
        self.path = path
        self.graph = path / "graph"
        self.store = path / "graph.lbug"
        self.rejects = path / "rejects.jsonl"
        self.judgements = path / "judgements.jsonl"
        self._manifest = path / "manifest.json"
        self._records: sqlite3.Connection | None = None
        self._cache: sqlite3.Connection | None = None
        self._fresh = fresh
        if write:
            if fresh and not _sound(path):
                wipe(path)
            self._make()
            if fresh:
                self._writing().execute("DELETE FROM places")
                self._writing().execute("DELETE FROM records")
        elif not self._manifest.is_file():
            raise DataError(f"{path} is no build folder: run `kg build INPUT… --out {path}` first")
        try:
            self.manifest()
        except DataError:
            self.close()
            raise

    def __enter__(self) -> "BuildFolder":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Releases the folder; what was not committed is dropped."""
        for connection in (self._records, self._cache):
            if connection is not None:
                connection.close()
        self._records = self._cache = None

    def _make(self) -> None:
        _refuse_strangers(self.path)
        try:
            (self.path / "extractions").mkdir(parents=True, exist_ok=True)
            self._records = _open(self.path / "records.sqlite")
            self._records.executescript(
                "CREATE TABLE IF NOT EXISTS records (sha TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;"
                "CREATE TABLE IF NOT EXISTS places (input TEXT, place TEXT, sha TEXT NOT NULL,"
                " PRIMARY KEY (input, place, sha)) WITHOUT ROWID;"
            )
            self._records.execute("BEGIN IMMEDIATE")  # the lock on the folder, held until `close`
        except sqlite3.OperationalError as error:
            self.close()
            if "locked" in str(error):
                raise StoreBusy(
                    f"another `kg build` is writing {self.path}: wait for it, or choose another --out"
                ) from None
            raise DataError(f"{self.path} cannot be written: {error}") from None
        except sqlite3.DatabaseError as error:
            self.close()
            raise DataError(
                f"{self.path / 'records.sqlite'} is damaged ({error}): build again with --fresh"
            ) from None
        except OSError as error:
            raise DataError(f"{self.path} cannot be made: {error.strerror}") from None

    # --- records ---------------------------------------------------------------------------------------

    def add(self, input_name: str, place: str, record: Record) -> str:
        """Keeps a record under the hash of its content, and where it was read. Returns the hash."""
        body = orjson.dumps(record.model_dump(mode="json"))
        sha = sha256(body).hexdigest()
        connection = self._writing()
        connection.execute("INSERT OR IGNORE INTO records VALUES (?, ?)", (sha, body))
        connection.execute("INSERT OR IGNORE INTO places VALUES (?, ?, ?)", (input_name, place, sha))
        return sha

    def commit_records(self) -> None:
        """Makes what was read last; the folder stays locked."""
        connection = self._writing()
        connection.execute("COMMIT")
        connection.execute("BEGIN IMMEDIATE")

    def records(self) -> Iterator[tuple[str, Record]]:
        """All records, sorted by hash."""
        for sha, body in self._writing().execute("SELECT sha, body FROM records ORDER BY sha"):
            yield sha, Record.model_validate_json(body)

    def places(self) -> list[tuple[str, str, str]]:
        """(input, place, record hash) of everything ever read, sorted."""
        return (
            self._writing().execute("SELECT input, place, sha FROM places ORDER BY input, place, sha").fetchall()
        )

    def _writing(self) -> sqlite3.Connection:
        if self._records is None:
            raise DataError(f"{self.path} is open for reading only")
        return self._records

    # --- extraction cache ------------------------------------------------------------------------------

    def extractions(self, version: str) -> "ExtractionCache":
        """The cache of one extractor, lexicon and model version."""
        if self._cache is None:
            path = self.path / "extractions" / "cache.sqlite"
            try:
                self._cache = _cache_at(path)
            except sqlite3.DatabaseError:
                path.unlink(missing_ok=True)  # only a cache: losing it costs time, nothing else
                self._cache = _cache_at(path)
        return ExtractionCache(self._cache, version)

    # --- rejects, judgements, manifest -----------------------------------------------------------------

    def write_rejects(self, rejects: Iterable[Reject], *, inputs: Iterable[str]) -> int:
        """Replaces the rejects of the inputs just read, keeps those of others; sorted, each once. Returns how
        many there are."""
        reread = tuple(inputs)
        lines = {orjson.dumps(reject.model_dump()) for reject in rejects}
        if self.rejects.exists() and not self._fresh:
            for line in self.rejects.read_bytes().splitlines():
                source = orjson.loads(line)["source"]
                if not any(source == name or source.startswith(f"{name}!") for name in reread):
                    lines.add(line)
        with atomic(self.rejects) as temporary:
            temporary.write_bytes(b"".join(line + b"\n" for line in sorted(lines)))
        return len(lines)

    def read_judgements(self) -> list[Judgement]:
        """The judgements in force. Raises DataError naming the line that is wrong."""
        if not self.judgements.exists():
            return []
        judgements = []
        for number, line in enumerate(self.judgements.read_bytes().splitlines(), 1):
            if not line.strip():
                continue
            try:
                judgements.append(Judgement.model_validate_json(line))
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(map(str, first["loc"])) or "line"
                raise DataError(
                    f"{self.judgements}, line {number}: {where}: {first['msg'].lower()}; mend or remove the line"
                ) from None
        return judgements

    def manifest(self) -> Manifest:
        """The manifest; an empty one before the first build. Raises DataError for another schema version."""
        if self._fresh:
            return Manifest()
        try:
            data = self._manifest.read_bytes()
        except FileNotFoundError:
            return Manifest()
        try:
            manifest = Manifest.model_validate_json(data)
        except ValidationError:
            raise DataError(f"{self._manifest} is damaged: build the folder again with --fresh") from None
        if manifest.schema_version != SCHEMA_VERSION:
            raise DataError(
                f"{self.path} has schema version {manifest.schema_version}, this kg reads {SCHEMA_VERSION}: "
                "build it again with --fresh"
            )
        return manifest

    def write_manifest(self, manifest: Manifest) -> None:
        with atomic(self._manifest) as temporary:
            temporary.write_bytes(
                orjson.dumps(manifest.model_dump(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"
            )


def wipe(path: Path) -> None:
    """Empties a build folder, whatever its state or version; `judgements.jsonl` and files not ours stay.

    Raises DataError where the path is no build folder, StoreBusy where a build runs there.
    """
    _refuse_strangers(path)
    if not path.is_dir():
        return
    records = path / "records.sqlite"
    connection = _open(records) if records.exists() else None
    try:
        if connection is not None:
            with suppress(sqlite3.DatabaseError):  # a damaged one is what --fresh is for
                try:
                    connection.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError as error:
                    if "locked" in str(error):
                        raise StoreBusy(f"another `kg build` is writing {path}: wait for it to end") from None
        for entry in sorted(path.iterdir()):
            if entry.name == "judgements.jsonl" or not _OURS.fullmatch(entry.name):
                continue
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink(missing_ok=True)
    except OSError as error:
        raise DataError(f"{path} cannot be emptied: {error.strerror}") from None
    finally:
        if connection is not None:
            connection.close()


def _sound(path: Path) -> bool:
    """Whether a folder can be opened and written; raises StoreBusy where a build runs there."""
    try:
        BuildFolder(path, write=True).close()
    except DataError:
        return False
    return True


def _refuse_strangers(path: Path) -> None:
    """A folder that holds files, none of them ours, is somebody's work."""
    if path.exists() and not path.is_dir():
        raise DataError(f"{path} is a file: choose another --out")
    if path.is_dir():
        names = [entry.name for entry in path.iterdir()]
        if names and not any(_OURS.fullmatch(name) for name in names):
            raise DataError(f"{path} exists and is no build folder: choose another --out, or empty it")


class ExtractionCache:
    """Extractions by the hash of their text, for one version; other versions' entries stay until pruned."""

    def __init__(self, connection: sqlite3.Connection, version: str) -> None:
        self._connection = connection
        self._version = version

    def get(self, text_sha256: str) -> Extraction | None:
        row = self._connection.execute(
            "SELECT body FROM extractions WHERE text = ? AND version = ?", (text_sha256, self._version)
        ).fetchone()
        return None if row is None else Extraction.model_validate_json(row[0])

    def put(self, extractions: Sequence[Extraction]) -> None:
        """Keeps them, in one transaction."""
        with self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO extractions VALUES (?, ?, ?)",
                [(e.text_sha256, self._version, e.model_dump_json().encode()) for e in extractions],
            )

    def prune(self, texts: Iterable[str]) -> None:
        """Drops what no text of the folder and no current version needs."""
        with self._connection:
            self._connection.execute("CREATE TEMP TABLE IF NOT EXISTS live (text TEXT PRIMARY KEY)")
            self._connection.execute("DELETE FROM live")
            self._connection.executemany("INSERT OR IGNORE INTO live VALUES (?)", [(text,) for text in texts])
            self._connection.execute(
                "DELETE FROM extractions WHERE version != ? OR text NOT IN (SELECT text FROM live)",
                (self._version,),
            )


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` that replaces it when the block ends well."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, timeout=0.2)


def _cache_at(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=5)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS extractions (text TEXT, version TEXT, body BLOB NOT NULL,"
        " PRIMARY KEY (text, version)) WITHOUT ROWID"
    )
    return connection
