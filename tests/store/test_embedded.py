"""The embedded store: rebuilt whole, killed at any moment, held by others, in odd folders; LadybugDB's traps."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import ladybug
import pytest

from kg.errors import StoreBusy, StoreError, UsageError
from kg.model import Graph
from kg.store import Store, embedded, open_store
from tests.store.fixture_graph import GRAPH, P1, link

SMALLER = GRAPH.model_copy(update={"links": GRAPH.links[1:], "evidence": ()})


def run_python(code: str, *arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def write(path: Path, graph: Graph = GRAPH) -> None:
    with open_store(path, read_only=False) as store:
        store.load(graph)


def test_an_equal_graph_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "graph.lbug"
    write(path)
    before = (path.stat().st_mtime_ns, path.stat().st_ino, path.read_bytes())
    with open_store(path, read_only=False) as store:
        report = store.load(GRAPH)
    assert (report.written, report.unchanged) == (False, report.nodes + report.relationships)
    assert (path.stat().st_mtime_ns, path.stat().st_ino, path.read_bytes()) == before
    assert [p.name for p in tmp_path.iterdir()] == ["graph.lbug"]


def test_the_report_tells_the_difference(embedded_store: Store) -> None:
    first = embedded_store.load(SMALLER)
    assert first.created == len(SMALLER.links) + first.nodes
    second = embedded_store.load(GRAPH)
    with_evidence = {(e.source, e.relation, e.target) for e in GRAPH.evidence}
    assert (second.created, second.deleted) == (1, 0)
    assert second.updated == len(with_evidence)
    third = embedded_store.load(SMALLER)
    assert (third.created, third.deleted) == (0, 1)


def test_the_store_answers_after_a_load(embedded_store: Store) -> None:
    embedded_store.load(GRAPH)
    assert embedded_store.query("MATCH (p:Paper) RETURN count(*) AS n").rows == [(4,)]
    embedded_store.load(SMALLER)
    table = embedded_store.query("MATCH (a:Paper)-[r]->(b) RETURN count(*) AS n")
    assert table.rows == [(sum(x.source.startswith("arxiv:") for x in SMALLER.links),)]


@pytest.mark.parametrize("name", ["plain", "with blank", "it's", 'say "x"', "back\\slash", "ünï 漢", "a;b$c"])
def test_odd_folders(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    write(folder / "graph.lbug")
    with open_store(folder / "graph.lbug") as store:
        assert store.counts()["Paper"] == 4


def test_another_version_is_rebuilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "graph.lbug"
    monkeypatch.setattr(embedded, "FORMAT", "0.0")
    write(path)
    monkeypatch.undo()
    with pytest.raises(StoreError, match="no finished store"), open_store(path) as store:
        store.query("MATCH (p:Paper) RETURN p.id")
    with open_store(path, read_only=False) as store:
        assert store.load(GRAPH).written
        assert store.counts()["Paper"] == 4


@pytest.mark.parametrize("junk", [b"", b"junk", b"\0" * 5000], ids=["empty", "text", "zeros"])
def test_a_damaged_file_is_told_and_rebuilt(tmp_path: Path, junk: bytes) -> None:
    path = tmp_path / "graph.lbug"
    path.write_bytes(junk)
    with pytest.raises(StoreError, match=r"run `kg build`") as caught, open_store(path) as store:
        store.query("MATCH (p:Paper) RETURN p.id")
    assert "\n" not in str(caught.value)
    with open_store(path, read_only=False) as store:
        assert store.load(GRAPH).written
        assert store.counts()["Paper"] == 4


def test_a_file_cut_short_is_told_and_rebuilt(tmp_path: Path) -> None:
    path = tmp_path / "graph.lbug"
    write(path)
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(StoreError, match="damaged"), open_store(path) as store:
        store.query("MATCH (p:Paper) RETURN p.id")
    with open_store(path, read_only=False) as store:
        assert store.load(GRAPH).written


def test_no_store_yet(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"there is no store at .* run `kg build`"):
        open_store(tmp_path / "none.lbug")


def test_a_log_left_behind_is_not_replayed(tmp_path: Path) -> None:
    path = tmp_path / "graph.lbug"
    write(path, SMALLER)
    (tmp_path / "graph.lbug.wal").write_bytes(b"left behind")
    write(path)
    with open_store(path) as store:
        assert store.counts()["Paper"] == 4
    assert not (tmp_path / "graph.lbug.wal").exists()


def test_held_by_another_process(tmp_path: Path) -> None:
    path = tmp_path / "graph.lbug"
    write(path)
    holder = run_python(
        """
        import ladybug, sys, time
        database = ladybug.Database(sys.argv[1], max_db_size=1 << 30, buffer_pool_size=1 << 26)
        print("held", flush=True)
        time.sleep(60)
        """,
        path,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with open_store(path, read_only=False) as store:
            with pytest.raises(StoreBusy, match=rf"process {holder.pid} holds .*graph\.lbug"):
                store.load(SMALLER)
            assert store.counts()["Paper"] == 4
    finally:
        holder.kill()
        holder.communicate()
    write(path, SMALLER)


def test_readers_do_not_stand_in_the_way(tmp_path: Path) -> None:
    path = tmp_path / "graph.lbug"
    write(path)
    with open_store(path) as reader:
        assert reader.counts()["Paper"] == 4
        write(path, GRAPH.model_copy(update={"papers": GRAPH.papers[:3]}))
        assert reader.counts()["Paper"] == 4  # the file it opened
    with open_store(path) as reader:
        assert reader.counts()["Paper"] == 3


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.1, 0.2, 0.4])
def test_a_kill_leaves_the_last_whole_store(tmp_path: Path, delay: float) -> None:
    path = tmp_path / "graph.lbug"
    write(path, SMALLER)
    child = run_python(
        """
        import sys
        from pathlib import Path
        from kg.store import open_store
        from tests.store.fixture_graph import GRAPH
        with open_store(Path(sys.argv[1]), read_only=False) as store:
            print("begins", flush=True)
            store.load(GRAPH)
        """,
        path,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "begins\n"
    time.sleep(delay)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    with open_store(path) as store:
        links = sum(n for name, n in store.counts().items() if name.isupper())
    assert links in (len(SMALLER.links), len(GRAPH.links))
    write(path)
    assert [p.name for p in tmp_path.iterdir()] == ["graph.lbug"]
    with open_store(path) as store:
        assert store.query("MATCH (:Paper)-[r:PROPOSES]->(e) RETURN count(*) AS n").rows == [(3,)]


def test_a_pair_of_labels_that_no_table_foresaw(embedded_store: Store) -> None:
    odd = link(P1, "USES", "github.com/ada/fern")
    embedded_store.load(GRAPH.model_copy(update={"links": (*GRAPH.links, odd)}))
    table = embedded_store.query("MATCH (p:Paper)-[:USES]->(x:Repo) RETURN x.id")
    assert table.rows == [("github.com/ada/fern",)]


def test_an_empty_graph(embedded_store: Store) -> None:
    assert embedded_store.load(Graph()).written
    assert embedded_store.query("MATCH (p:Paper) RETURN p.id").rows == []


def test_reading_is_read_only(tmp_path: Path) -> None:
    path = tmp_path / "graph.lbug"
    write(path)
    with open_store(path) as store, pytest.raises(StoreError, match="reading only"):
        store.load(SMALLER)


def test_wrong_cypher_is_one_line(embedded_store: Store) -> None:
    embedded_store.load(GRAPH)
    for statement in ("MATCH (p:Paper) RETURN", "MATCH (p:Nothing) RETURN p", "MATCH (p:Paper) RETURN p.id = $x"):
        with pytest.raises((UsageError, StoreError)) as caught:
            embedded_store.query(statement)
        assert "\n" not in str(caught.value)


def test_a_long_query_is_given_up(embedded_store: Store) -> None:
    embedded_store.load(GRAPH)
    statement = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN sum(a * b) AS s"
    started = time.monotonic()
    with pytest.raises(StoreError, match=r"longer than 0\.3 seconds"):
        embedded_store.query(statement, timeout=0.3)
    assert time.monotonic() - started < 5


# --- LadybugDB's traps: when one of these fails, a later version has mended it, and the guard can be eased ----


@pytest.fixture
def raw(tmp_path: Path) -> ladybug.Connection:
    path = tmp_path / "graph.lbug"
    write(path)
    return ladybug.Connection(ladybug.Database(path, read_only=True, buffer_pool_size=1 << 28))


def test_trap_read_only_mode_writes_files(raw: ladybug.Connection, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    raw.execute(f"COPY (MATCH (p:Paper) RETURN p.id) TO '{file}'")
    assert file.exists()
    result = raw.execute(f"LOAD FROM '{file}' (header=false) RETURN *")
    assert isinstance(result, ladybug.QueryResult)
    assert result.get_num_tuples() == 4


def test_trap_lost_order(raw: ladybug.Connection) -> None:
    result = raw.execute("MATCH (p:Paper) WITH p ORDER BY p.id DESC LIMIT 1 RETURN max(p.id)")
    assert isinstance(result, ladybug.QueryResult)
    assert result.get_next() == ["arxiv:2405.00001"]  # wrong: …00004 is right


def test_macros_are_kept_in_the_file(raw: ladybug.Connection) -> None:
    statement = (
        "MATCH (p:Paper)-[r:USES]->(m) RETURN type(r), toInteger('7'), toFloat(1), toString(2), head([1, 2]), "
        "last([1, 2]), split('a,b', ',') LIMIT 1"
    )
    result = raw.execute(statement)
    assert isinstance(result, ladybug.QueryResult)
    assert result.get_next() == ["USES", 7, 1.0, "2", 1, 2, ["a", "b"]]


def test_leftovers_of_a_living_load_are_left_alone(tmp_path: Path) -> None:
    living, dead = tmp_path / f".kg-load-{os.getppid()}", tmp_path / ".kg-load-999999999"
    living.mkdir()
    dead.mkdir()
    write(tmp_path / "graph.lbug")
    assert living.exists()
    assert not dead.exists()
