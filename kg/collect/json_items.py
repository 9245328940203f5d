"""The items of a JSON text, whichever way they are strung together: one per line, an array, one object, or a
list wrapped in an object under `data`.

A text that breaks in the middle gives all items before the break, then one reject.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import orjson

from kg.collect import fields
from kg.collect.content import LONGEST_LINE, LONGEST_RAW, Content
from kg.collect.reader import Found
from kg.model import Record, Reject

_BLANKS = " \t\r\n"
_STARTS_JSON = re.compile(rb'\s*(?:\{\s*["}]|\[\s*[\[{"\]])')
_LINES_TRIED = 20
_UNDECODED = re.compile("[\udc80-\udcff]")
_WRAPPED = re.compile(r'\s*\{(?:[^\[\]{}]*,)?\s*"data"\s*:\s*(?=\[)')


class Value(NamedTuple):
    """One item as it was decoded, where it stands, and its text, for a reject (empty where that is the value)."""

    where: str
    value: Any
    raw: str | bytes


def looks_like_json(head: bytes) -> bool:
    """Whether the first bytes start a JSON object or array, or one of the first lines is an object."""
    if _STARTS_JSON.match(head):
        return True
    return any(line.lstrip().startswith(b"{") and _decodes(line) for line in head.splitlines()[:_LINES_TRIED])


def raw_of(value: Value) -> str | bytes:
    """The text of an item, for a reject."""
    return value.raw or json.dumps(value.value, ensure_ascii=True, default=str)


def values(content: Content) -> Iterator[Value | Reject]:
    """The items of the content, then a reject where it breaks."""
    yield from _of_lines(content) if _one_per_line(content.head) else _of_document(content)


def records(content: Content, record: Callable[[object], Record]) -> Iterator[Found]:
    """One record for each value of a content; what `record` finds wrong (`fields.Wrong`) is a reject."""
    for value in values(content):
        if isinstance(value, Reject):
            yield Found(value.where, value)
            continue
        try:
            yield Found(value.where, record(value.value))
        except fields.Wrong as wrong:
            yield Found(value.where, content.reject(value.where, str(wrong), raw_of(value)))


def _one_per_line(head: bytes) -> bool:
    """An object per line, however broken some lines are; a document spans lines, or is an array."""
    filled = (line for line in head.splitlines() if line.strip())
    first, second = next(filled, b"").strip(), next(filled, b"").strip()
    if first.startswith(b"["):
        return second.startswith(b"{") and _decodes(first)
    return not first.startswith(b"{") or second.startswith(b"{") or _decodes(first)


def _decodes(line: bytes) -> bool:
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def _of_lines(content: Content) -> Iterator[Value | Reject]:
    for number, line in content.lines():
        where = f"line {number}"
        if not line.strip():
            continue
        if len(line) > LONGEST_LINE:
            yield content.reject(where, "the line is longer than 64 MiB", line)
            continue
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            yield content.reject(where, _why(line, error), line)
            continue
        if isinstance(value, dict) and isinstance(value.get("data"), list) and "title" not in value:
            yield from (Value(f"{where}, item {place}", each, "") for place, each in enumerate(value["data"], 1))
        else:
            yield Value(where, value, line)
    if content.broken:
        number, tail = content.tail
        yield content.reject(f"line {number}", content.broken, tail)


def _of_document(content: Content) -> Iterator[Value | Reject]:
    body = content.everything()
    if not content.broken:
        try:
            whole = orjson.loads(body)
        except orjson.JSONDecodeError:
            pass
        else:
            if isinstance(whole, dict):
                inner = whole.get("data")
                whole = inner if isinstance(inner, list) and "title" not in whole else [whole]
            yield from (Value(f"item {place}", each, "") for place, each in enumerate(whole, 1))
            return
    yield from _of_broken_document(content, body)


def _of_broken_document(content: Content, body: bytes) -> Iterator[Value | Reject]:
    text = body.decode("utf-8", "surrogateescape")
    wrapped = _WRAPPED.match(text)
    start = _skip(text, wrapped.end() if wrapped else 0, _BLANKS)
    array = text.startswith("[", start)
    start += array
    decode = json.JSONDecoder().raw_decode
    place = 0
    while True:
        start = _skip(text, start, _BLANKS + ",")
        if not content.broken and _ends(text, start, array=array):
            return
        place += 1
        where = f"item {place}"
        try:
            value, end = decode(text, start)
        except (ValueError, RecursionError) as error:
            yield content.reject(where, content.broken or _break(body, text, start, error), _raw(text[start:]))
            return
        item, start = text[start:end], end
        if _UNDECODED.search(item):
            yield content.reject(where, "it holds bytes that are not UTF-8: save the file as UTF-8", _raw(item))
        else:
            yield Value(where, value, _raw(item))


def _skip(text: str, start: int, letters: str) -> int:
    while start < len(text) and text[start] in letters:
        start += 1
    return start


def _ends(text: str, start: int, *, array: bool) -> bool:
    if not array:
        return start == len(text)
    return text.startswith("]", start) and _skip(text, start, _BLANKS + "]}") == len(text)


def _break(body: bytes, text: str, start: int, error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError) and _cut(text, error):
        line = text.count("\n") + 1
        return f"the JSON ends early, in line {line}, byte {len(body)}: fetch or copy the file again"
    at = error.pos if isinstance(error, json.JSONDecodeError) else start
    line = text.count("\n", 0, at) + 1
    told = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deep"
    return f"the JSON breaks in line {line} ({told}); what follows was not read"


def _cut(text: str, error: json.JSONDecodeError) -> bool:
    return "Unterminated string" in error.msg or not text[error.pos :].strip()


def _raw(text: str) -> bytes:
    return text[: 2 * LONGEST_RAW].encode("utf-8", "surrogateescape")


def _why(line: bytes, error: orjson.JSONDecodeError) -> str:
    try:
        line.decode()
    except UnicodeDecodeError as wrong:
        return (
            f"it is not UTF-8 (byte {wrong.start + 1} of the line is 0x{line[wrong.start]:02x}): save it as UTF-8"
        )
    if b"\0" in line:
        return "it holds a NUL byte"
    told = error.msg.partition(": line ")[0]
    return f"it is no JSON ({told}, at character {error.pos + 1})"
