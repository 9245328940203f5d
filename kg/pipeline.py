"""Joins the stages: inputs → records → papers → extractions → entities → graph → stores.

Every record read ends in exactly one state: loaded, merged into another, or rejected. Resolution and assembly are
a pure function of all records, judgements and the lexicon, computed as a whole each time, so that neither the
order of reading nor the way it was split into runs can be seen in the graph.
"""

import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from pydantic import BaseModel

from kg.collect import Merged, merge, read
from kg.errors import DataError, InputError, KgError, UsageError
from kg.evaluate import predict
from kg.evaluate.gold import read_gold
from kg.evaluate.score import Scores, score
from kg.extract.pipeline import EXTRACTOR_VERSION, extract
from kg.extract.record import to_record
from kg.folder import BuildFolder, Input, Manifest
from kg.graph import tables
from kg.graph.assemble import assemble, repo_ids
from kg.graph.redirects import redirects_after
from kg.graph.statistics import Statistics, statistics
from kg.lexicon.load import load as load_lexicon
from kg.model import Extraction, Graph, Paper, Record, Redirect, Reject
from kg.progress import Progress, quiet
from kg.reading import open_server
from kg.resolve import resolve
from kg.settings import Settings
from kg.store import check_server, open_store

_BATCH = 500  # extractions between two commits of the cache


class Merge(BaseModel):
    """One record that joined a paper which another record already stands for."""

    input: str
    where: str
    into: str


class Load(BaseModel):
    """What one store received; `error` says why it received nothing."""

    store: str
    created: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    error: str = ""
    exit_code: int = 0


class BuildReport(BaseModel):
    """What a build did. `read == loaded + merged + rejected`, for the run and, in `total`, for the folder."""

    folder: str
    read: int
    loaded: int
    new: int
    merged: int
    rejected: int
    merges: list[Merge]
    rejects: list[Reject]
    rejects_file: str
    total: dict[str, int]
    statistics: Statistics
    graph_sha256: str
    changed: bool
    extracted: int
    loads: list[Load]
    seconds: dict[str, float]

    @property
    def exit_code(self) -> int:
        """0 done, 3 done but some records were rejected; a store that failed overrules both."""
        return max((load.exit_code for load in self.loads if load.error), default=3 if self.rejected else 0)


def build(
    inputs: Sequence[str],
    *,
    out: Path,
    stores: Sequence[str] = (),
    fresh: bool = False,
    settings: Settings,
    progress: Progress = quiet,
) -> BuildReport:
    """Reads the inputs into the build folder `out`, builds its graph and loads the stores.

    Without inputs the folder is resolved and assembled again. A store that cannot be loaded is told in `loads`;
    the graph stands all the same. Raises InputError where nothing at all could be read; before anything is done
    UsageError for a store that is no server, and for `fresh` without inputs.
    """
    for uri in stores:
        check_server(uri)
    if fresh and not inputs:
        raise UsageError("--fresh forgets all papers read before: name the INPUT to start from")
    if not inputs and not (out / "records.sqlite").exists():
        raise InputError(f"there is nothing in {out} to build again: name an INPUT")
    clock = _Clock()
    with BuildFolder(out, write=True, fresh=fresh) as folder:
        manifest = folder.manifest()
        run = _read(inputs, folder, progress)
        clock.lap("read")
        merged, papers, places = _merge(folder)
        clock.lap("merge")
        graph, extracted = _graph(papers, folder, settings, progress, clock)
        before, changed = _write_graph(graph, folder, manifest)
        clock.lap("assemble")
        loads = [_load(uri, graph, folder, settings, progress) for uri in (str(folder.store), *stores)]
        clock.lap("load")
        total = {
            "read": len(places) + _lines(folder.rejects),
            "loaded": len(papers),
            "merged": len(places) - len(papers),
            "rejected": _lines(folder.rejects),
        }
        sha = tables.logical_hash(graph)
        folder.write_manifest(_manifest(manifest, run.inputs, total, sha))
        loaded, merges = _states(run.places, places, merged)
        return BuildReport(
            folder=str(out),
            read=len(run.places) + len(run.rejects),
            loaded=len(loaded),
            new=len(loaded - {paper.id for paper in before.papers}),
            merged=len(merges),
            rejected=len(run.rejects),
            merges=merges,
            rejects=run.rejects,
            rejects_file=str(folder.rejects) if total["rejected"] else "",
            total=total,
            statistics=statistics(graph),
            graph_sha256=sha,
            changed=changed,
            extracted=extracted,
            loads=loads,
            seconds=clock.seconds,
        )


def extract_records(
    inputs: Sequence[str], *, processes: int = 1, progress: Progress = quiet
) -> Iterator[dict[str, object] | Reject]:
    """The `kg extract` record of every paper of the inputs, in their order, and every reject.

    Nothing is merged, dropped or renumbered: a record keeps the id that its input gave it; one without any has
    the id of the paper that `kg build` would make of it.
    """
    waiting: deque[Record] = deque()
    rejects: deque[Reject] = deque()

    def texts() -> Iterator[tuple[str, str]]:
        for item in read(inputs):
            if isinstance(item.outcome, Record):
                waiting.append(item.outcome)
                yield item.outcome.title, item.outcome.abstract
            else:
                rejects.append(item.outcome)

    for done, extraction in enumerate(extract(texts(), processes=processes), 1):
        record = waiting.popleft()
        progress("extract", done, None)
        yield to_record(record.given_id or merge([record]).papers[0].id, record.title, record.abstract, extraction)
        while rejects:
            yield rejects.popleft()
    yield from rejects


def evaluate(gold: Sequence[str], *, processes: int = 1, progress: Progress = quiet) -> Scores:
    """Scores the extractor on files of annotated papers. Raises DataError for a line that is none."""
    rows = [row for path in gold for row in read_gold(Path(path))]
    progress("extract", 0, len(rows))
    return score(rows, predict(rows, processes=processes))


# --- the steps of a build -------------------------------------------------------------------------------

Place = tuple[str, str, str]  # input, where in it, hash of the record


class _Run:
    """What one run read."""

    def __init__(self) -> None:
        self.places: list[Place] = []
        self.rejects: list[Reject] = []
        self.inputs: list[Input] = []


def _read(inputs: Sequence[str], folder: BuildFolder, progress: Progress) -> _Run:
    run = _Run()
    reading = read(inputs)
    for item in reading:
        if isinstance(item.outcome, Record):
            sha = folder.add(item.input_name, item.where, item.outcome)
            run.places.append((item.input_name, item.where, sha))
        else:
            run.rejects.append(item.outcome)
        progress("read", len(run.places) + len(run.rejects), None)
    run.inputs = [
        Input(name=file.name, sha256=file.sha256, reader=file.reader, records=file.records, rejects=file.rejects)
        for file in reading.inputs
    ]
    folder.write_rejects(run.rejects, inputs=[file.name for file in run.inputs])
    if inputs and not run.places:
        raise InputError(_nothing(run.rejects, folder.rejects))
    folder.commit_records()
    return run


def _nothing(rejects: Sequence[Reject], file: Path) -> str:
    if not rejects:
        return "nothing to read: the inputs hold no records"
    first = rejects[0]
    more = f" (and {len(rejects) - 1} more, all in {file})" if len(rejects) > 1 else ""
    return f"nothing could be read: {first.source}, {first.where}: {first.reason}{more}"


def _merge(folder: BuildFolder) -> tuple[dict[str, str], list[Paper], list[Place]]:
    """Record hash → paper id, the papers, and all places of the folder."""
    shas, records = [], []
    for sha, record in folder.records():
        shas.append(sha)
        records.append(record)
    result: Merged = merge(records)
    return dict(zip(shas, result.assignment, strict=True)), list(result.papers), folder.places()


def _extract(
    papers: Sequence[Paper], folder: BuildFolder, settings: Settings, progress: Progress
) -> tuple[list[tuple[Paper, Extraction]], int]:
    """An extraction for every paper, from the cache where it has one; and how many were made."""
    cache = folder.extractions(f"{EXTRACTOR_VERSION}+{load_lexicon().version}")
    known: dict[str, Extraction] = {}
    missing: dict[str, Paper] = {}
    for paper in papers:
        if paper.text_sha256 in known or paper.text_sha256 in missing:
            continue
        cached = cache.get(paper.text_sha256)
        if cached is None:
            missing[paper.text_sha256] = paper
        else:
            known[paper.text_sha256] = cached
    if not missing:
        return [(paper, known[paper.text_sha256]) for paper in papers], 0
    batch: list[Extraction] = []
    texts = ((paper.title, paper.abstract) for paper in missing.values())
    for done, extraction in enumerate(extract(texts, processes=settings.processes), 1):
        known[extraction.text_sha256] = extraction
        batch.append(extraction)
        if len(batch) >= _BATCH:
            cache.put(batch)
            batch = []
        progress("extract", done, len(missing))
    cache.put(batch)
    cache.prune(paper.text_sha256 for paper in papers)
    return [(paper, known[paper.text_sha256]) for paper in papers], len(missing)


def _graph(
    papers: Sequence[Paper],
    folder: BuildFolder,
    settings: Settings,
    progress: Progress,
    clock: "_Clock",
) -> tuple[Graph, int]:
    """The graph of all papers, and how many texts were extracted anew. What led to it is let go on return."""
    judgements = folder.read_judgements()  # a wrong line is told before the long work
    found, extracted = _extract(papers, folder, settings, progress)
    clock.lap("extract")
    progress("resolve", 0, None)
    with tables.no_collection():
        taken = repo_ids(found) | {paper.id for paper in papers}
        resolution = resolve(found, lexicon=load_lexicon(), judgements=judgements, taken=taken)
        clock.lap("resolve")
        progress("assemble", 0, None)
        return assemble(found, resolution), extracted


def _write_graph(graph: Graph, folder: BuildFolder, manifest: Manifest) -> tuple[Graph, bool]:
    """Writes the tables where they differ; returns the graph that stood before, and whether it changed."""
    before = Graph()
    history: tuple[Redirect, ...] = ()
    if manifest.graph_sha256:
        # Damaged or missing tables are written anew: they hold nothing that is not derived.
        with suppress(DataError):
            before, history = tables.read(folder.graph)
    tables.write(graph, redirects_after(before, graph, history), folder.graph)
    return before, before != graph


def _load(uri: str, graph: Graph, folder: BuildFolder, settings: Settings, progress: Progress) -> Load:
    embedded = uri == str(folder.store)
    name = str(folder.store) if embedded else uri
    progress(f"load {name}", 0, None)
    try:
        opened = (
            open_store(folder.store, read_only=False) if embedded else open_server(uri, settings, read_only=False)
        )
        with opened as store, tables.no_collection():
            report = store.load(graph, progress=lambda done, total: progress(f"load {name}", done, total))
    except KgError as error:
        return Load(store=name, error=str(error), exit_code=error.exit_code)
    return Load(
        store=name,
        created=report.created,
        updated=report.updated,
        deleted=report.deleted,
        unchanged=report.unchanged,
    )


def _states(run: Sequence[Place], places: Sequence[Place], merged: dict[str, str]) -> tuple[set[str], list[Merge]]:
    """The papers that this run's records stand for, and those of its records that joined another's paper.

    A record read before, at the same place, is itself and no other; so a run repeated loads what it loaded.
    """
    ours = set(run)
    elsewhere = {merged[sha] for place in places if place not in ours for sha in place[2:]}
    loaded: set[str] = set()
    merges = []
    for name, where, sha in sorted(run):
        paper = merged[sha]
        if paper in elsewhere or paper in loaded:
            merges.append(Merge(input=name, where=where, into=paper))
        else:
            loaded.add(paper)
    return loaded, merges


def _manifest(before: Manifest, inputs: Sequence[Input], counts: dict[str, int], sha: str) -> Manifest:
    by_name = {item.name: item for item in (*before.inputs, *inputs)}
    return Manifest(
        inputs=[by_name[name] for name in sorted(by_name)],
        versions={
            "kg": version("kg-papers"),
            "extractor": EXTRACTOR_VERSION,
            "lexicon": load_lexicon().version,
            **{package: version(package) for package in ("spacy", "pyarrow", "ladybug")},
        },
        counts=counts,
        graph_sha256=sha,
    )


def _lines(path: Path) -> int:
    return len(path.read_bytes().splitlines()) if path.exists() else 0


class _Clock:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self.seconds[step] = round(now - self._last, 3)
        self._last = now
