"""The JSON Schemas in `schemas/` are fresh, and what `kg extract` writes is what its schema says."""

from pathlib import Path

import orjson
import pytest
from pydantic import BaseModel

from kg import model, schema
from kg.errors import DataError
from kg.extract.pipeline import extract
from kg.extract.record import to_record

SCHEMAS = Path(__file__).parents[1] / "schemas"


def test_the_committed_schemas_are_fresh() -> None:
    assert schema.check(SCHEMAS) == [], "run `kg schema` and commit what it writes"


def test_written_twice_is_the_same_and_fresh(tmp_path: Path) -> None:
    first = {path.name: path.read_bytes() for path in schema.write(tmp_path / "deep" / "schemas")}
    second = {path.name: path.read_bytes() for path in schema.write(tmp_path / "deep" / "schemas")}
    assert first == second
    assert sorted(path.name for path in (tmp_path / "deep" / "schemas").iterdir()) == sorted(first)


def test_what_is_stale_missing_or_left_over_is_named_and_mended(tmp_path: Path) -> None:
    schema.write(tmp_path)
    (tmp_path / "paper.schema.json").write_text("{}")
    (tmp_path / "link.schema.json").unlink()
    (tmp_path / "gone.schema.json").write_text("{}")
    (tmp_path / "README.md").write_text("kept")
    assert schema.check(tmp_path) == ["gone.schema.json", "link.schema.json", "paper.schema.json"]
    schema.write(tmp_path)
    assert schema.check(tmp_path) == []
    assert (tmp_path / "README.md").exists()


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written"):
        schema.write(tmp_path / "file")


def test_every_schema_resolves_its_own_references_and_describes_itself() -> None:
    for name, document in schema.json_schemas().items():
        assert document["$schema"] == schema.DIALECT
        assert document["description"], name
        text = orjson.dumps(document).decode()
        for reference in text.split('"$ref":"')[1:]:
            target = reference.split('"')[0]
            assert target.removeprefix("#/$defs/") in document["$defs"]


def test_every_class_of_the_model_that_a_file_holds_has_a_schema() -> None:
    inner = {"Frozen", "Declared", "Mention", "Claim", "LocalEntity", "RepoMention", "ResultMention", "Resolution"}
    public = {
        name
        for name, value in vars(model).items()
        if isinstance(value, type) and issubclass(value, BaseModel) and value.__module__ == model.__name__
    }
    assert public - inner == {value.__name__ for value in schema.CLASSES.values()} - {"ExtractRecord"}


def test_the_extract_record_is_what_its_class_says() -> None:
    title = "ZetaNet: Fast Image Classification"
    abstract = "We propose ZetaNet, which beats ResNet-50 on ImageNet. Code: https://github.com/example/zetanet."
    (extraction,) = extract([(title, abstract)])
    record = schema.ExtractRecord.model_validate_json(orjson.dumps(to_record("p7", title, abstract, extraction)))
    text = f"{title}\n{abstract}"
    assert record.id == "p7"
    assert record.entities
    assert record.repos
    for mention in record.mentions:
        assert text[mention.start : mention.end] == mention.text
        assert record.entities[mention.entity].type == mention.type
