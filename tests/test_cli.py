"""The command line as a person or a program meets it: output, JSON, exit codes, one clear line for each error."""

import gzip
import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.console import ROOT, run
from tests.neo4j_server import Server

SAMPLE = ROOT / "examples" / "sample"
PAGE = SAMPLE / "daily-papers-compact.txt"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder whose kg-build is built from the sample."""
    place = tmp_path_factory.mktemp("built")
    result = run(f"kg build {SAMPLE}", place)
    assert result.returncode == 0, result.stdout
    return place


def one_line(output: str, *parts: str) -> None:
    """Exactly one line of error, which holds all parts."""
    lines = output.strip().splitlines()
    assert len(lines) == 1, output
    assert lines[0].startswith("kg: ")
    for part in parts:
        assert part in lines[0]


def test_the_closing_table_tells_the_sums(built: Path) -> None:
    result = run("kg build", built)
    assert "37 " not in result.stdout.splitlines()[1]
    assert "0 read = 0 loaded (0 new) + 0 merged + 0 rejected" in result.stdout
    again = run(f"kg build {SAMPLE}", built)
    assert "37 read = 33 loaded (0 new) + 4 merged + 0 rejected" in again.stdout


def test_build_in_json(tmp_path: Path) -> None:
    result = run(f"kg build {PAGE} --json", tmp_path)
    report = json.loads(result.stdout)
    assert report["read"] == report["loaded"] + report["merged"] + report["rejected"] == 15
    assert report["statistics"]["papers"] == 15


def test_extract_keeps_ids_order_and_duplicates(tmp_path: Path) -> None:
    papers = [
        {"id": "b7", "title": "ZetaNet: A Study", "abstract": "We propose ZetaNet."},
        {"id": "a1", "title": "ZetaNet: A Study", "abstract": "We propose ZetaNet."},
        {"title": "No Id", "abstract": ""},
    ]
    (tmp_path / "p.jsonl").write_text("".join(json.dumps(p) + "\n" for p in papers))
    result = run("kg extract p.jsonl", tmp_path)
    assert result.returncode == 0
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["id"] for row in rows[:2]] == ["b7", "a1"]
    assert rows[2]["id"].startswith("title:")
    for row in rows:
        text = row["title"] + "\n" + row["abstract"]
        for mention in row["mentions"]:
            assert text[mention["start"] : mention["end"]] == mention["text"]
            assert row["entities"][mention["entity"]]["id"] == mention["entity"]


def test_extract_reads_standard_input_and_rejects_with_exit_3(tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text('{"title": "ZetaNet", "abstract": ""}\n{"abstract": "no title"}\n')
    result = run("kg extract p.jsonl", tmp_path)
    assert result.returncode == 3
    assert "line 2" in result.stdout


def test_query_in_json_finds_by_alias_and_by_title(built: Path) -> None:
    result = run("kg query papers-of -p entity='group-relative policy OPTIMIZATION' --json", built)
    by_alias = json.loads(result.stdout)
    assert by_alias
    title = by_alias[0]["title"]
    about = run(f'kg query about-paper -p paper="{title.upper()}" --json', built)
    assert about.returncode == 0


def test_cypher_takes_typed_parameters(built: Path) -> None:
    statement = "MATCH (p:Paper)-[r:PROPOSES]->(m:Method) WHERE r.confidence > $least RETURN count(m) AS n"
    few = json.loads(run(f"kg cypher '{statement}' -p least=0.9 --json", built).stdout)
    all_ = json.loads(run(f"kg cypher '{statement}' -p least=0 --json", built).stdout)
    assert few[0]["n"] < all_[0]["n"]


def test_columns_without_alias_keep_the_words_of_the_query(built: Path) -> None:
    result = run("kg cypher 'MATCH (p:Paper)-[r:PROPOSES]->(m) RETURN type(r), count(*)' --json", built)
    assert list(json.loads(result.stdout)[0]) == ["type(r)", "count(*)"]


@pytest.mark.parametrize("format", ["graphml", "gexf", "node-link"])
def test_export_writes_the_same_bytes_twice(built: Path, format: str) -> None:
    assert run(f"kg export {format} one", built).returncode == 0
    assert run(f"kg export {format} two", built).returncode == 0
    assert (built / "one").read_bytes() == (built / "two").read_bytes()


def test_the_embedded_store_is_made_again_where_it_is_gone(built: Path) -> None:
    before = json.loads(run("kg stats --json", built).stdout)["papers"]
    (built / "kg-build" / "graph.lbug").unlink()
    result = run("kg cypher 'MATCH (p:Paper) RETURN count(p) AS n' --json", built)
    assert json.loads(result.stdout) == [{"n": before}]


@pytest.mark.parametrize(
    ("command", "code", "parts"),
    [
        ("kg build nowhere.txt --out b", 1, ("nowhere.txt", "no such file")),
        ("kg build empty.txt --out b", 1, ("empty.txt", "empty")),
        ("kg build junk.bin --out b", 1, ("junk.bin",)),
        ("kg build cut.json --out b", 1, ("cut.json",)),
        ("kg stats --from nowhere", 1, ("nowhere", "kg build")),
        ("kg query shared-bench -p paper=x", 1, ("shared-benchmark",)),
        ("kg export gexf out.gexf --from nowhere", 1, ("nowhere",)),
        ("kg evaluate nowhere.jsonl", 1, ("nowhere.jsonl",)),
        ("kg evaluate empty.txt", 1, ("empty.txt",)),
        ("kg stats --from neo4j://127.0.0.1:9", 4, ("neo4j://127.0.0.1:9",)),
        ("kg stats --from ftp://127.0.0.1", 2, ("ftp",)),
        ("kg build empty.txt --out full", 1, ("full", "no build folder")),
    ],
)
def test_each_error_is_one_clear_line_with_its_exit_code(
    tmp_path: Path, command: str, code: int, parts: tuple[str, ...]
) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "junk.bin").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "cut.json").write_text('[{"paper": {"id": "2405.00001", "ti')
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").write_text("mine")
    result = run(command, tmp_path)
    assert result.returncode == code, result.stdout
    one_line(result.stdout, *parts)


@pytest.mark.parametrize(
    ("command", "parts"),
    [
        ("kg query shared-benchmark", ("paper",)),
        ("kg query shared-benchmark -p papr=x", ("papr", "paper")),
        ("kg query shared-benchmark -p paper", ("key=value",)),
        ("kg cypher 'MATCH (n DELETE'", ()),
        ("kg cypher 'MATCH (n) DELETE n'", ("DELETE",)),
        ("kg cypher 'MATCH (n) RETURN m'", ()),
        ("kg export pdf x.pdf", ("pdf", "gexf")),
    ],
)
def test_wrong_usage_is_one_clear_line_with_exit_code_2(built: Path, command: str, parts: tuple[str, ...]) -> None:
    result = run(command, built)
    assert result.returncode == 2, result.stdout
    one_line(result.stdout, *parts)


def test_an_unknown_option_is_wrong_usage(built: Path) -> None:
    assert run("kg build --nosuch", built).returncode == 2


def test_a_page_cut_short_keeps_its_good_papers(tmp_path: Path) -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    (tmp_path / "odd.txt").write_text("\n".join(lines[:-1]), encoding="utf-8")
    result = run("kg build odd.txt --out b --json", tmp_path)
    assert result.returncode == 3
    report = json.loads(result.stdout)
    assert (report["loaded"], report["rejected"]) == (14, 1)


def test_settings_flags_over_environment_over_file(tmp_path: Path) -> None:
    shutil.copy(PAGE, tmp_path / "page.txt")
    (tmp_path / "kg.toml").write_text('out = "from-file"\n')
    run("kg build page.txt", tmp_path)
    run("kg build page.txt", tmp_path, KG_OUT="from-environment")
    run("kg build page.txt --out from-flag", tmp_path, KG_OUT="from-environment-not")
    built = {path.parent.name for path in tmp_path.glob("*/manifest.json")}
    assert built == {"from-file", "from-environment", "from-flag"}


def test_commands_read_where_builds_write(tmp_path: Path) -> None:
    (tmp_path / "kg.toml").write_text('out = "elsewhere"\n')
    assert run(f"kg build {PAGE}", tmp_path).returncode == 0
    assert json.loads(run("kg stats --json", tmp_path).stdout)["papers"] == 15


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ('neo4j_password = "x"', ("neo4j_password", "KG_NEO4J_PASSWORD")),
        ("processes = 0", ("processes",)),
        ("nosuch = 1", ("nosuch",)),
        ("= what", ("kg.toml",)),
    ],
)
def test_a_wrong_kg_toml_is_named(tmp_path: Path, content: str, parts: tuple[str, ...]) -> None:
    (tmp_path / "kg.toml").write_text(content)
    result = run("kg stats", tmp_path)
    assert result.returncode == 2
    one_line(result.stdout, *parts)


def test_a_password_in_the_address_is_refused(tmp_path: Path) -> None:
    result = run("kg stats --from neo4j://me:secret@127.0.0.1:7687", tmp_path)
    assert result.returncode == 2
    assert "secret" not in result.stdout


def test_compressed_standard_input(tmp_path: Path) -> None:
    data = gzip.compress(PAGE.read_bytes())
    command = [sys.executable, "-m", "kg", "build", "-", "--out", str(tmp_path / "b"), "--json"]
    result = subprocess.run(command, input=data, capture_output=True, check=True)
    assert json.loads(result.stdout)["loaded"] == 15


@pytest.mark.neo4j
def test_build_loads_a_server_and_every_reading_command_reads_it(tmp_path: Path, neo4j_server: Server) -> None:
    environment = {"KG_NEO4J_USER": neo4j_server.user, "KG_NEO4J_PASSWORD": neo4j_server.password}
    report = run(f"kg build {PAGE} --store {neo4j_server.uri} --json", tmp_path, **environment)
    assert report.returncode == 0, report.stdout
    loads = json.loads(report.stdout)["loads"]
    assert [load["store"] for load in loads] == ["kg-build/graph.lbug", neo4j_server.uri]
    again = run(f"kg build --store {neo4j_server.uri} --json", tmp_path, **environment)
    server = json.loads(again.stdout)["loads"][1]
    assert (server["created"], server["updated"], server["deleted"]) == (0, 0, 0)
    for command in ("stats --json", "query top-entities --json", "export gexf {}.gexf"):
        outputs = []
        for name, source in (("folder", "kg-build"), ("server", neo4j_server.uri)):
            result = run(f"kg {command.format(name)} --from {source}", tmp_path, **environment)
            assert result.returncode == 0, result.stdout
            outputs.append(result.stdout.replace("server", "folder"))
        assert outputs[0] == outputs[1]
    assert (tmp_path / "folder.gexf").read_bytes() == (tmp_path / "server.gexf").read_bytes()


@pytest.mark.neo4j
def test_a_wrong_password_leaves_the_folder_built(tmp_path: Path, neo4j_server: Server) -> None:
    environment = {"KG_NEO4J_USER": neo4j_server.user, "KG_NEO4J_PASSWORD": "wrong"}
    result = run(f"kg build {PAGE} --store {neo4j_server.uri}", tmp_path, **environment)
    assert result.returncode == 4
    assert result.stdout.strip().splitlines()[-1].startswith("kg: ")
    assert run("kg stats", tmp_path).returncode == 0


@pytest.mark.parametrize("uri", ["notes.txt", "ftp://host", "neo4j://me:secret@host"])
def test_a_store_that_is_no_server_is_refused_before_anything_is_done(tmp_path: Path, uri: str) -> None:
    (tmp_path / "notes.txt").write_text("precious")
    result = run(f"kg build {PAGE} --store {uri}", tmp_path)
    assert result.returncode == 2
    one_line(result.stdout)
    assert "secret" not in result.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    assert (tmp_path / "notes.txt").read_text() == "precious"


def test_nothing_to_build_again_is_told(tmp_path: Path) -> None:
    result = run("kg build --out typo", tmp_path)
    assert result.returncode == 1
    one_line(result.stdout, "typo")
    assert not (tmp_path / "typo").exists()


def test_fresh_without_input_forgets_nothing(built: Path) -> None:
    before = run("kg stats", built).stdout
    result = run("kg build --fresh", built)
    assert result.returncode == 2
    one_line(result.stdout, "INPUT")
    assert run("kg stats", built).stdout == before


def test_extract_of_nothing_readable_is_exit_1(tmp_path: Path) -> None:
    assert run("kg extract nowhere.txt", tmp_path).returncode == 1


def test_odd_answers_are_printed_or_refused_but_never_a_traceback(built: Path) -> None:
    large = run(
        "kg cypher \"RETURN CAST('170141183460469231731687303715884105727' AS INT128) AS x\" --json", built
    )
    assert json.loads(large.stdout) == [{"x": 170141183460469231731687303715884105727}]
    twice = run("kg cypher 'RETURN 1 AS x, 2 AS x' --json", built)
    assert twice.returncode == 2
    one_line(twice.stdout, "AS")


def test_a_title_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text(json.dumps({"title": "A\x1b[31mRED", "abstract": ""}) + "\n")
    run("kg build p.jsonl", tmp_path)
    result = run("kg cypher 'MATCH (p:Paper) RETURN p.title AS title'", tmp_path)
    assert "\x1b" not in result.stdout
    assert "\\x1b[31mRED" in result.stdout


def test_a_wrong_environment_is_one_line(tmp_path: Path) -> None:
    result = run("kg stats", tmp_path, KG_STORES="abc")
    assert result.returncode == 2
    one_line(result.stdout, "KG_STORES")


def test_a_reader_that_has_enough_is_no_error(built: Path) -> None:
    command = f"{sys.executable} -m kg extract {SAMPLE} | head -n 1; echo ${{PIPESTATUS[0]}}"
    result = subprocess.run(["bash", "-c", command], cwd=built, capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "0"
    assert "Traceback" not in result.stderr


def test_ctrl_c_says_how_to_go_on(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "kg", "build", str(SAMPLE)], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / "kg-build" / "records.sqlite").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.strip().splitlines() == ["kg: stopped; run the same command again to finish"]
