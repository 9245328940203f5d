"""The lexicon: look-up by any spelling, protected numbers, homonyms, sound data files."""

from pathlib import Path

import pytest

from kg.errors import DataError
from kg.lexicon.load import FOLDER, entries_of, key, load, read, rows, singular, version, words
from kg.text import slug


def test_an_entry_is_found_by_name_and_alias_in_any_spelling() -> None:
    lexicon = load()
    entry = lexicon.lookup("Low-Rank Adaptation")
    assert entry is not None
    assert entry.kind == "Method"
    assert lexicon.lookup("LoRA") == lexicon.lookup("low rank adaptation") == entry
    assert lexicon.by_id(entry.id) == entry


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CIFAR-10", "CIFAR-100"),
        ("GPT-4", "GPT-4o"),
        ("GPT-4.1", "GPT-4"),
        ("Qwen2", "Qwen2.5"),
        ("MATH", "MATH-500"),
        ("HumanEval", "HumanEval+"),
        ("Llama 2", "Llama 3"),
        ("AIME 2024", "AIME 2025"),
    ],
)
def test_numbers_and_versions_keep_names_apart(one: str, other: str) -> None:
    lexicon = load()
    left, right = lexicon.lookup(one), lexicon.lookup(other)
    assert left is not None
    assert right is not None
    assert left.id != right.id


@pytest.mark.parametrize("name", ["CIFAR-10", "CIFAR10", "cifar 10"])
def test_hyphens_blanks_and_case_do_not_matter(name: str) -> None:
    entry = load().lookup(name)
    assert entry is not None
    assert entry.name == "CIFAR-10"


def test_an_ambiguous_acronym_has_candidates_and_no_answer() -> None:
    lexicon = load()
    names = {entry.name for entry in lexicon.candidates("SAM")}
    assert {"Segment Anything Model", "sharpness-aware minimization"} <= names
    assert lexicon.lookup("SAM") is None
    assert lexicon.lookup("sharpness-aware minimization") is not None


def test_plain_words_are_not_taken_for_names() -> None:
    lexicon = load()
    assert lexicon.lookup("Gemini") is not None
    assert lexicon.lookup("gemini") is None
    assert lexicon.lookup("quite unknown thing") is None


def test_plurals_meet_and_short_words_stay() -> None:
    assert singular(key("large language models")) == singular(key("large language model"))
    assert singular("loss") == "loss"
    assert singular("gas") == "gas"
    assert load().lookup("diffusion models") == load().lookup("diffusion model")


def test_broad_classes_are_generic() -> None:
    lexicon = load()
    for name in ("accuracy", "large language models", "fine-tuning", "reinforcement learning"):
        entry = lexicon.lookup(name)
        assert entry is not None
        assert entry.generic, name


def test_marks_that_belong_to_a_name_count() -> None:
    assert key("C++") != key("C")
    assert key("A*") != key("A")
    assert key("GPT-4.1") != key("GPT-41")


def test_ids_are_unique_slugs_and_every_entry_has_a_source() -> None:
    entries = load().entries
    assert len({entry.id for entry in entries}) == len(entries)
    for entry in entries:
        assert entry.id == slug(entry.name)
        assert entry.source
        assert entry.kind in ("Method", "Model", "Benchmark", "Task", "Metric")


def test_curated_rows_say_why() -> None:
    assert all(row["reason"] and row["source"] == "curated" for row in rows(FOLDER / "curated.tsv"))


def test_measured_names_are_names_of_the_lexicon() -> None:
    known = {singular(key(name)) for entry in read(measured=False) for name in entry.names}
    for file in ("curated", "methods", "models", "benchmarks", "tasks", "metrics"):
        for entry in entries_of(FOLDER / f"{file}.tsv"):
            known.update(singular(key(name)) for name in entry.names)
    assert {singular(key(row["name"])) for row in rows(FOLDER / "measured.tsv")} <= known


def test_cue_heads_are_plain_words() -> None:
    common = words("common_words.txt")
    for row in rows(FOLDER / "heads.tsv"):
        assert row["head"] in common or row["head"] + "s" in common


def test_the_version_is_stable_and_depends_on_the_files(tmp_path: Path) -> None:
    assert version() == load().version
    (tmp_path / "a.tsv").write_text("x\n", encoding="utf-8")
    first = version(tmp_path)
    (tmp_path / "a.tsv").write_text("y\n", encoding="utf-8")
    assert version(tmp_path) != first


def test_the_data_stays_small() -> None:
    size = sum(path.stat().st_size for path in FOLDER.iterdir() if path.suffix in (".tsv", ".txt"))
    assert size < 3_000_000


@pytest.mark.parametrize(
    "line", ["Method\tX", "Thing\tX\t\tsrc\t", "Method\t\t\tsrc\t", "Method\tX\t\tsrc\tnonsense"]
)
def test_an_unsound_file_is_refused_with_its_name(tmp_path: Path, line: str) -> None:
    path = tmp_path / "bad.tsv"
    path.write_text("kind\tname\taliases\tsource\tflags\n" + line + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"bad\.tsv"):
        list(entries_of(path))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"curated\.tsv"):
        read(tmp_path)
