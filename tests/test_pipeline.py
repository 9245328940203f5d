"""The whole chain on small inputs: sums that add up, the same bytes in any order, nothing lost by a kill."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kg import reading
from kg.errors import InputError
from kg.pipeline import BuildReport, build
from kg.settings import Settings, load

SAMPLE = Path(__file__).resolve().parent.parent / "examples" / "sample"


def settings(source: Path) -> Settings:
    return load(source=str(source))


def run(folder: Path, *inputs: Path | str, fresh: bool = False) -> BuildReport:
    report = build([str(path) for path in inputs], out=folder, fresh=fresh, settings=settings(folder))
    assert report.read == report.loaded + report.merged + report.rejected
    assert report.total["read"] == sum(report.total[key] for key in ("loaded", "merged", "rejected"))
    assert report.total["loaded"] == report.statistics.papers
    return report


def graph_bytes(folder: Path) -> dict[str, bytes]:
    """Every table but the redirects, which are history."""
    return {p.name: p.read_bytes() for p in (folder / "graph").iterdir() if p.name != "redirects.parquet"}


def write(path: Path, *papers: dict[str, str]) -> Path:
    path.write_text("".join(json.dumps(paper) + "\n" for paper in papers), encoding="utf-8")
    return path


TITLES = [
    "ZetaNet: Fast Image Classification",
    "On the Limits of Low-Rank Adaptation",
    "CURE: Careful Unit Rewards",
    "A Study of Group Relative Policy Optimization",
]
ABSTRACTS = [
    "We propose ZetaNet. It reaches 81.2% on ImageNet and beats ResNet-50.",
    "Low-Rank Adaptation (LoRA) is used with Llama-2-7B on GSM8K. Code: https://github.com/example/lora-limits.",
    "We introduce CURE, a method that is evaluated on GSM8K and MATH-500.",
    "Group Relative Policy Optimization (GRPO) is analysed on AIME 2024.",
    "",
]
records = st.fixed_dictionaries(
    {"title": st.sampled_from(TITLES), "abstract": st.sampled_from(ABSTRACTS)},
    optional={
        "id": st.sampled_from(["2405.00001", "2405.00002", "arxiv:2405.00003v2", "doi:10.1000/x", "p7"]),
        "published": st.sampled_from(["2024-05-01", "2024-06-01", "2023"]),
        "url": st.sampled_from(["https://example.org/a", "https://example.org/b"]),
    },
)


@given(st.lists(records, max_size=6), st.lists(records, min_size=1, max_size=6), st.randoms(use_true_random=False))
@hypothesis_settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_in_any_order_and_any_split_the_graph_has_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory,
    first: list[dict[str, str]],
    second: list[dict[str, str]],
    shuffler: random.Random,
) -> None:
    place = tmp_path_factory.mktemp("order")
    whole = [*first, *second]
    shuffler.shuffle(whole)
    a, b = write(place / "a.jsonl", *first), write(place / "b.jsonl", *second)
    together = write(place / "ab.jsonl", *whole)
    run(place / "ba", b)
    if first:
        run(place / "ba", a)
        run(place / "ab", a)
    run(place / "ab", b)
    run(place / "both", together)
    run(place / "listed", *([b, a] if first else [b]))
    expected = graph_bytes(place / "both")
    assert graph_bytes(place / "ab") == expected
    assert graph_bytes(place / "ba") == expected
    assert graph_bytes(place / "listed") == expected


def test_a_build_repeated_changes_nothing_and_reads_the_cache(tmp_path: Path) -> None:
    first = run(tmp_path / "b", SAMPLE)
    before = graph_bytes(tmp_path / "b")
    again = run(tmp_path / "b", SAMPLE)
    assert (again.read, again.loaded, again.merged) == (first.read, first.loaded, first.merged)
    assert first.extracted > 0
    assert again.extracted == again.new == 0
    assert not again.changed
    assert graph_bytes(tmp_path / "b") == before
    assert again.loads[0].created == again.loads[0].updated == again.loads[0].deleted == 0


def test_without_input_the_folder_is_assembled_again(tmp_path: Path) -> None:
    run(tmp_path / "b", SAMPLE)
    before = graph_bytes(tmp_path / "b")
    report = run(tmp_path / "b")
    assert report.read == 0
    assert report.total["loaded"] > 0
    assert graph_bytes(tmp_path / "b") == before


def test_a_judgement_is_honoured_by_the_next_build_and_its_removal_restores_the_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "b"
    data = write(
        tmp_path / "a.jsonl",
        {"title": TITLES[1], "abstract": ABSTRACTS[1]},
        {"title": TITLES[0], "abstract": ABSTRACTS[0]},
    )
    run(folder, data)
    before = graph_bytes(folder)
    (folder / "judgements.jsonl").write_text('{"left":"ZetaNet","right":"ResNet-50","verdict":"same","by":"me"}\n')
    merged = run(folder)
    assert merged.changed
    names = pq.read_table(folder / "graph" / "entities.parquet").to_pylist()
    assert sum({"ZetaNet", "ResNet-50"} <= {row["name"], *row["aliases"]} for row in names) == 1
    assert any(row["old"] for row in pq.read_table(folder / "graph" / "redirects.parquet").to_pylist())
    (folder / "judgements.jsonl").unlink()
    run(folder)
    assert graph_bytes(folder) == before


def test_fresh_starts_from_nothing_but_keeps_judgements(tmp_path: Path) -> None:
    run(tmp_path / "b", SAMPLE)
    (tmp_path / "b" / "judgements.jsonl").write_text("")
    one = write(tmp_path / "one.jsonl", {"title": TITLES[0], "abstract": ABSTRACTS[0]})
    report = run(tmp_path / "b", one, fresh=True)
    assert report.total["loaded"] == 1
    assert (tmp_path / "b" / "judgements.jsonl").exists()


def test_fresh_that_reads_nothing_leaves_what_was_there(tmp_path: Path) -> None:
    run(tmp_path / "b", SAMPLE)
    before = graph_bytes(tmp_path / "b")
    with pytest.raises(InputError):
        run(tmp_path / "b", tmp_path / "missing.txt", fresh=True)
    run(tmp_path / "b")
    assert graph_bytes(tmp_path / "b") == before


def test_fresh_mends_a_damaged_folder(tmp_path: Path) -> None:
    run(tmp_path / "b", SAMPLE)
    expected = graph_bytes(tmp_path / "b")
    for name in (
        "records.sqlite",
        "manifest.json",
        "extractions/cache.sqlite",
        "graph/links.parquet",
        "graph.lbug",
    ):
        (tmp_path / "b" / name).write_bytes(b"damaged" * 999)
    run(tmp_path / "b", SAMPLE, fresh=True)
    assert graph_bytes(tmp_path / "b") == expected


def test_the_later_text_stands_whatever_the_order_of_reading(tmp_path: Path) -> None:
    old = write(
        tmp_path / "old.jsonl",
        {"id": "2405.00001", "title": TITLES[0], "abstract": "Old.", "published": "2024-01-01"},
    )
    new = write(
        tmp_path / "new.jsonl",
        {"id": "2405.00001v2", "title": TITLES[0], "abstract": "New.", "published": "2024-02-01"},
    )
    for name, order in (("on", (old, new)), ("no", (new, old))):
        for path in order:
            run(tmp_path / name, path)
        papers = pq.read_table(tmp_path / name / "graph" / "papers.parquet").to_pylist()
        assert [paper["abstract"] for paper in papers] == ["New."]


def test_evidence_names_what_the_text_holds_at_its_offsets(tmp_path: Path) -> None:
    run(tmp_path / "b", SAMPLE)
    graph = reading.read_graph(settings(tmp_path / "b"))
    texts = {paper.id: paper.text for paper in graph.papers}
    known = {entity.id: {entity.name, *entity.aliases} for entity in graph.entities}
    extracted = [item for item in graph.evidence if item.origin == "extracted" and item.target in known]
    assert len(extracted) > 100
    for item in extracted:
        text = texts[item.source]
        assert text[item.mention_start : item.mention_end] in known[item.target]
        assert item.sentence_start <= item.mention_start < item.mention_end <= item.sentence_end


def test_bad_records_are_kept_aside_and_the_good_beside_them_loaded(tmp_path: Path) -> None:
    path = tmp_path / "mixed.jsonl"
    good = json.dumps({"title": TITLES[0], "abstract": ABSTRACTS[0]})
    path.write_bytes(good.encode() + b'\n{"title": \n{"abstract": "no title"}\n\xff\xfe\n')
    report = run(tmp_path / "b", path, tmp_path / "missing.txt")
    assert (report.read, report.loaded, report.rejected) == (5, 1, 4)
    lines = [json.loads(line) for line in (tmp_path / "b" / "rejects.jsonl").read_text().splitlines()]
    assert {line["where"] for line in lines if line["source"] == str(path)} == {"line 2", "line 3", "line 4"}
    assert all(line["reason"] for line in lines)
    path.write_text(good + "\n")
    mended = run(tmp_path / "b", path)
    assert (mended.rejected, mended.total["rejected"]) == (0, 1)


def test_nothing_readable_is_an_error_and_leaves_no_graph(tmp_path: Path) -> None:
    (tmp_path / "junk.bin").write_bytes(bytes(range(256)) * 10)
    with pytest.raises(InputError, match="nothing could be read"):
        build([str(tmp_path / "junk.bin")], out=tmp_path / "b", settings=settings(tmp_path / "b"))
    assert not (tmp_path / "b" / "graph").exists()


@pytest.mark.parametrize("moment", [0.0, 0.15, 0.4, 0.8, 1.5])
def test_a_kill_at_any_moment_leaves_a_folder_that_the_next_run_finishes(tmp_path: Path, moment: float) -> None:
    expected = tmp_path / "clean"
    run(expected, SAMPLE)
    one = write(tmp_path / "one.jsonl", {"title": TITLES[0], "abstract": ABSTRACTS[0]})
    run(tmp_path / "b", one)
    run(expected, one)
    command = [sys.executable, "-m", "kg", "build", str(SAMPLE), "--out", str(tmp_path / "b")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    deadline = time.monotonic() + 60
    while (tmp_path / "b" / "records.sqlite-journal").exists() is False and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)  # the build holds the folder from here on
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    process.wait()
    table = reading.cypher("MATCH (p:Paper) RETURN count(p)", {}, settings=settings(tmp_path / "b"))
    assert table.rows[0][0] >= 1
    run(tmp_path / "b", SAMPLE)
    assert graph_bytes(tmp_path / "b") == graph_bytes(expected)
