"""The Parquet tables hold a graph without loss, byte for byte the same, and a kill never leaves half of one."""

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import DataError
from kg.graph import tables
from kg.model import Entity, Graph, Link, Paper, Redirect, text_sha256
from tests.graphs import graphs

PLAN = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def content(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def small(word: str = "One") -> Graph:
    paper = Paper(id="title:1", title=word, abstract="", text_sha256=text_sha256(word, ""))
    return Graph(
        papers=(paper,),
        entities=(Entity(id="lora", kind="Method", name="LoRA", confidence=0.5),),
        links=(
            Link(
                source="title:1",
                relation="USES",
                target="lora",
                strongest=True,
                confidence=0.5,
                origin="extracted",
            ),
        ),
    )


@given(graph=graphs())
@PLAN
def test_written_and_read_is_the_same(tmp_path: Path, graph: Graph) -> None:
    redirects = (Redirect(old="a", new=("b", "c")), Redirect(old="é", new=()))
    tables.write(graph, redirects, tmp_path / "graph")
    assert tables.read(tmp_path / "graph") == (graph, redirects)


@given(graph=graphs(), shuffler=st.randoms(use_true_random=False))
@PLAN
def test_order_shows_neither_in_the_bytes_nor_in_the_hash(
    tmp_path: Path, graph: Graph, shuffler: random.Random
) -> None:
    parts = {name: list(getattr(graph, name)) for name in Graph.model_fields}
    for part in parts.values():
        shuffler.shuffle(part)
    shuffled = Graph(**{name: tuple(part) for name, part in parts.items()})
    tables.write(graph, (), tmp_path / "a")
    tables.write(shuffled, (), tmp_path / "b")
    assert content(tmp_path / "a") == content(tmp_path / "b")
    assert tables.logical_hash(graph) == tables.logical_hash(shuffled)


@given(first=graphs(), second=graphs())
@PLAN
def test_hashes_are_equal_exactly_where_the_graphs_are(first: Graph, second: Graph) -> None:
    assert (tables.logical_hash(first) == tables.logical_hash(second)) == (first == second)


def test_the_hash_is_the_one_that_other_machines_and_versions_know() -> None:
    assert tables.logical_hash(small()) == "0655cb767a19c95deee6f1f24edd5085437ad03b4300a68cc6153c643aa25e5d"


def test_empty_tables_and_columns_keep_their_types(tmp_path: Path) -> None:
    tables.write(Graph(), (), tmp_path / "graph")
    paper = small().papers[0]
    tables.write(Graph(papers=(paper,)), (), tmp_path / "one")
    for name, kind in tables.TABLES.items():
        empty, one = (pq.read_schema(tmp_path / folder / f"{name}.parquet") for folder in ("graph", "one"))
        assert (
            empty
            == one
            == pa.schema([pa.field(c, t, nullable=c in ("year", "value")) for c, t in kind.columns.items()])
        )
        assert empty.metadata is None


PAPERS = "id, title, abstract, published, year, ids, authors, urls, sources, text_sha256"
ENTITIES = "id, kind, name, aliases, first_published, papers, confidence, generic"
REPOS = "id, url, host, owner, name, kind"
LINKS = "source, relation, target, strongest, confidence, origin"
EVIDENCE = (
    "source, relation, target, origin, finder, field, mention_start, mention_end, sentence_start, sentence_end, "
    "confidence"
)


@pytest.mark.parametrize(
    ("name", "columns"),
    [("papers", PAPERS), ("entities", ENTITIES), ("repos", REPOS), ("links", LINKS), ("evidence", EVIDENCE)],
)
def test_columns_are_the_fields_of_the_model_and_begin_as_the_contract_names_them(name: str, columns: str) -> None:
    kind = tables.TABLES[name]
    assert list(kind.columns) == list(kind.row.model_fields)
    assert ", ".join(kind.columns).startswith(columns)


@pytest.mark.parametrize("name", ["papers", "evidence", "redirects"])
def test_a_missing_table_says_what_to_do(tmp_path: Path, name: str) -> None:
    tables.write(small(), (), tmp_path / "graph")
    (tmp_path / "graph" / f"{name}.parquet").unlink()
    with pytest.raises(DataError, match=rf"{name}\.parquet cannot be read: No such file.*run `kg build --out"):
        tables.read(tmp_path / "graph")


@pytest.mark.parametrize("cut", [0, 3, 100, -1])
def test_a_damaged_table_says_what_to_do(tmp_path: Path, cut: int) -> None:
    tables.write(small(), (), tmp_path / "graph")
    path = tmp_path / "graph" / "entities.parquet"
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(DataError, match=r"entities\.parquet cannot be read: .*run `kg build --out"):
        tables.read(tmp_path / "graph")


def test_a_table_of_other_columns_or_impossible_values_is_refused(tmp_path: Path) -> None:
    tables.write(small(), (), tmp_path / "graph")
    path = tmp_path / "graph" / "entities.parquet"
    table = pq.read_table(path)
    pq.write_table(table.drop_columns(["generic"]), path)
    with pytest.raises(DataError, match="column 'generic'"):
        tables.read(tmp_path / "graph")
    pq.write_table(table.set_column(6, "confidence", [[7.0]]), path)
    with pytest.raises(DataError, match="confidence"):
        tables.read(tmp_path / "graph")


def test_a_missing_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="run `kg build"):
        tables.read(tmp_path / "graph")


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written"):
        tables.write(small(), (), tmp_path / "file" / "graph")


def test_a_swap_cut_short_is_read_and_then_finished(tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    tables.write(small("Old"), (), folder)
    tables.write(small("New"), (), tmp_path / "other")
    folder.rename(tmp_path / ".graph.old")
    (tmp_path / "other").rename(tmp_path / ".graph.new")
    assert tables.read(folder)[0] == small("New")
    tables.write(small("Newer"), (), folder)
    assert tables.read(folder)[0] == small("Newer")
    assert [path.name for path in tmp_path.iterdir()] == ["graph"]


@pytest.mark.parametrize("complete", [False, True])
def test_tables_left_behind_before_the_swap_are_not_read(tmp_path: Path, complete: bool) -> None:
    folder = tmp_path / "graph"
    tables.write(small("Old"), (), folder)
    tables.write(small("New"), (), tmp_path / ".graph.new")
    if not complete:
        (tmp_path / ".graph.new" / "links.parquet").write_bytes(b"half")
    assert tables.read(folder)[0] == small("Old")
    tables.write(small("Newer"), (), folder)
    assert tables.read(folder)[0] == small("Newer")


WRITER = """
import sys
from pathlib import Path
from kg.graph import tables
from tests.graph.test_tables import small
print("ready", flush=True)
for turn in range(10**6):
    tables.write(small(("Old", "New")[turn % 2]), (), Path(sys.argv[1]))
"""


def test_a_kill_at_any_moment_leaves_one_whole_graph(tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    tables.write(small("Old"), (), folder)
    root = Path(__file__).parents[2]
    chance = random.Random(7)
    for _ in range(8):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder)],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            stdout=subprocess.PIPE,
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
        deadline = time.monotonic() + chance.uniform(0.02, 0.25)
        while time.monotonic() < deadline:  # reading beside a writer gives one graph or the other, too
            assert tables.read(folder)[0] in (small("Old"), small("New"))
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        assert tables.read(folder)[0] in (small("Old"), small("New"))
        if chance.random() < 0.5:
            tables.write(small("New"), (), folder)
            assert tables.read(folder)[0] == small("New")


def test_a_folder_moved_away_is_read_from_where_it_lies(tmp_path: Path) -> None:
    tables.write(small(), (), tmp_path / "a" / "graph")
    shutil.move(tmp_path / "a", tmp_path / "b")
    assert tables.read(tmp_path / "b" / "graph")[0] == small()
