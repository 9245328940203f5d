"""Block: which atom each use of a name belongs to; homonyms are set apart here.

An atom is a distinct name key, or `key@paper` where two papers each propose the name for different things.
A sense of a short name is a group of like expansions, an entry of the lexicon, or a proposal without expansion.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from kg.lexicon.load import Lexicon
from kg.model import Extraction, LocalEntity, Paper
from kg.resolve.clusters import Edge
from kg.resolve.names import HEADS, is_proper, name_key, numbers
from kg.text import normalise

PROPOSED = 0.75  # the confidence from which a proposal counts in telling homonyms apart
NEAR = 0.88  # likeness of two expansions of one acronym from which they are one
CLEAR = 0.7  # a bare use goes to the sense of at least this probability
MOST = 0.95  # and its links keep at most this of their confidence
BY_DEFAULT = 0.6  # what they keep where no sense is clear and the lexicon's takes it
UNSEEN = 3  # papers that a lexicon's sense counts for where none here defines it


@dataclass(slots=True)
class Use:
    """One local entity of one paper, and the atom it was given."""

    paper: str
    published: str
    index: int
    local: LocalEntity
    key: str  # name_key of the expansion where the paper gives one, else of the name
    short: str  # name_key of the acronym that the paper defines, else ""
    proposes: float  # confidence of the best PROPOSES claim, 0 without
    atom: str = ""
    certainty: float = 1.0


@dataclass(slots=True)
class Sense:
    """One thing that a short name stands for."""

    atom: str
    papers: set[str] = field(default_factory=set)
    proposed: bool = False
    lexicon: bool = False


def uses_of(found: Iterable[tuple[Paper, Extraction]]) -> list[Use]:
    """Every local entity of every paper as a Use, in order of paper id and index."""
    uses = []
    for paper, extraction in found:
        proposed = [0.0] * len(extraction.entities)
        for claim in extraction.claims:
            if claim.relation == "PROPOSES":
                proposed[claim.entity] = max(proposed[claim.entity], claim.confidence)
        for index, local in enumerate(extraction.entities):
            key = name_key(local.expansion or local.name)
            short = name_key(local.acronym) if local.expansion else ""
            # "LLM (Llama-2-7B)" reads like a definition and is none: what it adds is a number.
            if short == key or numbers(local.expansion) != numbers(local.acronym):
                short = ""
            uses.append(Use(paper.id, paper.published, index, local, key, short, proposed[index]))
    uses.sort(key=lambda use: (use.paper, use.index))
    return uses


def anchor(entry_id: str) -> str:
    """The atom of a lexicon entry; no name key holds a colon."""
    return f"lexicon:{entry_id}"


def place(uses: Sequence[Use], lexicon: Lexicon) -> list[Edge]:
    """Gives every use its atom and certainty, and returns the edges that tie atoms to each other."""
    edges: dict[Edge, None] = {}
    by_key: dict[str, list[Use]] = defaultdict(list)
    defined: dict[str, list[Use]] = defaultdict(list)
    for use in uses:
        use.atom = use.key
        if use.short:
            defined[use.short].append(use)
        else:
            by_key[use.key].append(use)
        _tie_to_lexicon(use, lexicon, edges)
    context = _Context(uses)
    for key in sorted(by_key):
        bare = by_key[key]
        senses = _senses(defined.get(key, ()), bare, lexicon, edges)
        _apart(key, bare, senses, context, edges)
    for key in sorted(set(defined) - set(by_key)):
        _senses(defined[key], (), lexicon, edges)
    return list(edges)


def _tie_to_lexicon(use: Use, lexicon: Lexicon, edges: dict[Edge, None]) -> None:
    """An expansion decides over its acronym: SAM (Sharpness-Aware Minimization) is not the other SAM."""
    entry = lexicon.lookup(use.local.expansion or use.local.name)
    if entry is not None:
        edges[Edge(use.atom, anchor(entry.id), "lexicon")] = None
    elif use.short:
        for candidate in lexicon.candidates(use.local.acronym):
            names = (candidate.name, *candidate.aliases)
            if any(_near(use.local.expansion, name) for name in names if name_key(name) != use.short):
                edges[Edge(use.atom, anchor(candidate.id), "lexicon")] = None


def _senses(
    definitions: Sequence[Use], bare: Sequence[Use], lexicon: Lexicon, edges: dict[Edge, None]
) -> list[Sense]:
    """The senses of a short name: its expansions, like ones joined, and the lexicon's entries of that name."""
    by_expansion: dict[str, list[Use]] = defaultdict(list)
    for use in definitions:
        by_expansion[use.key].append(use)
    senses: list[Sense] = []
    spellings: list[str] = []
    for expansion in sorted(by_expansion):
        group = by_expansion[expansion]
        spelling = min(use.local.expansion for use in group)
        for sense, other in zip(senses, spellings, strict=True):
            if _near(spelling, other):
                edges[Edge(expansion, sense.atom, "near-expansion")] = None
                break
        else:
            sense = Sense(expansion)
            senses.append(sense)
            spellings.append(spelling)
        sense.papers.update(use.paper for use in group)
        sense.proposed = sense.proposed or any(use.proposes >= PROPOSED for use in group)
    names = {use.local.acronym for use in definitions} | {use.local.name for use in bare}
    known = {entry.id: entry for name in sorted(names) for entry in lexicon.candidates(name)}
    for entry_id in sorted(known):
        atom = anchor(entry_id)
        known_sense = next((s for s in senses if Edge(s.atom, atom, "lexicon") in edges), None)
        if known_sense is None:
            senses.append(Sense(atom, lexicon=True))
        else:
            known_sense.lexicon = True
    return senses


def _apart(
    key: str,
    bare: Sequence[Use],
    senses: list[Sense],
    context: "_Context",
    edges: dict[Edge, None],
) -> None:
    """Gives the bare uses of a name (without expansion in their paper) to its senses."""
    proposals = []
    if not any(sense.lexicon for sense in senses):
        proposals = [use for use in bare if use.proposes >= PROPOSED and is_proper(use.local.name)]
    rivals = len({use.paper for use in proposals}) + sum(sense.proposed for sense in senses)
    if proposals and rivals > 1:
        for use in proposals:
            use.atom = f"{key}@{use.paper}"
            senses.append(Sense(use.atom, {use.paper}, proposed=True))
        bare = [use for use in bare if use.proposes < PROPOSED or not is_proper(use.local.name)]
    if not senses:
        return
    if len(senses) == 1:
        only = senses[0]
        if only.atom != key and bare:
            edges[Edge(key, only.atom, "lexicon" if only.lexicon else "acronym")] = None
        return
    known = [sense for sense in senses if sense.lexicon]
    for use in bare:
        if use.proposes >= PROPOSED and any(sense.proposed for sense in senses):
            # It proposes the name itself, so what another paper proposes by that name is something else.
            use.atom = known[0].atom if len(known) == 1 and not known[0].proposed else f"{key}@{use.paper}"
            continue
        if (chosen := context.best(use, senses)) is not None:
            use.atom, use.certainty = chosen[0].atom, chosen[1]
        elif len(known) == 1:
            use.atom, use.certainty = known[0].atom, BY_DEFAULT


def _near(one: str, other: str) -> bool:
    """Two expansions that differ in spelling only: numbers equal, letters nearly so."""
    if numbers(one) != numbers(other):
        return False
    left, right = name_key(one), name_key(other)
    if left == right:
        return True
    shorter, longer = sorted((left, right), key=len)
    if longer.startswith(shorter) and longer[len(shorter) :] in HEADS:
        return True
    return _one_word_varies(one, other) or SequenceMatcher(None, left, right, autojunk=False).ratio() >= NEAR


def _one_word_varies(one: str, other: str) -> bool:
    """ "visual language model" and "vision language model": words pair by pair the same but for one, which begins
    alike. "Group Relative Policy Optimization" and "… Preference Optimization" do not."""
    left, right = normalise(one).split(), normalise(other).split()
    if len(left) != len(right) or len(left) < 3:
        return False
    varying = [(a, b) for a, b in zip(left, right, strict=True) if name_key(a) != name_key(b)]
    return len(varying) == 1 and all(len(a) > 3 and a[:3] == b[:3] for a, b in varying)


class _Context:
    """Which sense a bare use has, by naive Bayes over the other names of its paper.

    For a sense that n papers define or propose, c of them naming a thing that a share p of all papers names, that
    thing speaks for the sense by log((c + 1/2) / (n p + 1/2)): seen against expected; the sense itself by log n.
    A lexicon's sense that no paper here defines counts as `UNSEEN` papers of which nothing is known.
    """

    def __init__(self, uses: Sequence[Use]) -> None:
        self._names: dict[str, set[str]] = defaultdict(set)
        for use in uses:
            self._names[use.paper].add(use.key)
        counts = Counter(key for names in self._names.values() for key in names)
        total = max(len(self._names), 1)
        self._share = {key: count / total for key, count in counts.items()}
        self._named: dict[str, Counter[str]] = {}

    def best(self, use: Use, senses: Sequence[Sense]) -> tuple[Sense, float] | None:
        """The sense that is at least `CLEAR` probable, with its probability; None where none is."""
        ours = sorted(self._names[use.paper] - {use.key})
        scores = [self._score(sense, ours) for sense in senses]
        top = max(scores)
        weights = [math.exp(score - top) for score in scores]
        probability = max(weights) / sum(weights)
        if probability < CLEAR:
            return None
        return senses[weights.index(max(weights))], round(min(probability, MOST), 3)

    def _score(self, sense: Sense, ours: Sequence[str]) -> float:
        papers = len(sense.papers)
        if not papers:
            return math.log(UNSEEN)
        named = self._named.get(sense.atom)
        if named is None:
            named = self._named[sense.atom] = Counter(key for paper in sense.papers for key in self._names[paper])
        score = math.log(papers)
        for key in ours:
            share = self._share[key]
            score += math.log((named[key] + 0.5) / (papers * share + 0.5))
        return score
