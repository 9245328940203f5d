"""How the paper relates to each of its entities: one chief relation weighed from cues, and further ones that a
sentence states in so many words.

The chief relation's weights are in `relation_weights.tsv`; the further ones come from `relation_phrases.tsv` and
stand only below the chief one in the guidelines' order, so that the strongest claim is always the chief one.
"""

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, cast

from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.choose import UNIT
from kg.extract.state import Group, Sentences, Words, built
from kg.lexicon.load import FOLDER, rows
from kg.model import STRENGTH, Claim, Kind, LocalEntity, Mention, Relation

CHOICES: dict[Kind, tuple[Relation, ...]] = {  # the first is what holds where no cue speaks
    "Method": ("USES", "PROPOSES", "COMPARES_WITH", "MENTIONS"),
    "Model": ("USES", "PROPOSES", "COMPARES_WITH", "MENTIONS"),
    "Benchmark": ("EVALUATES_ON", "PROPOSES", "USES", "MENTIONS"),
    "Task": ("ADDRESSES", "PROPOSES", "MENTIONS"),
    "Metric": ("MEASURES", "PROPOSES", "MENTIONS"),
}
_CONTEXT = (
    *("left=", "right=", "left2=", "right2=", "noun-", "list-", "apposition", "proposed", "title-", "in-title"),
    *("only-", "count=", "part=", "shape=", "by=", "def"),
)
_LISTS = ("propose", "beat", "use", "background", "eval", "own")
_SENTENCES = 5


class Reading(NamedTuple):
    """An entity's cues, and for each of its mentions the cues of its own sentence."""

    cues: set[str]
    own: list[set[str]]


_Cue = tuple[int, tuple[str, str], tuple[str, str], str]  # place of a word, its cues before, after, near


class _Phrase(NamedTuple):
    relation: Relation
    kinds: frozenset[str]
    triggers: tuple[str, ...]
    before: re.Pattern[str]
    confidence: float


@lru_cache(maxsize=1)
def _weights() -> dict[str, dict[str, tuple[int, int, int]]]:
    """Kind → cue → the weight of each choice but the first, of which there are at most three."""
    found: dict[str, dict[str, tuple[int, int, int]]] = {kind: {} for kind in CHOICES}
    for row in rows(FOLDER / "relation_weights.tsv"):
        values = [round(float(cell) * UNIT) for cell in row["weights"].split()]
        found[row["kind"]][row["cue"]] = (values[0], values[1], values[2] if len(values) > 2 else 0)
    return found


@lru_cache(maxsize=1)
def _phrases() -> tuple[_Phrase, ...]:
    return tuple(
        _Phrase(
            cast(Relation, row["relation"]),
            frozenset(row["kinds"].split()),
            tuple(row["first"].split()),
            re.compile(row["before"] + r"[^\w\n]{1,3}", re.IGNORECASE),
            float(row["confidence"]),
        )
        for row in rows(FOLDER / "relation_phrases.tsv")
    )


class RelationFinder:
    """Leaves `doc._.kg_claims`."""

    def __init__(self) -> None:
        self._weights = _weights()
        self._triggers: dict[str, list[_Phrase]] = {}
        for phrase in _phrases():
            for word in phrase.triggers:
                self._triggers.setdefault(word, []).append(phrase)
        self._known: dict[str, tuple[tuple[str, str], tuple[str, str], str]] = {}
        for row in rows(FOLDER / "cues.tsv"):
            if (name := row["list"]) in _LISTS:
                for word in row["words"].split():
                    before, after = (f"before={word}", f"before-{name}"), (f"after={word}", f"after-{name}")
                    self._known.setdefault(word, (before, after, f"near-{name}"))

    def __call__(self, doc: Doc) -> Doc:
        claims: list[Claim] = []
        entities: list[LocalEntity] = doc._.kg_entities
        mentions: list[Mention] = doc._.kg_mentions
        sentences: Sentences = doc._.kg_sentences
        cached: dict[int, list[_Cue]] = {}
        own: list[list[Mention]] = [[] for _ in entities]
        for mention in mentions:
            own[mention.entity].append(mention)
        stands: dict[int, list[_Phrase]] = {}  # where a wording of a relation ends
        if entities:
            text: str = doc._.kg_text
            words: Words = doc._.kg_words
            for word, start in zip(words.lower, words.starts, strict=True):
                for phrase in self._triggers.get(word, ()):
                    if (match := phrase.before.match(text, start)) is not None:
                        stands.setdefault(match.end(), []).append(phrase)
        for index, entity in enumerate(entities):
            reading = self.read(doc._.kg_words, sentences, doc._.kg_members[index], own[index], cached)
            claims.extend(self._claims(sentences, index, entity, own[index], reading, stands))
        doc._.kg_claims = claims
        return doc

    def read(
        self,
        words: Words,
        sentences: Sentences,
        members: Sequence[Group],
        mentions: Sequence[Mention],
        cached: dict[int, list[_Cue]],
    ) -> Reading:
        """The cues that speak for an entity's relation. `cached` keeps cue words by sentence for one text."""
        cues = {cue for group in members for cue in group.cues if cue.startswith(_CONTEXT)}
        if any(cue.startswith("lexicon=") for group in members for cue in group.cues):
            cues.add("known")
        own: list[set[str]] = []
        last = len(sentences.starts) - 1
        for mention in mentions[:_SENTENCES]:
            place = sentences.index(mention.start)
            seen = {f"sentence={min(place, 9)}"}
            if place == last:
                seen.add("sentence=last")
            here = words.at(mention.start)
            if place:
                if place not in cached:
                    cached[place] = self._listed_words(words, sentences, place)
                for at, before, after, near in cached[place]:
                    if at < here:
                        seen.update(before)
                        if here - at < 6:
                            seen.add(near)
                    else:
                        seen.update(after)
            own.append(seen)
        for seen in own:
            cues |= seen
        return Reading(cues, own)

    def _listed_words(self, words: Words, sentences: Sentences, place: int) -> list[_Cue]:
        first, stop = words.after(sentences.starts[place]), words.after(sentences.ends[place])
        known = self._known
        return [(at, *known[word]) for at in range(first, stop) if (word := words.lower[at]) in known]

    def _score(self, kind: Kind, cues: set[str]) -> list[float]:
        weights = self._weights[kind]
        one, two, three = weights["bias"]
        for cue in cues:
            if (found := weights.get(cue)) is not None:
                one += found[0]
                two += found[1]
                three += found[2]
        return [0.0, one / UNIT, two / UNIT, three / UNIT][: len(CHOICES[kind])]

    def _claims(
        self,
        sentences: Sentences,
        index: int,
        entity: LocalEntity,
        mentions: list[Mention],
        reading: Reading,
        stands: dict[int, list[_Phrase]],
    ) -> list[Claim]:
        choices = CHOICES[entity.kind]
        scores = self._score(entity.kind, reading.cues)
        best = max(range(len(scores)), key=scores.__getitem__)
        top = scores[best]
        chance = 1.0 / sum(math.exp(score - top) for score in scores)
        chief = choices[best]
        shown = self._shown(entity.kind, best, reading)
        confidence = round(entity.confidence * chance, 3)
        claims = [_claim(sentences, index, chief, mentions[shown], "cues:relation", confidence)]
        stated = {chief}
        for mention in mentions:
            for phrase in stands.get(mention.start, ()):
                weaker = STRENGTH[phrase.relation] > STRENGTH[chief] and phrase.relation not in stated
                if weaker and entity.kind in phrase.kinds:
                    stated.add(phrase.relation)
                    sure = round(entity.confidence * phrase.confidence, 3)
                    claims.append(_claim(sentences, index, phrase.relation, mention, "phrase:relation", sure))
        return claims

    def _shown(self, kind: Kind, best: int, reading: Reading) -> int:
        """The mention whose own sentence speaks most for the relation."""
        if len(reading.own) < 2:
            return 0
        weights = self._weights[kind]

        def speaks(seen: set[str]) -> int:
            total = 0
            for cue in seen:
                if (found := weights.get(cue)) is not None:
                    total += found[best - 1] if best else -max(found)
            return total

        return max(range(len(reading.own)), key=lambda place: speaks(reading.own[place]))


def _claim(
    sentences: Sentences, index: int, relation: Relation, mention: Mention, finder: str, confidence: float
) -> Claim:
    begin, end = sentences.of(mention.start)
    return built(
        Claim,
        entity=index,
        relation=relation,
        start=mention.start,
        end=mention.end,
        sentence_start=begin,
        sentence_end=max(end, mention.end),
        finder=finder,
        confidence=confidence,
    )


@Language.factory(
    "kg_relations",
    assigns=["doc._.kg_claims"],
    requires=["doc._.kg_entities", "doc._.kg_mentions", "doc._.kg_members", "doc._.kg_sentences"],
)
def make_relations(nlp: Language, name: str) -> RelationFinder:
    return RelationFinder()
