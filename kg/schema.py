"""JSON Schemas of everything that crosses a file boundary, written to `schemas/` from the model.

The files are generated: `kg schema` writes them, and a test fails where one is stale.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import models_json_schema

from kg.errors import DataError
from kg.model import (
    Confidence,
    Entity,
    Evidence,
    Extraction,
    Graph,
    Judgement,
    Kind,
    Link,
    Paper,
    Record,
    Redirect,
    Reject,
    Repo,
    Result,
)

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SUFFIX = ".schema.json"

Word = Literal["proposes", "uses", "compares_with", "evaluates_on", "addresses", "mentions"]


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ExtractMention(_Line):
    """A span of title, newline and abstract: `text` is exactly what stands from `start` to `end` (characters)."""

    start: int = Field(ge=0)
    end: int = Field(gt=0)
    text: str
    type: Kind
    entity: int = Field(ge=0, description="index into `entities`")


class ExtractEntity(_Line):
    """A thing that the paper names. Its id is local to the paper; its relation is the strongest that holds."""

    id: int = Field(ge=0)
    name: str
    type: Kind
    surfaces: tuple[str, ...]
    relation: Word
    confidence: Confidence


class ExtractRepo(_Line):
    """A link of the text: `url` whole and clean, `surface` as written."""

    url: str
    surface: str
    relation: Literal["releases", "mentions"]


class ExtractResult(_Line):
    """A reported number; what the text does not name is null."""

    benchmark: str | None
    metric: str | None
    value: str
    entity: str | None


class ExtractRecord(_Line):
    """One line of `kg extract`: everything found in one paper, under the id that the input gave it."""

    id: str
    title: str
    abstract: str
    mentions: tuple[ExtractMention, ...]
    entities: tuple[ExtractEntity, ...]
    repos: tuple[ExtractRepo, ...]
    results: tuple[ExtractResult, ...]


CLASSES: Mapping[str, type[BaseModel]] = {
    "entity": Entity,
    "evidence": Evidence,
    "extract": ExtractRecord,
    "extraction": Extraction,
    "graph": Graph,
    "judgement": Judgement,
    "link": Link,
    "paper": Paper,
    "record": Record,
    "redirect": Redirect,
    "reject": Reject,
    "repo": Repo,
    "result": Result,
}


def json_schemas() -> dict[str, dict[str, Any]]:
    """One JSON Schema (2020-12) for each name in `CLASSES`: what a file must hold to be read."""
    schemas = {}
    for name, model in CLASSES.items():
        _, document = models_json_schema([(model, "validation")], ref_template="#/$defs/{model}")
        definitions = document["$defs"]
        top = definitions.pop(model.__name__)
        schemas[name] = {
            "$schema": DIALECT,
            "$id": f"kg:{name}",
            **top,
            **({"$defs": definitions} if definitions else {}),
        }
    return schemas


def files() -> dict[str, bytes]:
    """File name → content of every schema, keys sorted, so that equal models give equal bytes."""
    option = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return {f"{name}{SUFFIX}": orjson.dumps(schema, option=option) for name, schema in json_schemas().items()}


def write(folder: Path) -> list[Path]:
    """Writes every schema to `folder`, made where absent, and takes away those of classes that are gone.

    Returns the paths that stand there now. Raises DataError where they cannot be written.
    """
    fresh = files()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in fresh.items():
            temporary = folder / f".{name}.{os.getpid()}.tmp"
            try:
                temporary.write_bytes(content)
                temporary.replace(folder / name)
            finally:
                temporary.unlink(missing_ok=True)
        for path in folder.glob(f"*{SUFFIX}"):
            if path.name not in fresh:
                path.unlink()
    except OSError as error:
        raise DataError(f"the schemas cannot be written to {folder}: {error.strerror or error}") from None
    return [folder / name for name in sorted(fresh)]


def check(folder: Path) -> list[str]:
    """The names of files in `folder` that are not what `write` would leave: stale, missing or left over."""
    fresh = files()
    found = {path.name: path.read_bytes() for path in folder.glob(f"*{SUFFIX}")}
    return sorted(name for name in {*fresh, *found} if fresh.get(name) != found.get(name))
