"""Acronym definitions: Schwartz & Hearst, "A simple algorithm for identifying abbreviation definitions in
biomedical text" (PSB 2003), both ways round, with a plural `s` left out of the comparison."""

import re

from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.state import Definition, Sentences, overlaps
from kg.lexicon.load import FOLDER, rows

_BRACKETS = re.compile(r"\(([^()\n]{2,90})\)")
_SHORT = re.compile(r"[^\W_](?:[\w&.+/^{}$\\'’-]|(?<=\w) (?=\d)){1,14}")
_CUT = re.compile(r"[,;:]|\s+(?:i\.e\.|e\.g\.|see)\s")
_WORD = re.compile(r"\S+")
_MARKS = "*\"'“”‘’`$_{}\\~"


class AcronymFinder:
    """Leaves `doc._.kg_definitions`."""

    def __init__(self) -> None:
        lists = {row["list"]: row["words"].split() for row in rows(FOLDER / "cues.tsv")}
        self._stop = frozenset(lists["function"]) | frozenset(lists["verb"])

    def __call__(self, doc: Doc) -> Doc:
        text: str = doc._.kg_text
        found: list[Definition] = []
        if "(" in text:
            sentences: Sentences = doc._.kg_sentences
            links: list[tuple[int, int]] = doc._.kg_link_spans
            for match in _BRACKETS.finditer(text):
                if overlaps(match.start(), match.end(), links):
                    continue
                definition = self._define(text, match, sentences.of(match.start())[0])
                if definition is not None:
                    found.append(definition)
        doc._.kg_definitions = found
        return doc

    def _define(self, text: str, match: re.Match[str], begin: int) -> Definition | None:
        inner = _CUT.split(match[1], maxsplit=1)[0]
        start = match.start(1) + len(inner) - len(inner.lstrip(" " + _MARKS))
        inner = inner.strip(" " + _MARKS)
        end = start + len(inner)
        if _SHORT.fullmatch(inner) and _looks_short(inner):
            long_form = self._long_before(text, inner, begin, match.start())
            if long_form is not None:
                return Definition(start, end, *long_form)
        # The other way round: SHORT (long form).
        before = re.search(r"([^\W_][\w&.+/^-]{1,14})[*\"'”’}]* ?$", text[begin : match.start()])
        if before is None or not _looks_short(before[1]) or not 1 <= inner.count(" ") + inner.count("-") <= 10:
            return None
        letters = _compared(before[1])
        if len(letters) < 2 or not inner[:1].isalpha() or before[1] in inner.split():
            return None
        if _digits(inner) != _digits(before[1]):  # "an LLM (Llama-2-7B)" names an example
            return None
        place = _match_from_right(letters, inner)
        if place is not None and place == 0:
            return Definition(begin + before.start(1), begin + before.end(1), start, end)
        return None

    def _long_before(self, text: str, short: str, begin: int, bracket: int) -> tuple[int, int] | None:
        letters = _compared(short)
        if len(letters) < 2:
            return None
        words = list(_WORD.finditer(text, begin, bracket))
        if not words:
            return None
        window = words[-min(len(letters) + 5, len(letters) * 2) :]
        start = window[0].start()
        stretch = text[start:bracket].rstrip()
        stretch = stretch.rstrip(_MARKS + ",")
        place = _initials(letters, stretch)
        if place is None:
            place = _match_from_right(letters, stretch)
        if place is None:
            return None
        long_form = stretch[place:]
        head = re.match(r"\S+", long_form)
        if head is not None and head[0].lower() in self._stop and " " in long_form:
            return None
        if _digits(long_form) != _digits(short):
            return None
        if short in re.split(r"[\s-]", long_form) or len(long_form) <= len(short):
            return None
        if re.search(r"[,;:.?!] |[()]", long_form) or (" " not in long_form and "-" not in long_form):
            return None
        return start + place, start + len(stretch)


def _looks_short(word: str) -> bool:
    return len(word) <= 14 and any(c.isupper() for c in word) and sum(c.isalnum() for c in word) >= 2


def _compared(short: str) -> str:
    """The letters of the short form that the long form must hold, the plural `s` and version marks left out."""
    word = re.sub(r"[^\w]|_", "", short)
    if len(word) > 2 and word.endswith("s") and word[-2].isupper():
        word = word[:-1]
    return word.lower()


def _initials(letters: str, stretch: str) -> int | None:
    """Where the last words begin whose initials spell the short form. The scan alone would stop at the nearest
    letters: "Policy Optimization" for PPO."""
    words = list(re.finditer(r"[^\W_]+", stretch))[-len(letters) :]
    if len(words) < len(letters) or "".join(word[0][0] for word in words).lower() != letters:
        return None
    return words[0].start()


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def _match_from_right(letters: str, stretch: str) -> int | None:
    """Schwartz & Hearst's scan: every letter in order from the right, the first one at a word's start."""
    low = stretch.lower()
    place = len(low)
    for index in range(len(letters) - 1, -1, -1):
        letter = letters[index]
        place -= 1
        while place >= 0 and (
            low[place] != letter
            or (index == 0 and place > 0 and (low[place - 1].isalnum() or low[place - 1] == "_"))
        ):
            place -= 1
        if place < 0:
            return None
    return place


@Language.factory(
    "kg_acronyms", assigns=["doc._.kg_definitions"], requires=["doc._.kg_sentences", "doc._.kg_link_spans"]
)
def make_acronyms(nlp: Language, name: str) -> AcronymFinder:
    return AcronymFinder()
