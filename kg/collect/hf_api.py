"""Daily Papers as the API of Hugging Face gives them: one body per day, as kept over the years.

The form drifts: items are objects `{"paper": {…}}`, or bare papers, or either of them written as a Python literal
inside a string; the list stands alone or under `data`.
"""

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from kg.collect import fields, ids
from kg.collect.content import Content
from kg.collect.json_items import looks_like_json, records
from kg.collect.reader import Found
from kg.model import Declared, Record
from kg.text import stored

NAME = "hf-daily-api"
DECLARED = ("githubRepo", "projectPage")  # fields that state a link of the paper

_PAPER = re.compile(rb"""(?<!\\)"paper"\s*:\s*\{|"\{\s*(?:'paper'|\\"paper\\")\s*:\s*\{""")
_BARE = (
    re.compile(rb"""(?:(?<!\\)"|')summary(?:"|')\s*:"""),
    re.compile(rb"""(?:(?<!\\)"|')authors(?:"|')\s*:\s*\["""),
    re.compile(rb"""(?:(?<!\\)"|')(?:upvotes|discussionId|submittedOnDailyAt)(?:"|')\s*:"""),
)


def sniff(head: bytes) -> bool:
    """JSON whose items hold a `paper`, or are papers with a summary, authors and votes."""
    return looks_like_json(head) and (
        _PAPER.search(head) is not None or all(mark.search(head) is not None for mark in _BARE)
    )


def read(content: Content) -> Iterator[Found]:
    """One record per item."""
    return records(content, record)


def record(item: object) -> Record:
    """The record that an item states. Raises fields.Wrong."""
    if isinstance(item, str):
        item = _unquoted(item)
    if not isinstance(item, Mapping):
        raise fields.Wrong("the item is no object")
    paper = item.get("paper", item)
    if not isinstance(paper, Mapping):
        raise fields.Wrong("its `paper` is no object")
    found = _identity(fields.identifier(paper, "id"))
    return Record.model_construct(
        title=fields.title(paper),
        abstract=stored(fields.text(paper, "summary", "abstract")),
        ids=ids.in_order([found]),
        published=fields.day(paper, "publishedAt"),
        authors=fields.people(paper, "authors"),
        urls=_addresses(found),
        declared=tuple(
            Declared.model_construct(field=f"hf:{name}", url=url)
            for name in DECLARED
            if (url := fields.text(paper, name).strip())
        ),
        source=NAME,
        given_id=fields.identifier(paper, "id"),
    )


def _identity(given: str) -> str | None:
    if not given:
        return None
    found = ids.parse_arxiv(given)
    if found is None:
        raise fields.Wrong(f"its id is no arXiv id: {given[:40]!r}")
    return found


def _addresses(found: str | None) -> tuple[str, ...]:
    if found is None:
        return ()
    bare = found.removeprefix("arxiv:")
    return (f"https://arxiv.org/abs/{bare}", f"https://huggingface.co/papers/{bare}")


def _unquoted(item: str) -> Any:
    """The value of a string that holds JSON or a Python literal. Nothing in it is ever run."""
    try:
        return orjson.loads(item)
    except orjson.JSONDecodeError:
        pass
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd escapes in a text are no fault of the reader's
            return ast.literal_eval(item)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise fields.Wrong("the item is a text that holds neither JSON nor a Python literal") from None
