"""What the components hand on: the values they leave in `doc._`, and the Doc extensions that hold them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from spacy.tokens import Doc

from kg.lexicon.load import Entry
from kg.model import Frozen, Kind, LocalEntity, Mention, RepoMention

T = TypeVar("T", bound=Frozen)

EXTENSIONS = (
    "kg_text",  # str: the text itself; Doc.text joins its tokens anew at each call
    "kg_words",  # Words, by the tokenizer
    "kg_shapes",  # list[str], how each word looks
    "kg_sentences",  # Sentences
    "kg_links",  # list[RepoMention]
    "kg_link_spans",  # list[tuple[int, int]], links that are no repos included
    "kg_definitions",  # list[Definition]
    "kg_candidates",  # list[Candidate]
    "kg_groups",  # list[Group]
    "kg_members",  # list[list[Group]], the groups of each entity
    "kg_entities",  # list[LocalEntity]
    "kg_mentions",  # list[Mention]
    "kg_claims",  # list[Claim]
)


def register() -> None:
    """Makes the Doc extensions known to spaCy. Calling it again changes nothing."""
    for name in EXTENSIONS:
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=None)


@dataclass(frozen=True, slots=True)
class Words:
    """The words and marks of a text, without blanks. `lower[i]` is `texts[i]` in small letters."""

    texts: list[str]
    lower: list[str]
    starts: list[int]
    ends: list[int]
    tokens: list[int]  # the index of each word among the Doc's tokens, which hold unusual blanks too

    def at(self, start: int) -> int:
        """The index of the word that holds or follows the character offset."""
        return bisect_right(self.starts, start) - 1 if start >= 0 else 0

    def after(self, end: int) -> int:
        """The index of the first word that starts at or behind the offset."""
        return bisect_left(self.starts, end)


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentence spans in order; the title is the first."""

    starts: list[int]
    ends: list[int]

    def index(self, offset: int) -> int:
        """The index of the sentence that holds the offset."""
        return max(bisect_right(self.starts, offset) - 1, 0)

    def of(self, offset: int) -> tuple[int, int]:
        """The span of the sentence that holds the offset."""
        place = self.index(offset)
        return self.starts[place], self.ends[place]


class Definition(NamedTuple):
    """A short form defined by a long form, both as spans of the text."""

    short_start: int
    short_end: int
    long_start: int
    long_end: int


class Candidate(NamedTuple):
    """A span that may be a name: which component says so, and the lexicon entries that go by it."""

    start: int
    end: int
    finder: str
    entries: tuple[Entry, ...] = ()


@dataclass(slots=True)
class Group:
    """All candidates of one text that are one thing by spelling, with the cues that speak for its kind."""

    key: str
    spans: list[tuple[int, int]]
    finder: str
    entry: Entry | None = None
    cues: set[str] = field(default_factory=set)
    scores: list[float] = field(default_factory=list)
    kind: Kind | None = None
    chance: float = 0.0
    partner: str = ""  # the key of the other side of an acronym definition


def links_of(doc: Doc) -> list[RepoMention]:
    return list(doc._.kg_links or ())


def mentions_of(doc: Doc) -> list[Mention]:
    return list(doc._.kg_mentions or ())


def entities_of(doc: Doc) -> list[LocalEntity]:
    return list(doc._.kg_entities or ())


def built(kind: type[T], /, **values: object) -> T:
    """`kind.model_construct(**values)` for our plain classes, several times as fast.

    All fields must be given; nothing is validated.
    """
    made = kind.__new__(kind)
    set_field = object.__setattr__
    set_field(made, "__dict__", values)
    set_field(made, "__pydantic_fields_set__", set(values))
    set_field(made, "__pydantic_extra__", None)
    set_field(made, "__pydantic_private__", None)
    return made


def overlaps(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    """Whether `[start, end)` shares a character with any of the spans."""
    return any(start < other_end and other_start < end for other_start, other_end in spans)
