"""A Daily Papers page of Hugging Face, saved as plain text.

Titles and abstracts alternate, with or without blank lines between them; furniture (`furniture.toml`) stands
anywhere. A line is taken as title or abstract by its shape, and the whole page is read as the cheapest sequence of
title–abstract pairs and strays. So a missing title or abstract costs that paper alone, and the pairs beside
it stay right.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from kg.collect.content import Content, is_binary
from kg.collect.furniture import furniture
from kg.collect.reader import Found
from kg.model import Record
from kg.text import stored

NAME = "hf-daily-page"

_SURE_ABSTRACT = 250  # characters: titles are shorter; abstracts are longer but for 1 in 10,000
_WRAPPED_AT = 120  # a longer line was not wrapped by an editor
_ENDS = re.compile(r"[.!?…:;][\"'”’)\]}$]*$")
_URL = re.compile(r"https?://|www\.|\bgithub\.com/|\bhuggingface\.co/", re.IGNORECASE)
_ITEM = re.compile(r"[-–•*·] |\(?(?:[0-9]{1,2}|[ivx]{1,4})[.)] ")
_URL_REACH = 120  # an abstract that ends in an address ends without a full stop
_LINE_END = re.compile(rb"\r\n|\n|\r")
_MARKUP = re.compile(
    r"""#|```|~~~|\||[-*>+] |"{3}|@|[{}]|//|/\*|\\\w+\{|(?:def|class|import|from|return|if|for) .*[:(\w]$"""
)
_SAMPLE = 40  # paragraphs of the head that `sniff` weighs

Role = Literal["title", "abstract", "more", "lone title", "stray"]
_STRAY = 3.0  # cost of a line that belongs to no paper
_MORE = 0.5  # cost of an abstract that goes on in another paragraph
# What may stand before what; "" is the start of the page.
_BEFORE: dict[Role, tuple[Role | Literal[""], ...]] = {
    "title": ("", "abstract", "more", "lone title", "stray"),
    "abstract": ("title",),
    "more": ("abstract", "more"),
    "lone title": ("", "abstract", "more", "lone title", "stray"),
    "stray": ("", "abstract", "more", "lone title", "stray"),
}


@dataclass(slots=True)
class Paragraph:
    """One paragraph of the page: the line it starts at, its text, and whether its bytes were UTF-8."""

    line: int
    text: str
    sound: bool = True


def sniff(head: bytes) -> bool:
    """Text with furniture of such a page, or text in which titles and long abstracts alternate."""
    if is_binary(head) or head.lstrip()[:1] in (b"<", b"%"):
        return False
    lines = list(enumerate(_LINE_END.split(head), 1))
    sample = _paragraphs(lines)[:_SAMPLE]
    if any(furniture().tells(_text(line)[0]) for _, line in lines):
        return bool(sample)
    roles = _roles(sample)
    pairs = sum(
        role == "abstract" and len(it.text) >= _SURE_ABSTRACT for role, it in zip(roles, sample, strict=True)
    )
    marked_up = sum(_MARKUP.match(it.text) is not None for it in sample)
    return 2 * pairs >= 0.6 * len(sample) > 0 and marked_up <= 0.1 * len(sample)


def read(content: Content) -> Iterator[Found]:
    """One record per title with an abstract, one reject per stray paragraph."""
    lines = [
        (number, part)
        for number, line in content.lines()
        for part in line.split(b"\r")  # old Macs ended lines so
    ]
    paragraphs = _paragraphs(lines)
    roles = _roles(paragraphs)
    if content.broken and roles and roles[-1] == "lone title":
        paragraphs.pop()  # its abstract is what the break took
    index = 0
    while index < len(paragraphs):
        first, role = paragraphs[index], roles[index]
        index += 1
        where = f"line {first.line}"
        if role == "lone title":
            reason = "a title without an abstract"
            yield Found(where, content.reject(where, reason, first.text))
            continue
        if role == "stray":
            reason = "a paragraph without a title before it"
            yield Found(where, content.reject(where, reason, first.text))
            continue
        body = []
        while index < len(paragraphs) and roles[index] in ("abstract", "more"):
            body.append(paragraphs[index])
            index += 1
        yield _paper(content, first, body)
    if content.broken:
        number, tail = content.tail
        where = f"line {number}"
        yield Found(where, content.reject(where, content.broken, tail))


def _paper(content: Content, title: Paragraph, body: Sequence[Paragraph]) -> Found:
    where = f"line {title.line}"
    whole = "\n".join(part.text for part in (title, *body))
    for part in (title, *body):
        if not part.sound:
            reason = f"line {part.line} holds bytes that are not UTF-8: save the page as UTF-8"
            return Found(where, content.reject(where, reason, whole))
        if "\0" in part.text:
            return Found(where, content.reject(where, f"line {part.line} holds a NUL character", whole))
    return Found(
        where,
        Record.model_construct(
            title=stored(title.text), abstract=stored(" ".join(part.text for part in body)), source=NAME
        ),
    )


def _text(line: bytes) -> tuple[str, bool]:
    try:
        return line.decode().strip(), True
    except UnicodeDecodeError:
        return line.decode("utf-8", "replace").strip(), False


def _paragraphs(lines: Sequence[tuple[int, bytes]]) -> list[Paragraph]:
    """The paragraphs of the page without furniture; lines that an editor wrapped are joined again."""
    marks = furniture()
    blocks: list[list[Paragraph]] = [[]]
    for number, line in lines:
        text, sound = _text(line)
        if not text:
            blocks.append([])
        elif not marks.holds(text):
            blocks[-1].append(Paragraph(number, marks.unglue(text), sound))
    if any(_is_wrapped(block) for block in blocks):
        return [
            Paragraph(block[0].line, " ".join(part.text for part in block), all(part.sound for part in block))
            for block in blocks
            if block
        ]
    return [paragraph for block in blocks for paragraph in block]


def _is_wrapped(block: Sequence[Paragraph]) -> bool:
    return (
        len(block) > 2
        and max(len(part.text) for part in block) <= _WRAPPED_AT
        and sum(len(part.text) for part in block) > _SURE_ABSTRACT
        and min(len(part.text) for part in block[:-1]) > 30
    )


def _roles(paragraphs: Sequence[Paragraph]) -> list[Role]:
    """The cheapest roles of all paragraphs (Viterbi)."""
    costs: dict[Role | Literal[""], float] = {"": 0.0}
    steps: list[dict[Role, Role | Literal[""]]] = []
    for index, paragraph in enumerate(paragraphs):
        lean = _lean(paragraph.text)
        as_title, as_abstract = max(lean, 0.0), max(-lean, 0.0)
        goes_on = index > 0 and _continues(paragraphs[index - 1].text, paragraph.text)
        own: dict[Role, float] = {
            "title": as_title,
            "abstract": as_abstract,
            "more": _MORE if goes_on else math.inf,
            "lone title": as_title + _STRAY,
            "stray": as_abstract + _STRAY,
        }
        step: dict[Role, Role | Literal[""]] = {}
        now: dict[Role | Literal[""], float] = {}
        for role, cost in own.items():
            before = min(_BEFORE[role], key=lambda each: costs.get(each, math.inf))
            now[role], step[role] = costs.get(before, math.inf) + cost, before
        costs = now
        steps.append(step)
    costs["title"] = math.inf  # a title at the end is a lone one
    roles: list[Role] = []
    last = min(costs, key=costs.__getitem__)
    for step in reversed(steps):
        if last == "":
            break
        roles.append(last)
        last = step[last]
    return roles[::-1]


def _lean(text: str) -> float:
    """How much a paragraph leans to an abstract (positive) or a title (negative), from -4 to 4."""
    length = len(text)
    lean = (length - 210) / 20 if length < 290 else 4.0
    lean = max(-3.0, min(lean, 4.0))
    if re.search(r"\.[\"'”’)\]]*$", text):
        lean += 2.5 if length > 60 else 1.0
    elif length < _SURE_ABSTRACT:
        lean -= 1.0
    if _URL.search(text):
        lean += 2.5
    if len(re.findall(r"[.!?] [A-Z]", text)) > 1:
        lean += 1.5
    return max(-4.0, min(lean, 4.0))


def _continues(before: str, text: str) -> bool:
    """Whether a paragraph can only belong to the one before it."""
    if before.endswith((":", ",", ";")) or _ITEM.match(text):
        return True
    if text[:1].islower():
        return not _ENDS.search(before) and not _URL.search(before[-_URL_REACH:])
    return len(text) < _SURE_ABSTRACT and bool(_URL.search(text))
