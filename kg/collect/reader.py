"""What a reader of one format is."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from kg.collect.content import Content
from kg.model import Record, Reject


class Found(NamedTuple):
    """One record of a content, good or refused, and where in it ("line 7", "item 3")."""

    where: str
    outcome: Record | Reject


class Reader(NamedTuple):
    """A format: its name, which is the source of its records; how to tell it by the first bytes (without byte
    order mark); how to read it."""

    name: str
    sniff: Callable[[bytes], bool]
    read: Callable[[Content], Iterator[Found]]
