"""Cuts a text into words and marks so that names such as "LC-R1", "GPT-4o" and "CIFAR-10/100" are one word."""

import re
from itertools import accumulate

from spacy.tokens import Doc
from spacy.vocab import Vocab

from kg.extract.state import Words, register

_PART = r"[\w\u0300-\u036f]+"
_PIECE = re.compile(rf"({_PART}(?:(?:[-‐‑'’/@&^]|\.(?=\d)){_PART})*(?:[+*]{{1,2}}(?!\w))?|\S|\s)( ?)")


class Tokenizer:
    """A spaCy tokenizer: `doc.text == text` for every text, blanks other than one space become tokens."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab
        register()

    def __call__(self, text: str) -> Doc:
        pieces: list[tuple[str, str]] = _PIECE.findall(text)
        words = [word for word, _ in pieces]
        spaces = [bool(blank) for _, blank in pieces]
        offsets = [0, *accumulate(len(word) + len(blank) for word, blank in pieces)]
        tokens = [place for place, word in enumerate(words) if not word.isspace()]
        texts = [words[place] for place in tokens]
        starts = [offsets[place] for place in tokens]
        ends = [start + len(word) for start, word in zip(starts, texts, strict=True)]
        doc = Doc(self.vocab, words=words, spaces=spaces)
        doc._.kg_text = text
        doc._.kg_words = Words(texts, [word.lower() for word in texts], starts, ends, tokens)
        return doc
