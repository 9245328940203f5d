"""Annotated papers: JSON lines as the annotation guidelines define them."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kg.errors import DataError, InputError
from kg.model import Kind


class GoldMention(BaseModel):
    """A span of `title + newline + abstract`, and which of the paper's entities it names."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    type: Kind
    entity: int


class GoldEntity(BaseModel):
    """A thing the paper names, with all surface forms and the strongest relation."""

    name: str
    type: Kind
    surfaces: list[str]
    relation: str


class GoldRepo(BaseModel):
    """A link, made whole and clean."""

    url: str
    relation: str = ""


class GoldRecord(BaseModel):
    """One annotated paper. Unknown fields are left out."""

    model_config = ConfigDict(extra="ignore")

    id: str
    title: str
    abstract: str
    mentions: list[GoldMention]
    entities: list[GoldEntity]
    repos: list[GoldRepo]
    results: list[dict[str, Any]] = Field(default_factory=list)


def read_gold(path: Path) -> list[dict[str, Any]]:
    """The annotated papers of a file, as plain rows. Raises InputError for a file that cannot be read, DataError
    with the line for one that is no annotated paper."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise InputError(
            f"{path}: {error.strerror}: name a file of annotated papers, one JSON object a line"
        ) from None
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            rows.append(GoldRecord.model_validate_json(line).model_dump())
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "line"
            raise DataError(
                f"{path}, line {number}: {where}: {first['msg'].lower()}; an annotated paper has id, title, "
                "abstract, mentions, entities and repos"
            ) from None
    if not rows:
        raise InputError(f"{path} holds no annotated paper")
    return rows
