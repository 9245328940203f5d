"""The build folder keeps what it was given, whatever the order, and says clearly what is wrong with it."""

from pathlib import Path

import pytest

from kg.errors import DataError, StoreBusy
from kg.folder import BuildFolder, Manifest, wipe
from kg.model import Extraction, Record, Reject


def record(title: str) -> Record:
    return Record(title=title, abstract="An abstract.", source="test")


def test_records_are_kept_once_and_sorted_with_every_place_they_were_read(tmp_path: Path) -> None:
    with BuildFolder(tmp_path / "b", write=True) as folder:
        for place, title in enumerate(["One", "Two", "One"]):
            folder.add("a.jsonl", f"line {place}", record(title))
        folder.commit_records()
    with BuildFolder(tmp_path / "b", write=True) as folder:
        folder.add("a.jsonl", "line 0", record("One"))
        assert sorted(r.title for _, r in folder.records()) == ["One", "Two"]
        assert len(folder.places()) == 3
        assert [sha for sha, _ in folder.records()] == sorted(sha for sha, _ in folder.records())


def test_what_was_not_committed_is_not_there(tmp_path: Path) -> None:
    with BuildFolder(tmp_path / "b", write=True) as folder:
        folder.add("a.jsonl", "line 1", record("One"))
    with BuildFolder(tmp_path / "b", write=True) as folder:
        assert list(folder.records()) == []


def test_only_one_build_at_a_time(tmp_path: Path) -> None:
    with BuildFolder(tmp_path / "b", write=True), pytest.raises(StoreBusy, match="another `kg build`"):
        BuildFolder(tmp_path / "b", write=True)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(DataError, match="is no build folder"):
        BuildFolder(tmp_path, write=True)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_reading_where_nothing_was_built(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="run `kg build"):
        BuildFolder(tmp_path)


def test_the_cache_is_keyed_by_text_and_version_and_a_damaged_one_is_started_anew(tmp_path: Path) -> None:
    with BuildFolder(tmp_path / "b", write=True) as folder:
        cache = folder.extractions("v1")
        cache.put([Extraction(text_sha256="aa"), Extraction(text_sha256="bb")])
        assert cache.get("aa") == Extraction(text_sha256="aa")
        assert folder.extractions("v2").get("aa") is None
        cache.prune(["bb"])
        assert cache.get("aa") is None
    (tmp_path / "b" / "extractions" / "cache.sqlite").write_bytes(b"no database, only some bytes" * 99)
    with BuildFolder(tmp_path / "b", write=True) as folder:
        assert folder.extractions("v1").get("bb") is None


def test_rejects_of_an_input_read_again_are_replaced_and_those_of_others_kept(tmp_path: Path) -> None:
    with BuildFolder(tmp_path / "b", write=True) as folder:
        rejects = [Reject(source=name, where="line 1", reason="bad") for name in ("a", "b")]
        assert folder.write_rejects(rejects, inputs=["a", "b"]) == 2
        assert folder.write_rejects([], inputs=["a"]) == 1
        assert b'"b"' in folder.rejects.read_bytes()


@pytest.mark.parametrize(
    ("line", "message"),
    [("{", "line 2"), ('{"left":"a","right":"b","verdict":"maybe","by":"me"}', "line 2: verdict")],
)
def test_a_judgement_that_is_wrong_is_named_by_its_line(tmp_path: Path, line: str, message: str) -> None:
    with BuildFolder(tmp_path / "b", write=True) as folder:
        folder.judgements.write_text(f'{{"left":"a","right":"b","verdict":"same","by":"me"}}\n{line}\n')
        with pytest.raises(DataError, match=message):
            folder.read_judgements()


def test_wiping_leaves_judgements_and_what_is_not_ours_and_works_on_a_damaged_folder(tmp_path: Path) -> None:
    with BuildFolder(tmp_path / "b", write=True) as folder:
        folder.write_manifest(Manifest(schema_version=999))
    for name in ("judgements.jsonl", "notes.txt", "records.sqlite"):
        (tmp_path / "b" / name).write_text("some bytes that are no database" * 50)
    wipe(tmp_path / "b")
    assert {path.name for path in (tmp_path / "b").iterdir()} == {"judgements.jsonl", "notes.txt"}
    BuildFolder(tmp_path / "b", write=True).close()


def test_wiping_refuses_a_folder_of_something_else_or_in_use(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(DataError, match="no build folder"):
        wipe(tmp_path)
    with BuildFolder(tmp_path / "b", write=True), pytest.raises(StoreBusy):
        wipe(tmp_path / "b")
    wipe(tmp_path / "nowhere")


def test_another_schema_version_says_what_to_do(tmp_path: Path) -> None:
    with BuildFolder(tmp_path / "b", write=True) as folder:
        folder.write_manifest(Manifest(schema_version=999))
    with pytest.raises(DataError, match="--fresh"):
        BuildFolder(tmp_path / "b")
