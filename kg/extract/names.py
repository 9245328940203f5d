"""Places where a name may stand: words shaped like names, runs of capitalised words, the prefix of a title,
and plain phrases that end in a head word of `heads.tsv`. Which of them are names is weighed later."""

import re
from collections.abc import Iterator
from functools import lru_cache

from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.state import Candidate, Definition, Sentences, Words, overlaps
from kg.lexicon.load import FOLDER, rows
from kg.lexicon.load import words as word_list

_NUMBER = re.compile(r"[\d.,/x×%^-]*\d[\d.,/x×%^+-]*(?:[A-Za-z%]{0,2}|th|st|nd|rd|bit|fold|shot|way|step|fps)")
_LEAST_ALONE = 0.04  # share of a head word's places at which it alone is a name; below, only longer phrases count
_LONGEST_RUN = 7
_LONGEST_PHRASE = 5
SHAPED = frozenset({"acro", "camel", "alnum", "hyphen", "cap"})
_IN_RUN = SHAPED | {"plain-cap"}


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return word_list("common_words.txt")


@lru_cache(maxsize=65536)
def shape(word: str) -> str:
    """How a word looks: number, low, acro (LLM), camel (LoRA), alnum (R1), hyphen (LC-R1), cap, plain-cap."""
    if word.islower() and word.isalpha():
        return "low"
    if not any(c.isalpha() for c in word):
        return "number" if any(c.isdigit() for c in word) else "mark"
    if _NUMBER.fullmatch(word):
        return "number"
    parts = [part for part in re.split(r"[-‐‑–/_@&]", word) if part]
    if len(parts) > 1:
        inner = [shape(part) for part in parts]
        if any(kind in ("acro", "camel") for kind in inner):
            return "hyphen"
        if any(kind == "alnum" for kind in inner) or ("number" in inner and any(p[0].isupper() for p in parts)):
            return "hyphen"
        if sum(part[0].isupper() for part in parts) > 1 or "cap" in inner:
            return "hyphen"
        return "plain-cap" if parts[0][0].isupper() else "low"
    upper = sum(c.isupper() for c in word)
    stem = word[:-1] if word.endswith("s") else word
    if any(c.isdigit() for c in word):
        return "alnum"
    if upper >= 2 and stem.isupper():
        return "acro"
    if upper >= 2 or (upper == 1 and not word[0].isupper()):
        return "camel"
    if upper == 1:
        low = word.lower()
        plain = low in _common() or (low.endswith("s") and low[:-1] in _common()) or len(word) == 1
        return "plain-cap" if plain else "cap"
    return "low"


def _core(word: str) -> int:
    """How much of a word is the name: `GPT-4-generated` → the length of `GPT-4`."""
    end = len(word)
    while (cut := max(word.rfind(mark, 0, end) for mark in "-‐‑–'’")) > 0:
        tail = word[cut + 1 : end]
        possessive = tail == "s" and word[cut] in "'’"
        if not possessive and not (len(tail) > 2 and tail.islower() and tail in _common()):
            break
        end = cut
    return end


class NameFinder:
    """Adds to `doc._.kg_candidates`."""

    def __init__(self) -> None:
        lists = {row["list"]: frozenset(row["words"].split()) for row in rows(FOLDER / "cues.tsv")}
        self._stop = lists["function"] | lists["verb"]
        self._passing = lists["passing"]
        heads = list(rows(FOLDER / "heads.tsv"))
        self._heads = frozenset(row["head"] for row in heads)
        self._alone = frozenset(
            row["head"] for row in heads if int(row["alone"]) >= _LEAST_ALONE * int(row["total"])
        )

    def __call__(self, doc: Doc) -> Doc:
        words: Words = doc._.kg_words
        text: str = doc._.kg_text
        candidates: list[Candidate] = doc._.kg_candidates
        links: list[tuple[int, int]] = doc._.kg_link_spans
        definitions: list[Definition] = doc._.kg_definitions
        found = [Candidate(d.short_start, d.short_end, "acronym") for d in definitions]
        found += [Candidate(d.long_start, d.long_end, "acronym") for d in definitions]
        shapes = [shape(word) for word in words.texts]
        doc._.kg_shapes = shapes
        sentences: Sentences = doc._.kg_sentences
        found.extend(self._words_and_runs(words, shapes, text, sentences))
        found.extend(self._title(words, sentences, text))
        found.extend(self._phrases(words, shapes))
        if links:
            found = [c for c in found if not overlaps(c.start, c.end, links)]
        candidates.extend(found)
        return doc

    def _words_and_runs(
        self, words: Words, shapes: list[str], text: str, sentences: Sentences
    ) -> Iterator[Candidate]:
        title_end = sentences.ends[0]
        firsts = set(sentences.starts)
        place, total = 0, len(shapes)
        while place < total:
            kind = shapes[place]
            if kind not in _IN_RUN:
                place += 1
                continue
            start = words.starts[place]
            if kind in SHAPED:
                yield from _single(words, place)
            last = place
            while last + 1 < total and last - place < _LONGEST_RUN:
                following = shapes[last + 1]
                if words.starts[last + 1] - words.ends[last] != 1 or words.starts[last + 1] in firsts:
                    break
                if following not in _IN_RUN and not (following == "number" and words.texts[last + 1][0].isdigit()):
                    break
                last += 1
                if following in SHAPED:
                    yield from _single(words, last)
            if last > place and start >= title_end:
                yield from self._run(words, shapes, place, last, start in firsts)
            place = last + 1

    def _run(
        self, words: Words, shapes: list[str], first: int, last: int, opens_sentence: bool
    ) -> Iterator[Candidate]:
        for begin, end in ((first, last), (first + 1, last), (first, last - 1), (first + 1, last - 1)):
            if end <= begin or words.lower[begin] in self._stop or shapes[begin] == "number":
                continue
            tail = words.starts[end] + _core(words.texts[end])
            yield Candidate(words.starts[begin], tail, "run")

    def _title(self, words: Words, sentences: Sentences, text: str) -> Iterator[Candidate]:
        """The name before the colon of a title, and a title's last name after a dash."""
        title = text[: sentences.ends[0]]
        colon = title.find(": ")
        if 1 < colon <= 80:
            prefix = title[:colon].strip("\"'“”*$ ")
            start = title.find(prefix)
            if 0 < len(prefix.split()) <= 7 and any(c.isalnum() for c in prefix):
                yield Candidate(start, start + len(prefix), "title-colon")

    def _phrases(self, words: Words, shapes: list[str]) -> Iterator[Candidate]:
        lower, starts, ends = words.lower, words.starts, words.ends
        heads, stop, alone, passing = self._heads, self._stop, self._alone, self._passing
        for place, word in enumerate(lower):
            head = word if word in heads else word[:-1] if word[-1] == "s" else ""
            if head not in heads:
                continue
            end = ends[place]
            if head in alone:
                yield Candidate(starts[place], end, "phrase")
            first = place
            while first > 0 and place - first < _LONGEST_PHRASE - 1:
                before = first - 1
                if starts[first] - ends[before] != 1 or lower[before] in stop or shapes[before] == "mark":
                    break
                first = before
                if lower[first] not in passing:
                    yield Candidate(starts[first], end, "phrase")


def _single(words: Words, place: int) -> Iterator[Candidate]:
    start, word = words.starts[place], words.texts[place]
    core = _core(word)
    yield Candidate(start, start + core, "shape")
    if core < len(word):
        yield Candidate(start, start + len(word), "shape")
    if "/" in word:
        at = 0
        for part in word[:core].split("/"):
            if shape(part) in SHAPED:
                yield Candidate(start + at, start + at + len(part), "shape")
            at += len(part) + 1


@Language.factory(
    "kg_names",
    assigns=["doc._.kg_candidates", "doc._.kg_shapes"],
    requires=["doc._.kg_candidates", "doc._.kg_definitions"],
)
def make_names(nlp: Language, name: str) -> NameFinder:
    return NameFinder()
