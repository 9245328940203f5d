"""The one truth about what a paper, a mention, a link and a graph are.

All classes are frozen. At file boundaries they are validated; inside, hot paths build them by
`model_construct`. Every offset counts characters of `Paper.text` (title, a newline, the abstract).
Identity never depends on evidence: a `Link` is one (source, relation, target), however often it was found.
"""

import hashlib
from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from kg.text import fold

SCHEMA_VERSION = 1

Kind = Literal["Method", "Model", "Benchmark", "Task", "Metric"]
Relation = Literal[
    "PROPOSES",
    "EVALUATES_ON",
    "COMPARES_WITH",
    "USES",
    "MEASURES",
    "ADDRESSES",
    "MENTIONS",
    "RELEASES",
    "REPORTS",
    "ON",
    "IN",
    "BY",
    "VARIANT_OF",
    "PART_OF",
    "SUBTASK_OF",
    "BUILDS_ON",
]
RepoKind = Literal["code", "model", "dataset", "space", "page"]
Origin = Literal["extracted", "declared", "both"]

KINDS: tuple[Kind, ...] = get_args(Kind)
RELATIONS: tuple[Relation, ...] = get_args(Relation)
# The guidelines' order: of several relations between a paper and an entity the first is the strongest.
STRENGTH: dict[str, int] = {relation: rank for rank, relation in enumerate(RELATIONS)}

Confidence = Annotated[float, Field(ge=0.0, le=1.0)]


def strongest(relations: Iterable[Relation]) -> Relation:
    """The strongest relation in the guidelines' order."""
    return min(relations, key=STRENGTH.__getitem__)


def guideline_word(relation: Relation) -> str:
    """The relation as the annotation guidelines write it (a paper that measures a metric `uses` it)."""
    return "uses" if relation == "MEASURES" else relation.lower()


class Frozen(BaseModel):
    """Base of every class here: immutable, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- Papers as a source states them ---------------------------------------------------------------------


class Declared(Frozen):
    """A link that a source states beside the text, with the field that states it (`hf:githubRepo`)."""

    field: str
    url: str


class Record(Frozen):
    """One paper as one source states it. Title and abstract are stored texts (`text.stored`)."""

    title: str = Field(min_length=1)
    abstract: str = ""
    ids: tuple[str, ...] = ()  # normalised and sorted: "arxiv:2405.15738", "doi:10.1000/x", "openalex:W1"
    published: str = Field(default="", pattern=r"^(\d{4}(-\d\d(-\d\d)?)?)?$")
    authors: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    declared: tuple[Declared, ...] = ()
    source: str  # the reader's name: "hf-daily-page", "hf-daily-api", "jsonl"
    given_id: str = ""  # the id exactly as the input gave it; `kg extract` hands it back

    @property
    def text(self) -> str:
        return f"{self.title}\n{self.abstract}"


class Reject(Frozen):
    """One record refused: where it came from, why, and the record itself (cut at 10,000 characters)."""

    source: str  # the input as the user named it, members of archives after "!"
    where: str  # "line 7", "item 3", "byte 512"
    reason: str
    raw: str = ""


class Paper(Frozen):
    """One paper of the graph, joined from all records that state it."""

    id: str
    title: str
    abstract: str
    published: str = ""
    year: int | None = None
    ids: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    text_sha256: str
    declared: tuple[Declared, ...] = ()

    @property
    def text(self) -> str:
        """The stored text, to which all offsets refer."""
        return f"{self.title}\n{self.abstract}"


def text_sha256(title: str, abstract: str) -> str:
    """SHA-256 (hex) of a paper's stored text."""
    return hashlib.sha256(f"{title}\n{abstract}".encode()).hexdigest()


def title_id(title: str) -> str:
    """The id of a paper that has neither an arXiv id nor a DOI."""
    return "title:" + hashlib.sha256(fold(title).encode()).hexdigest()[:12]


# --- What extraction finds in one text ------------------------------------------------------------------


class Mention(Frozen):
    """A span that names a thing: `paper.text[start:end] == text`."""

    start: int = Field(ge=0)
    end: int = Field(gt=0)
    text: str
    kind: Kind
    finder: str  # the rule, lexicon or model that found it: "lexicon:methods_pwc", "rule:we-propose"
    confidence: Confidence
    entity: int = Field(ge=0)  # index into Extraction.entities


class Claim(Frozen):
    """One reason to link the paper to one of its entities: the mention and the sentence that say so."""

    entity: int = Field(ge=0)  # index into Extraction.entities
    relation: Relation
    start: int
    end: int
    sentence_start: int
    sentence_end: int
    finder: str
    confidence: Confidence


class LocalEntity(Frozen):
    """A thing as one paper names it: all its surface forms there, tied by acronyms and spelling."""

    name: str  # the best full name that the text gives
    kind: Kind
    surfaces: tuple[str, ...]  # distinct, in order of appearance
    expansion: str = ""  # the long form, where this paper defines an acronym for it
    acronym: str = ""  # the short form of that definition
    lexicon: str = ""  # id of the lexicon entry, where one matched
    confidence: Confidence


class RepoMention(Frozen):
    """A link in the text: `surface` as written, `url` whole and clean, `repo` the id of its node."""

    url: str
    repo: str
    kind: RepoKind
    surface: str
    start: int
    end: int
    sentence_start: int
    sentence_end: int
    relation: Literal["RELEASES", "MENTIONS"]
    finder: str
    confidence: Confidence


class ResultMention(Frozen):
    """A reported number. Names are surface forms of the text; empty where the text names none."""

    benchmark: str = ""
    metric: str = ""
    entity: str = ""
    value: str
    unit: str = ""
    kind: Literal["absolute", "gain", "ratio", "cost"] = "absolute"
    start: int
    end: int
    sentence_start: int
    sentence_end: int
    finder: str
    confidence: Confidence


class Extraction(Frozen):
    """All that was found in one text. A pure function of the text, the extractor and the lexicon."""

    text_sha256: str
    mentions: tuple[Mention, ...] = ()  # sorted by start; none overlap
    entities: tuple[LocalEntity, ...] = ()
    claims: tuple[Claim, ...] = ()  # every entity has at least one; several relations may stand
    repos: tuple[RepoMention, ...] = ()
    results: tuple[ResultMention, ...] = ()


# --- The graph ------------------------------------------------------------------------------------------


class Entity(Frozen):
    """A method, model, benchmark, task or metric, resolved across papers."""

    id: str
    kind: Kind
    name: str
    aliases: tuple[str, ...] = ()
    first_published: str = ""
    papers: int = 0
    confidence: Confidence
    generic: bool = False


class Repo(Frozen):
    """A link target: code, model, dataset, space or page."""

    id: str
    url: str
    host: str
    owner: str = ""
    name: str = ""
    kind: RepoKind


class Result(Frozen):
    """A reported result as a node."""

    id: str
    name: str
    value: float | None
    unit: str = ""
    raw: str
    kind: Literal["absolute", "gain", "ratio", "cost"]
    direction: Literal["higher", "lower", ""] = ""


class Link(Frozen):
    """One relationship. Its identity is (source, relation, target) alone."""

    source: str
    relation: Relation
    target: str
    strongest: bool
    confidence: Confidence
    origin: Origin


class Evidence(Frozen):
    """One finding behind a link. Declared evidence has a field and no offsets (-1)."""

    source: str
    relation: Relation
    target: str
    origin: Literal["extracted", "declared"]
    finder: str = ""  # who found the mention and who the relation: "lexicon:methods_pwc + cues:relation"
    field: str = ""
    mention_start: int = -1
    mention_end: int = -1
    sentence_start: int = -1
    sentence_end: int = -1
    confidence: Confidence


# The order of evidence in a Graph; equal keys mean one and the same finding.
evidence_order = attrgetter(
    "source", "relation", "target", "mention_start", "mention_end", "field", "finder", "confidence",
    "origin", "sentence_start", "sentence_end",
)  # fmt: skip


class Redirect(Frozen):
    """An id that a later build replaced, and what stands for it now (several: the user must choose)."""

    old: str
    new: tuple[str, ...]


class Graph(Frozen):
    """The whole graph. Every tuple is sorted by identity, so equal graphs are equal values."""

    papers: tuple[Paper, ...] = ()
    entities: tuple[Entity, ...] = ()
    repos: tuple[Repo, ...] = ()
    results: tuple[Result, ...] = ()
    links: tuple[Link, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Judgement(Frozen):
    """A decision on identity: who decided what about two names or ids, and why. Later lines overrule earlier."""

    left: str
    right: str
    verdict: Literal["same", "different"]
    by: str
    why: str = ""
    at: str = ""


class Resolution(Frozen):
    """Which local entity of which paper is which entity."""

    entities: tuple[Entity, ...]
    assignment: Mapping[tuple[str, int], str]  # (paper id, index into Extraction.entities) → Entity.id
    certainty: Mapping[tuple[str, int], float] = {}  # factor on confidence where below 1: assigned by context
