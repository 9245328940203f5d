"""Reads the lexicon's data files, proves them sound, and answers what a name stands for.

`load()` is cached; nothing is read before the first call. The data files and their columns are described
in `kg/lexicon/README.md`.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from kg.errors import DataError
from kg.model import KINDS, Kind
from kg.text import normalise, slug

FOLDER = Path(__file__).resolve().parent
NAME_FILES = ("curated.tsv", "methods.tsv", "models.tsv", "benchmarks.tsv", "tasks.tsv", "metrics.tsv")
FLAGS = frozenset({"case", "context", "generic"})
_LATEX = re.compile(r"[\\{}$~^]")
_HEADER = ["kind", "name", "aliases", "source", "flags"]
RUNS = re.compile(r"[^\W\d_]+|\d+|[+*#]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One known thing.

    `generic`: a broad class that links nothing (accuracy, large language models). `case`: its names count
    only in exactly this case. `context`: also a plain English word, so that surroundings must speak for it.
    """

    id: str
    kind: Kind
    name: str
    aliases: tuple[str, ...]
    source: str
    generic: bool = False
    case: bool = False
    context: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Limit:
    """What measuring on annotated texts said of one name.

    `verdict`: the kind it mostly has where it is a mention, or `none`; `hits`: how often it stands in the
    texts; `right`: how often it is a mention of that kind there.
    """

    verdict: str
    hits: int
    right: int


def runs(text: str) -> list[tuple[str, int, int]]:
    """The runs of letters, runs of digits and marks (`+ * #`) of a text, in small letters, with their offsets."""
    return [(match.group().lower(), match.start(), match.end()) for match in RUNS.finditer(text)]


def key(name: str) -> str:
    """The key under which spellings of one name meet. Neighbouring numbers stay apart, `+ * #` stay.

    >>> key("GPT-4o") == key("gpt 4o") != key("GPT-4"), key("GPT-4.1") != key("GPT-41")
    (True, True)
    """
    plain = name.isascii() and not _LATEX.search(name)
    parts = RUNS.findall(name.lower() if plain else normalise(name))
    return re.sub(r"(?<=\d) (?=\d)", "_", " ".join(parts)).replace(" ", "")


def singular(folded: str) -> str:
    """The key without a plural `s`. Keys that end in `ss`, `us` or `is`, and short ones, stay."""
    if len(folded) > 3 and folded.endswith("s") and folded[-2] not in "sui0123456789":
        return folded[:-1]
    return folded


class Lexicon:
    """All entries, with look-up by name. Immutable after loading."""

    def __init__(self, entries: tuple[Entry, ...], version: str) -> None:
        self.entries = entries
        self.version = version
        self._by_id = {entry.id: entry for entry in entries}

    @cached_property
    def _by_key(self) -> Mapping[str, tuple[Entry, ...]]:
        found: dict[str, dict[str, Entry]] = {}
        for entry in self.entries:
            for name in entry.names:
                found.setdefault(singular(key(name)), {})[entry.id] = entry
        return {folded: tuple(sorted(group.values(), key=lambda e: e.id)) for folded, group in found.items()}

    def by_id(self, entry_id: str) -> Entry | None:
        """The entry of that id, or None."""
        return self._by_id.get(entry_id)

    def candidates(self, name: str) -> tuple[Entry, ...]:
        """Every entry that goes by this name, sorted by id. Case decides for entries flagged `context`."""
        found = self._by_key.get(singular(key(name)), ())
        return tuple(entry for entry in found if not entry.context or _same_case(name, entry))

    def by_key(self, folded: str) -> tuple[Entry, ...]:
        """Every entry with a name of that key (`singular(key(name))`), sorted by id, whatever its case."""
        return self._by_key.get(folded, ())

    def lookup(self, name: str) -> Entry | None:
        """The one entry that goes by this name; None when there is none or the name is ambiguous.

        An entry whose main name it is stands before entries that have it as an alias.
        """
        found = self.candidates(name)
        if len(found) > 1:
            folded = singular(key(name))
            found = tuple(entry for entry in found if singular(key(entry.name)) == folded)
        return found[0] if len(found) == 1 else None


def _same_case(name: str, entry: Entry) -> bool:
    bare = re.sub(r"[\W_]+", "", name)
    return any(bare in (known, known + "s") for known in (re.sub(r"[\W_]+", "", n) for n in entry.names))


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of one of our TSV files: `#` lines are comments, the first other line names the columns.

    Raises DataError, naming file and line, when a row has not as many cells as the header.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError as error:
        raise DataError(f"the lexicon lacks its file {path.name}: install kg again") from error
    header: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        if not header:
            header = cells
        elif len(cells) != len(header):
            raise DataError(f"{path.name} line {number}: {len(cells)} cells instead of {len(header)}")
        else:
            yield dict(zip(header, cells, strict=True))


def entries_of(path: Path) -> Iterator[Entry]:
    """The entries of one name file. Raises DataError on an unknown kind or flag or an empty name."""
    for row in rows(path):
        if list(row)[: len(_HEADER)] != _HEADER:
            raise DataError(f"{path.name}: the columns must be {' '.join(_HEADER)}")
        flags = frozenset(row["flags"].split())
        if row["kind"] not in KINDS or not row["name"] or not flags <= FLAGS:
            raise DataError(f"{path.name}: bad kind, name or flag in the row of {row['name']!r}")
        yield Entry(
            id=slug(row["name"]),
            kind=row["kind"],
            name=row["name"],
            aliases=tuple(alias for alias in row["aliases"].split(" | ") if alias),
            source=row["source"],
            generic="generic" in flags,
            case="case" in flags,
            context="context" in flags,
        )


def limits(folder: Path = FOLDER) -> dict[str, Limit]:
    """What `measured.tsv` says of names, by key."""
    found = {}
    for row in rows(folder / "measured.tsv"):
        if row["verdict"] not in (*KINDS, "none"):
            raise DataError(f"measured.tsv: bad verdict {row['verdict']!r} for {row['name']!r}")
        found[singular(key(row["name"]))] = Limit(row["verdict"], int(row["hits"]), int(row["right"]))
    return found


@lru_cache(maxsize=8)
def words(name: str, folder: Path = FOLDER) -> frozenset[str]:
    """The lines of a word list (`common_words.txt`), comments and blank lines left out."""
    lines = (folder / name).read_text(encoding="utf-8").split("\n")
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _as_kind(word: str) -> Kind:
    if word not in KINDS:
        raise DataError(f"the lexicon knows no kind {word!r}")
    return word


def read(folder: Path = FOLDER, *, measured: bool = True) -> tuple[Entry, ...]:
    """All entries. Of several with one key the file named first wins, and their spellings are joined.

    A bare name that is no more than the short form of longer names (`SAM`) is left to these.
    """
    joined: dict[str, Entry] = {}
    for file in NAME_FILES:
        for entry in entries_of(folder / file):
            folded = singular(key(entry.name))
            known = joined.get(folded)
            if known is None:
                joined[folded] = entry
            elif known.kind == entry.kind:
                seen = {key(name) for name in known.names}
                extra = tuple(alias for alias in entry.aliases if key(alias) not in seen)
                joined[folded] = replace(known, aliases=known.aliases + extra)
    shorts = {singular(key(alias)) for entry in joined.values() for alias in entry.aliases}
    for folded, entry in list(joined.items()):
        if folded in shorts and not entry.aliases and entry.source != "curated":
            del joined[folded]
    by_id: dict[str, Entry] = {}
    for entry in joined.values():
        by_id.setdefault(entry.id, entry)
    if measured:
        verdicts = limits(folder)
        for entry in list(by_id.values()):
            limit = verdicts.get(singular(key(entry.name)))
            if limit is not None and limit.verdict != "none" and limit.right * 2 >= limit.hits:
                by_id[entry.id] = replace(entry, kind=_as_kind(limit.verdict))
    return tuple(sorted(by_id.values(), key=lambda e: e.id))


def version(folder: Path = FOLDER) -> str:
    """Twelve hex digits of SHA-256 over all data files of the lexicon, by name."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in (".tsv", ".txt", ".toml"):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


@lru_cache(maxsize=1)
def load() -> Lexicon:
    """The lexicon that ships with this version. Raises DataError when a data file is missing or unsound."""
    return Lexicon(read(), version())
