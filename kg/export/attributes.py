"""Attributes as XML formats hold them: one typed text each, with lists as JSON.

Invariant: `decode(name, encode(name, value)) == value` for every attribute in `NODE` and `EDGE` and any text, also
one with characters that XML 1.0 cannot hold. Those are written `_xHHHH_`, as spreadsheets do, and a text that
happens to look like that has its first `_` written `_x005F_`. None is an attribute that is absent.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal
from xml.sax.saxutils import escape

import orjson

Type = Literal["string", "int", "double", "boolean", "json"]

NODE: Mapping[str, Type] = {
    "type": "string",
    "name": "string",
    "kind": "string",
    "title": "string",
    "abstract": "string",
    "published": "string",
    "year": "int",
    "ids": "json",
    "authors": "json",
    "urls": "json",
    "sources": "json",
    "text_sha256": "string",
    "declared": "json",
    "aliases": "json",
    "first_published": "string",
    "papers": "int",
    "confidence": "double",
    "generic": "boolean",
    "url": "string",
    "host": "string",
    "owner": "string",
    "value": "double",
    "unit": "string",
    "raw": "string",
    "direction": "string",
}
EDGE: Mapping[str, Type] = {
    "kind": "string",
    "strongest": "boolean",
    "confidence": "double",
    "origin": "string",
    "evidence": "json",
}

_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-F]{4})")
_ESCAPED = re.compile(r"_x([0-9A-F]{4})_")


def encode(attributes: Mapping[str, Any], types: Mapping[str, Type]) -> Iterator[tuple[str, str]]:
    """(name, text) of every attribute in `types` that is there and not None, in the order of `types`."""
    for name, type_ in types.items():
        value = attributes.get(name)
        if value is not None:
            yield name, _encoded(value, type_)


def decode(pairs: Iterable[tuple[str, str]], types: Mapping[str, Type]) -> dict[str, Any]:
    """The attributes behind (name, text) pairs; names that are not in `types` are left out.

    Raises ValueError where a text is not of its type.
    """
    return {name: _decoded(text, types[name]) for name, text in pairs if name in types}


def as_text(value: str) -> str:
    """A string as the content of an XML element."""
    return escape(_safe(value), {"\r": "&#13;"})


def as_attribute(value: str) -> str:
    """A string as the value of an XML attribute, with its double quotes."""
    return f'"{escape(_safe(value), {chr(34): "&quot;", chr(9): "&#9;", chr(10): "&#10;", chr(13): "&#13;"})}"'


def original(text: str) -> str:
    """The string behind what an XML parser hands over."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _safe(value: str) -> str:
    return _UNSAFE.sub(lambda match: f"_x{ord(match[0]):04X}_", value)


def _encoded(value: Any, type_: Type) -> str:
    if type_ == "json":
        return orjson.dumps(value).decode()
    if type_ == "boolean":
        return "true" if value else "false"
    return repr(float(value)) if type_ == "double" else str(value)


def _decoded(text: str, type_: Type) -> Any:
    match type_:
        case "string":
            return original(text)
        case "json":
            return orjson.loads(original(text))
        case "boolean":
            return {"true": True, "false": False}[text.strip().lower()]
        case "int":
            return int(text)
        case "double":
            return float(text)
