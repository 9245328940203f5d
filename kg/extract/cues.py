"""Gathers the candidates of one text into groups by spelling and collects the cues that speak for their kind.

A cue is a short word such as `left=propose`, `right=dataset`, `head=learning`, `lexicon=Model:high`; what each is
worth is measured (`weights.tsv`), which of them exist is decided here.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.names import SHAPED, shape
from kg.extract.state import Candidate, Definition, Group, Sentences, Words
from kg.lexicon.load import FOLDER, Limit, key, limits, load, rows, singular
from kg.lexicon.load import words as word_list

_OCCURRENCES = 5  # contexts read per group: more repeat what the first ones say
_RANK = {
    "lexicon": 0,
    "lexicon:model-family": 1,
    "acronym": 2,
    "title-colon": 3,
    "shape": 4,
    "run": 5,
    "phrase": 6,
}
_LISTABLE = SHAPED | {"number"}
_ENDING = re.compile(
    r"(bench|eval|qa|set|data|gym|arena|net|former|lm|llm|gpt|vl|vla|po|gan|nerf|gs|bert|clip|sam|mark|suite|world"
    r"|diff|rl|rag|agent|flow|lora|kd|prune|quant|attn|moe|mamba|hub|corpus|\d+k|\d+[bm]|score|iou|ap|f1)s?$",
    re.IGNORECASE,
)


@lru_cache(maxsize=131072)
def group_key(surface: str) -> str:
    """The key that ties spellings of one name within a text."""
    return singular(key(surface)) or surface


@lru_cache(maxsize=131072)
def spelling_cues(surface: str) -> tuple[str, ...]:
    """The cues of a name's own words, letters and digits."""
    cues = []
    common = word_list("common_words.txt")
    parts = surface.split(" ")
    last = parts[-1]
    shapes = [shape(part) for part in parts] if len(parts) < 8 else ["low"]
    look = shapes[0] if len(parts) == 1 else "+".join(sorted(set(shapes)))
    cues.append(f"shape={look}:{min(len(parts), 5)}")
    low = last.lower()
    head = singular(low)
    if head in common or low in common:
        cues.append("head=" + head)
        if len(parts) > 1:
            cues.append(f"head2={parts[-2].lower()} {head}")
    if len(parts) > 1:
        first = parts[0].lower()
        cues.append("first=" + (first if first in common else shapes[0]))
    elif shapes[0] in ("acro", "camel", "alnum", "hyphen"):
        cues.append(f"long={min(len(surface) // 3, 5)}:{shapes[0]}")
    if (ending := _ENDING.search(last)) is not None and shapes[-1] in SHAPED:
        cues.append("ending=" + re.sub(r"\d+", "9", ending[1].lower()))
    if any(c.isdigit() for c in surface):
        cues.append("digit")
    return tuple(cues)


class CueFinder:
    """Leaves `doc._.kg_groups`, without scores."""

    def __init__(self, measured: Mapping[str, Limit] | None = None) -> None:
        self._limits = limits() if measured is None else measured
        self._lexicon = load()
        self._words: dict[str, list[str]] = {}
        for row in rows(FOLDER / "cues.tsv"):
            for word in row["words"].split():
                self._words.setdefault(word, []).append(row["list"])
        lists = {row["list"]: frozenset(row["words"].split()) for row in rows(FOLDER / "cues.tsv")}
        self._propose = lists["propose"]
        self._called = lists["called"]
        self._nouns = {
            word: name
            for name in ("thing", "modelish", "data", "taskish", "metricish")
            for word in sorted(lists[name])
        }
        self._glue = lists["list_glue"]
        self._eval = lists["eval"]

    def __call__(self, doc: Doc) -> Doc:
        text: str = doc._.kg_text
        words: Words = doc._.kg_words
        sentences: Sentences = doc._.kg_sentences
        glued = [
            word in self._glue or look in _LISTABLE
            for word, look in zip(words.lower, doc._.kg_shapes, strict=True)
        ]
        groups: dict[str, Group] = {}
        seen: set[tuple[str, int, int]] = set()
        candidates: list[Candidate] = doc._.kg_candidates
        for candidate in sorted(candidates, key=lambda c: (_RANK[c.finder], c.start, c.end)):
            folded = group_key(text[candidate.start : candidate.end])
            group = groups.get(folded)
            if group is None:
                group = groups[folded] = Group(folded, [], candidate.finder)
            mark = (folded, candidate.start, candidate.end)
            if mark not in seen:
                seen.add(mark)
                group.spans.append((candidate.start, candidate.end))
            group.cues.add("by=" + candidate.finder)
            if candidate.entries and group.entry is None:
                group.entry = candidate.entries[0]
        definitions: list[Definition] = doc._.kg_definitions
        for definition in definitions:
            short = groups.get(group_key(text[definition.short_start : definition.short_end]))
            long = groups.get(group_key(text[definition.long_start : definition.long_end]))
            if short is not None and long is not None and short is not long and not short.partner:
                short.partner = long.key
                if not long.partner:
                    long.partner = short.key
        for group in groups.values():
            group.spans.sort()
            self._describe(group, text, words, sentences, glued)
        for group in groups.values():
            if group.partner and group.partner in groups:
                other = groups[group.partner]
                group.cues.add("defined")
                group.cues |= {
                    "def:" + cue for cue in other.cues if cue.startswith(("head=", "ending=", "lexicon="))
                }
        doc._.kg_groups = list(groups.values())
        return doc

    def _describe(self, group: Group, text: str, words: Words, sentences: Sentences, glued: list[bool]) -> None:
        """Adds the cues of the name itself and of its first occurrences."""
        start, end = group.spans[0]
        surface = text[start:end]
        cues = group.cues
        self._spelling(group, surface, cues)
        count = len(group.spans)
        cues.add(f"count={min(count, 4)}")
        title_end = sentences.ends[0]
        if start < title_end:
            cues.add("in-title")
            if count > 1:
                cues.add("in-title-and-abstract")
        elif count > 1:
            cues.add("only-abstract")
        for start, end in group.spans[:_OCCURRENCES]:
            self._context(cues, text, words, sentences, start, end, glued)

    def _spelling(self, group: Group, surface: str, cues: set[str]) -> None:
        cues.update(spelling_cues(surface))
        entry = group.entry
        if entry is not None:
            limit = self._limits.get(group.key)
            if limit is not None and limit.hits >= 2:
                share = limit.right / limit.hits
                level = "high" if share >= 0.85 else "good" if share >= 0.65 else "fair" if share >= 0.4 else "low"
                size = "many" if limit.hits >= 10 else "few"
                cues.add(f"lexicon={limit.verdict}:{level}:{size}")
            else:
                cues.add(f"lexicon={entry.kind}:{entry.source.split()[0]}")
                cues.add(f"lexicon-flags={entry.kind}:{entry.case}:{entry.context}:{' ' in surface}")
        if group.finder != "lexicon" and " " in surface:
            tail = self._lexicon.by_key(group_key(surface.split(" ", 1)[1]))
            if tail:
                cues.add("tail-known=" + tail[0].kind)

    def _context(
        self,
        cues: set[str],
        text: str,
        words: Words,
        sentences: Sentences,
        start: int,
        end: int,
        glued: list[bool],
    ) -> None:
        lower, starts, ends = words.lower, words.starts, words.ends
        place, after = words.at(start), words.after(end)
        sentence = sentences.index(start)
        begin = sentences.starts[sentence]
        stop = sentences.ends[sentence]
        total = len(lower)
        inside = "" if starts[place] == start else "-" if start > 0 and text[start - 1] in "-/" else ""
        left = "^" if place == 0 or starts[place - 1] < begin else lower[place - 1]
        if inside:
            left = "part-of-word"
        if ends[after - 1] > end:
            tail = text[end : ends[after - 1]]
            right = "~" + tail[1:] if tail[0] in "-‐‑–" else "~" + tail[:2]
        else:
            right = "$" if after >= total or starts[after] >= stop else lower[after]
        cues.add("left=" + left)
        cues.add("right=" + right)
        if sentence == 0:
            if right == ":":
                cues.add("title-prefix")
            return
        if place > 1 and starts[place - 2] >= begin:
            cues.add(f"left2={lower[place - 2]} {left}")
        if after + 1 < total and starts[after + 1] < stop:
            cues.add(f"right2={right} {lower[after + 1]}")
        cues.add(f"part={'first' if sentence <= 2 else 'last' if stop >= sentences.ends[-1] - 250 else 'middle'}")
        back = place - 1
        steps = 0
        while back >= 0 and starts[back] >= begin and steps < 9:
            word = lower[back]
            if word in self._propose:
                cues.add("proposed" if steps < 4 else "proposed-far")
                break
            if steps and word in self._called:
                break
            back -= 1
            steps += 1
        if left in self._called or left in (",", "—", "–", "(", "-", ":") or left in self._nouns:
            self._noun_before(cues, words, begin, place - 1)
        self._listed(cues, words, begin, stop, place, after, glued)
        self._noun_after(cues, words, stop, after)

    def _noun_before(self, cues: set[str], words: Words, begin: int, place: int) -> None:
        """`a benchmark called X`, `a new framework, X`, `the dataset X`."""
        for back in range(place, max(place - 7, -1), -1):
            if words.starts[back] < begin:
                return
            if (noun := self._nouns.get(words.lower[back])) is not None:
                cues.add(f"noun-before={noun}:{place - back > 1}")
                return

    def _listed(
        self, cues: set[str], words: Words, begin: int, stop: int, place: int, after: int, glued: list[bool]
    ) -> None:
        """What stands before and after the listing the name is part of."""
        starts = words.starts
        back = place - 1
        while back >= 0 and glued[back] and place - back < 15 and starts[back] >= begin:
            back -= 1
        if 0 <= back < place - 1 and starts[back] >= begin:
            cues.add("list-left=" + words.lower[back])
        forward, total = after, len(glued)
        while forward < total and glued[forward] and forward - after < 14 and starts[forward] < stop:
            forward += 1
        if after < forward < total and starts[forward] < stop:
            cues.add("list-right=" + words.lower[forward])

    def _noun_after(self, cues: set[str], words: Words, stop: int, after: int) -> None:
        """`X, a benchmark for …`, `X is a framework …`, `X dataset`."""
        total = len(words.lower)
        if after >= total or words.starts[after] >= stop:
            return
        lower = words.lower
        if lower[after] == "(":
            while after < total and lower[after] != ")" and words.starts[after] < stop:
                after += 1
            after += 1
            if after >= total:
                return
        reach = 3
        mark = "noun-after"
        if lower[after] in (",", "is", "—", "–", "-", ":") and after + 1 < total:
            if lower[after + 1] not in ("a", "an", "the", "our", "which"):
                return
            mark, reach, after = "apposition", 12, after + 2
        for forward in range(after, min(after + reach, total)):
            if words.starts[forward] >= stop or lower[forward] in (
                ",",
                "that",
                "which",
                "for",
                "to",
                "with",
                "of",
            ):
                return
            if (noun := self._nouns.get(lower[forward])) is not None:
                following = lower[forward + 1] if forward + 1 < total else ""
                if following not in self._nouns:
                    cues.add(f"{mark}={noun}")
                    if mark == "apposition":
                        cues.add("apposition-word=" + lower[forward])
                    return


@Language.factory(
    "kg_cues",
    assigns=["doc._.kg_groups"],
    requires=["doc._.kg_candidates", "doc._.kg_definitions", "doc._.kg_sentences"],
)
def make_cues(nlp: Language, name: str) -> CueFinder:
    return CueFinder()
