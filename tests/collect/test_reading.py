"""Inputs of every kind, told by their content, and inputs that cannot be read."""

import bz2
import gzip
import hashlib
import io
import json
import lzma
import os
import shutil
import socket
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.collect import Item, Reading, read
from kg.model import Record, Reject

SAMPLE = Path(__file__).parents[2] / "examples" / "sample"
FILES = {
    "hf-daily-page": "daily-papers-compact.txt",
    "hf-daily-api": "daily-papers-api.json",
    "jsonl": "papers.jsonl",
}
COUNTS = {"hf-daily-page": 15, "hf-daily-api": 5, "jsonl": 3}


def body(reader: str) -> bytes:
    return (SAMPLE / FILES[reader]).read_bytes()


def tar(members: dict[str, bytes], mode: str = "") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=f"w:{mode}") as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def zstd(data: bytes) -> bytes:
    zstandard = pytest.importorskip("zstandard")
    compressed = zstandard.ZstdCompressor().compress(data)
    assert isinstance(compressed, bytes)
    return compressed


PACK: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda data: data,
    "gz": gzip.compress,
    "xz": lzma.compress,
    "bz2": bz2.compress,
    "zst": zstd,
    "two gz after each other": lambda data: gzip.compress(data[:100]) + gzip.compress(data[100:]),
    "two zst after each other": lambda data: zstd(data[:100]) + zstd(data[100:]),
    "tar": lambda data: tar({"inner/x.bin": data}),
    "tar.gz": lambda data: tar({"x": data}, "gz"),
    "tar.xz": lambda data: tar({"x": data}, "xz"),
    "gz in tar.gz": lambda data: tar({"x": gzip.compress(data)}, "gz"),
}


def collect(reading: Reading) -> tuple[list[Record], list[Reject]]:
    outcomes = [item.outcome for item in reading]
    return [each for each in outcomes if isinstance(each, Record)], [
        each for each in outcomes if isinstance(each, Reject)
    ]


def only_reject(path: Path) -> Reject:
    reading = read([path])
    records, rejects = collect(reading)
    assert (len(records), len(rejects)) == (0, 1)
    assert rejects[0].where == "-"
    assert [(each.failed, each.rejects) for each in reading.inputs] == [(True, 1)]
    assert "\n" not in rejects[0].reason
    return rejects[0]


@pytest.mark.parametrize("packing", PACK)
@pytest.mark.parametrize("reader", FILES)
@pytest.mark.parametrize("name", ["x.json", "x.tar.gz", "x"])
def test_content_decides_and_names_do_not(tmp_path: Path, reader: str, packing: str, name: str) -> None:
    data = PACK[packing](body(reader))
    path = tmp_path / name
    path.write_bytes(data)
    reading = read([str(path)])
    records, rejects = collect(reading)
    assert (len(records), rejects) == (COUNTS[reader], [])
    assert {record.source for record in records} == {reader}
    assert records == collect(read([SAMPLE / FILES[reader]]))[0]
    (entry,) = reading.inputs
    assert (entry.name, entry.reader, entry.records, entry.rejects) == (str(path), reader, COUNTS[reader], 0)
    assert entry.sha256 == hashlib.sha256(data).hexdigest()
    assert not entry.failed


def test_an_archive_with_several_formats_and_a_file_of_none(tmp_path: Path) -> None:
    path = tmp_path / "all.tar"
    members = {name: (SAMPLE / name).read_bytes() for name in FILES.values()}
    path.write_bytes(tar({**members, "README": b"words", "._x": b"\0\1", ".git/config": b"[x]"}))
    reading = read([path])
    items = list(reading)
    assert {item.input_name for item in items} == {f"{path}!{name}" for name in [*members, "README"]}
    assert [item.outcome.source for item in items if isinstance(item.outcome, Reject)] == [f"{path}!README"]
    (entry,) = reading.inputs
    assert (entry.reader, entry.records, entry.rejects) == ("hf-daily-api, hf-daily-page, jsonl", 23, 1)


def test_folders_patterns_and_a_file_named_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / ".hidden").mkdir()
    for place in ("b/2.txt", "b/c/1.txt", "a.txt", ".hidden/x", "b/.DS_Store"):
        shutil.copy(SAMPLE / FILES["jsonl"], tmp_path / place)
    monkeypatch.chdir(tmp_path)

    def names(*inputs: str) -> list[str]:
        told: list[str] = []
        reading = read(inputs, on_input=told.append)
        assert all(isinstance(item.outcome, Record) for item in reading)
        assert told == [each.name for each in reading.inputs]
        return told

    assert names(".") == ["a.txt", "b/2.txt", "b/c/1.txt"]
    assert names("b", "a.txt") == ["b/2.txt", "b/c/1.txt", "a.txt"]
    assert names("*.txt") == ["a.txt"]
    assert names("**/*.txt") == ["a.txt", "b/2.txt", "b/c/1.txt"]
    assert names("b/[0-9].txt", "b", "a.txt", "a.txt") == ["b/2.txt", "b/c/1.txt", "a.txt"]
    (tmp_path / "[x].txt").write_bytes(body("jsonl"))
    assert names("[x].txt") == ["[x].txt"]


@pytest.mark.parametrize("packing", ["plain", "gz", "tar.xz"])
def test_standard_input(packing: str) -> None:
    script = (
        "from kg.collect import read\nr = read(['-'])\nitems = list(r)\n"
        "print(len(items), items[0].input_name.partition('!')[0], r.inputs[0].sha256)"
    )
    data = PACK[packing](body("hf-daily-page"))
    done = subprocess.run([sys.executable, "-c", script], input=data, capture_output=True, check=True)
    assert done.stdout.decode().split() == ["15", "-", hashlib.sha256(data).hexdigest()]


def test_a_pipe_with_a_name(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cp", str(SAMPLE / FILES["jsonl"]), str(pipe)]):
        assert len(list(read([pipe]))) == 3


# --- what cannot be read --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b" \n\n", "it is empty"),
        (bytes(range(256)) * 40, "it is binary data of no known format"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(200), "it is binary data of no known format"),
        (b"%PDF-1.7\n%\xe2\xe3\n", "it is a PDF"),
        (b"<?xml version='1.0'?><feed></feed>", "it is HTML or XML"),
        ("a title".encode("utf-16"), "it is UTF-16: save it as UTF-8"),
        (b"just words", "it is of no known format (known: hf-daily-api, jsonl, hf-daily-page)"),
        (gzip.compress(b""), "it is empty"),
        (gzip.compress(b"words")[:12], "the compressed data ends early: fetch or copy the file again"),
        (b"\x1f\x8b" + b"junk" * 20, "the compressed data is damaged"),
        (b"\xfd7zXZ\0" + b"junk" * 20, "the compressed data is damaged"),
        (b"BZh9" + b"junk" * 20, "the compressed data is damaged"),
        (b"\x28\xb5\x2f\xfd" + b"junk" * 20, "the compressed data is damaged"),
        (tar({}), "it is binary data"),
        (tar({".x": b"1"}), "the archive holds no files"),
        (tar({"x": b""}), "it is empty"),
    ],
)
def test_one_clear_line(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_bytes(data)
    assert only_reject(path).reason.startswith(reason)


def test_archives_inside_each_other_have_an_end(tmp_path: Path) -> None:
    data = b"words"
    for _ in range(8):
        data = gzip.compress(data)
    (tmp_path / "x").write_bytes(data)
    assert "archives inside each other" in only_reject(tmp_path / "x").reason


def test_inputs_that_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert only_reject(tmp_path / "none.txt").reason == "no such file or folder: check the path"
    assert only_reject(tmp_path / "*.txt").reason == "no file matches the pattern"
    assert only_reject(tmp_path / "empty").reason == "the folder holds no files"
    assert only_reject(Path("a\0b")).reason == "no such file or folder: check the path"
    (tmp_path / "dangling").symlink_to(tmp_path / "none.txt")
    assert only_reject(tmp_path / "dangling").reason == "no such file or folder: check the path"


def test_a_file_that_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("x")
        assert only_reject(Path("x")).reason.startswith("it cannot be opened: ")


def test_other_inputs_are_read_all_the_same(tmp_path: Path) -> None:
    good = SAMPLE / FILES["jsonl"]
    reading = read([tmp_path / "none", good, tmp_path / "*.x"])
    items = list(reading)
    assert [(item.where, isinstance(item.outcome, Record)) for item in items] == [
        ("-", False),
        ("line 1", True),
        ("line 2", True),
        ("line 3", True),
        ("-", False),
    ]
    assert [each.failed for each in reading.inputs] == [True, False, True]
    assert items[1] == Item(str(good), "line 1", items[1].outcome)


@pytest.mark.parametrize("reader", FILES)
@pytest.mark.parametrize("packing", ["gz", "xz", "bz2", "zst", "tar.gz"])
def test_a_file_cut_short_gives_what_is_whole_and_one_reject(tmp_path: Path, reader: str, packing: str) -> None:
    whole = collect(read([SAMPLE / FILES[reader]]))[0]
    data = PACK[packing](body(reader))
    for share in (0.3, 0.6, 0.9):
        path = tmp_path / "x"
        path.write_bytes(data[: int(len(data) * share)])
        records, rejects = collect(read([path]))
        assert records == whole[: len(records)]
        assert len(rejects) == 1
        assert "ends early" in rejects[0].reason


@pytest.mark.parametrize("share", [0, 100, 512, 700])
def test_a_tar_cut_short_keeps_its_whole_members(tmp_path: Path, share: int) -> None:
    member = tar({"x.jsonl": body("jsonl")}).rstrip(b"\0")
    member += bytes(-len(member) % 512)
    path = tmp_path / "x.tar"
    path.write_bytes(member * 2 + member[:share])
    records, rejects = collect(read([path]))
    assert len(records) == 6
    assert len(rejects) == 1
    assert "ends early" in rejects[0].reason


def test_one_damaged_member_does_not_stop_the_others(tmp_path: Path) -> None:
    packed = gzip.compress(body("jsonl"))
    path = tmp_path / "x.tar"
    path.write_bytes(tar({"a": packed, "b": packed[:-20], "c": packed}))
    items = list(read([path]))
    good = [item.input_name for item in items if isinstance(item.outcome, Record)]
    assert good.count(f"{path}!a") == good.count(f"{path}!c") == 3
    assert [item.input_name for item in items if isinstance(item.outcome, Reject)] == [f"{path}!b"]


def test_a_long_reject_is_cut(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(json.dumps({"title": "", "abstract": "x" * 50_000}) + "\n")
    _, rejects = collect(read([tmp_path / "x"]))
    assert len(rejects[0].raw) == 10_000


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    Path(os.fsdecode(path)).write_bytes(b"")
    _, rejects = collect(read([tmp_path]))
    rejects[0].model_dump_json()
    assert rejects[0].source.endswith("caf\ufffd.txt")
