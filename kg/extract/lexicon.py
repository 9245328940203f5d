"""Known names: the lexicon's entries and the model families with their versions, sizes and variants."""

import re
from functools import lru_cache

from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.state import Candidate, Words, overlaps
from kg.lexicon.load import FOLDER, load, rows, words
from kg.lexicon.trie import Trie
from kg.model import KINDS

_FAMILIES = FOLDER / "model_families.tsv"
_KIND_ORDER = {kind: place for place, kind in enumerate(KINDS)}


@lru_cache(maxsize=1)
def known_names() -> Trie:
    """The trie over all searched names: curated entries first, then by kind and id."""
    entries = sorted(load().entries, key=lambda e: (e.source != "curated", _KIND_ORDER[e.kind], e.id))
    return Trie(entries, words("common_words.txt"))


@lru_cache(maxsize=1)
def family_pattern() -> re.Pattern[str]:
    """A family name followed by versions, sizes and variant words; or the bare family where that is enough."""
    families: list[str] = []
    variants: list[str] = []
    for row in rows(_FAMILIES):
        (families if row["part"] == "family" else variants).append(row["name"])
    names = "|".join(
        re.escape(name).replace(r"\ ", "[ -]") for name in sorted(families, key=lambda n: (-len(n), n))
    )
    words_ = "|".join(re.escape(name) for name in sorted(variants, key=lambda n: (-len(n), n)))
    number = r"[vVrRoO]?\d+(?:\.\d+)*(?:[a-z]|x\d+[bB]?|[BbMKT])?(?:[/]\d+(?:\.\d+)?[BM]?)*"
    size = r"\d+(?:\.\d+)?[BMT](?:[/-]?A\d+(?:\.\d+)?B)?"
    piece = rf"(?:{size}|{number}|{words_})(?![^\W_])"
    return re.compile(
        rf"(?<![^\W_])(?<![\w][-/@.])(?:{names})(?:(?:[-_ ~]|(?=[vVrR]?\d)){piece}|\.\d+(?![^\W_]))*"
        rf"(?: \(\d+(?:\.\d+)?[BM]\))?(?![^\W_]|\.\d)"
    )


class LexiconFinder:
    """Leaves the first `doc._.kg_candidates`."""

    def __init__(self) -> None:
        self._trie = known_names()
        self._families = family_pattern()
        self._openings = frozenset(r["name"][:2] for r in rows(_FAMILIES) if r["part"] == "family")
        self._common = words("common_words.txt")

    def __call__(self, doc: Doc) -> Doc:
        text: str = doc._.kg_text
        links: list[tuple[int, int]] = doc._.kg_link_spans
        found: list[Candidate] = []
        for hit in self._trie.find(text):
            if not (links and overlaps(hit.start, hit.end, links)):
                found.append(Candidate(hit.start, hit.end, "lexicon", hit.entries))
        last = 0
        words: Words = doc._.kg_words
        openings = self._openings
        for word, start in zip(words.texts, words.starts, strict=True):
            if word[:2] not in openings or start < last or (match := self._families.match(text, start)) is None:
                continue
            last = end = match.end()
            if links and overlaps(start, end, links):
                continue
            tail = re.match(r"[-‐‑–]([^\W_]+)", text[end : end + 40])
            if tail is None or tail[1] in self._common:
                found.append(Candidate(start, end, "lexicon:model-family"))
        doc._.kg_candidates = found
        return doc


@Language.factory("kg_lexicon", assigns=["doc._.kg_candidates"], requires=["doc._.kg_link_spans"])
def make_lexicon(nlp: Language, name: str) -> LexiconFinder:
    return LexiconFinder()
