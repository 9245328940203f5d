"""What a saved page holds beside papers (`furniture.toml`)."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kg.errors import DataError
from kg.text import stored

_FILE = Path(__file__).with_name("furniture.toml")


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=1)
    telling: bool = False
    texts: list[str] = Field(min_length=1)


class _Lists(BaseModel):
    model_config = ConfigDict(extra="forbid")
    lines: list[_Entry]
    patterns: list[_Entry]
    glued: list[_Entry]


class Furniture(NamedTuple):
    """The lists, compiled."""

    lines: frozenset[str]
    telling: frozenset[str]
    patterns: re.Pattern[str]
    glued: re.Pattern[str]

    def holds(self, line: str) -> bool:
        """Whether a line (without blanks around it) is furniture as a whole."""
        line = stored(line)
        return line.casefold() in self.lines or self.patterns.fullmatch(line) is not None

    def tells(self, line: str) -> bool:
        """Whether a line is found on pages of this kind alone."""
        return stored(line).casefold() in self.telling

    def unglue(self, line: str) -> str:
        """The line without furniture that runs into it."""
        return self.glued.sub("", line, count=1)


@cache
def furniture() -> Furniture:
    """The furniture of Daily Papers pages. Raises DataError where its file is wrong."""
    try:
        lists = _Lists.model_validate(tomllib.loads(_FILE.read_text("utf-8")))
        return Furniture(
            lines=frozenset(text.casefold() for entry in lists.lines for text in entry.texts),
            telling=frozenset(text.casefold() for entry in lists.lines if entry.telling for text in entry.texts),
            patterns=re.compile(_any(lists.patterns), re.IGNORECASE),
            glued=re.compile(rf"\A(?:{_any(lists.glued)})"),
        )
    except (OSError, tomllib.TOMLDecodeError, ValidationError, re.error) as error:
        raise DataError(f"{_FILE.name} of kg.collect cannot be used: {error}") from None


def _any(entries: list[_Entry]) -> str:
    return "|".join(f"(?:{text})" for entry in entries for text in entry.texts)
