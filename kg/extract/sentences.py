"""Sentence ends that survive "e.g.", "et al.", "Fig. 2", "vs." and decimals. The title is one of its own."""

from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.state import Sentences, Words
from kg.lexicon.load import words as word_list

_CLOSING = frozenset(")]}\"'’”»*")
_ENDS = frozenset(".?!")


class SentenceFinder:
    """Leaves `doc._.kg_sentences` and spaCy's own sentence starts."""

    def __init__(self) -> None:
        self._abbreviations = word_list("abbreviations.txt")

    def __call__(self, doc: Doc) -> Doc:
        words: Words = doc._.kg_words
        text: str = doc._.kg_text
        starts, ends = [], []
        begin = 0
        total = len(words.texts)
        place = 0
        while place < total:
            last = place
            if words.texts[place] in _ENDS and self._is_end(words, text, place):
                while last + 1 < total and words.texts[last + 1] in _CLOSING | _ENDS:
                    if words.starts[last + 1] != words.ends[last]:
                        break
                    last += 1
                following = words.starts[last + 1] if last + 1 < total else len(text)
                if last + 1 == total or self._starts(words, text, last):
                    starts.append(begin)
                    ends.append(words.ends[last])
                    begin = following
            elif place + 1 < total and "\n" in text[words.ends[place] : words.starts[place + 1]]:
                starts.append(begin)
                ends.append(words.ends[place])
                begin = words.starts[place + 1]
            place = last + 1
        if total and begin < words.ends[-1]:
            starts.append(begin)
            ends.append(words.ends[-1])
        if not starts:
            starts, ends = [0], [len(text)]
        doc._.kg_sentences = Sentences(starts, ends)
        if len(doc):
            doc[0].is_sent_start = True
        for start in starts if total else ():
            doc[words.tokens[words.after(start)]].is_sent_start = True
        return doc

    def _is_end(self, words: Words, text: str, place: int) -> bool:
        if words.texts[place] != "." or place == 0:
            return True
        if words.starts[place] != words.ends[place - 1]:
            return True
        word = words.lower[place - 1]
        chain = word
        back = place - 1
        while back >= 2 and words.texts[back - 1] == "." and words.starts[back] == words.ends[back - 1]:
            back -= 2
            chain = words.lower[back] + "." + chain
        if chain in self._abbreviations or word in self._abbreviations:
            return False
        return not (len(word) == 1 and words.texts[place - 1].isupper() and chain != word)

    @staticmethod
    def _starts(words: Words, text: str, last: int) -> bool:
        gap = text[words.ends[last] : words.starts[last + 1]]
        following = words.texts[last + 1]
        return bool(gap) and ("\n" in gap or not following[0].islower())


@Language.factory("kg_sentences", assigns=["doc._.kg_sentences", "token.is_sent_start"])
def make_sentences(nlp: Language, name: str) -> SentenceFinder:
    return SentenceFinder()
