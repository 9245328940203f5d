"""Checks on the values of one record, as readers of structured formats need them.

Each raises `Wrong`, whose message becomes the reason of the reject.
"""

import re
from collections.abc import Mapping
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Any

from kg.text import stored

_DATE = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?(?:[T ].*)?", re.ASCII | re.DOTALL)


class Wrong(ValueError):
    """A value of a record is not what it should be; the message says which and how."""


def text(item: Mapping[str, Any], *names: str) -> str:
    """The first of the fields that is there and not null, as it stands; empty where none is."""
    for name in names:
        value = item.get(name)
        if value is None:
            continue
        if not isinstance(value, str):
            raise Wrong(f"{name} is {_kind(value)}, not a text")
        _sound(name, value)
        if value.strip():
            return value
    return ""


def title(item: Mapping[str, Any]) -> str:
    """The title as stored; a paper without one is none."""
    found = stored(text(item, "title"))
    if not found:
        raise Wrong("it has no title" if item.get("title") is None else "its title is empty")
    return found


def identifier(item: Mapping[str, Any], name: str) -> str:
    """A field that holds an id: a text or a whole number."""
    value = item.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return text(item, name)


def texts(item: Mapping[str, Any], name: str) -> list[str]:
    """A field that holds one text or a list of texts."""
    value = item.get(name)
    if value is None:
        return []
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        raise Wrong(f"{name} is {_kind(value)}, not a text or a list of texts")
    return [found for each in value if (found := text({name: each}, name).strip())]


def people(item: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Names of people: a list of texts or of objects with `name`, or one text ("A. One, B. Two and C. Six")."""
    value = item.get(name)
    if isinstance(value, str):
        _sound(name, value)
        value = re.split(r",\s+(?:and\s+)?|\s+and\s+|;\s*", stored(value))
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Wrong(f"{name} is {_kind(value)}, not a list of names")
    found = (text(each, "name") if isinstance(each, Mapping) else text({name: each}, name) for each in value)
    return tuple(name for each in found if (name := stored(each)))


def day(item: Mapping[str, Any], *names: str) -> str:
    """A date as "2025", "2025-03" or "2025-03-01", from the first of the fields that is there."""
    for name in names:
        value = item.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is not None and not isinstance(value, str):
            raise Wrong(f"{name} is {_kind(value)}, not a date")
        if value and value.strip():
            return _day(name, value.strip())
    return ""


def _day(name: str, value: str) -> str:
    if found := _DATE.fullmatch(value):
        year, month, of_month = found.groups()
        parts = [year, *(part.zfill(2) for part in (month, of_month) if part)]
        try:
            date(int(year), int(month or 1), int(of_month or 1))
        except ValueError:
            raise Wrong(f"{name} is no date of the calendar: {value[:40]!r}") from None
        return "-".join(parts)
    try:
        return parsedate_to_datetime(value).date().isoformat()
    except (ValueError, IndexError, TypeError, OverflowError):
        raise Wrong(f"{name} is {value[:40]!r}, not a date: write it as 2025-03-01") from None


def _sound(name: str, value: str) -> None:
    if "\0" in value:
        raise Wrong(f"{name} holds a NUL character")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Wrong(f"{name} holds half of a surrogate pair, which is no character") from None


def _kind(value: object) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), f"a {type(value).__name__}")
