"""Cuts a text into words and marks so that names such as "LC-R1", "GPT-4o" and "CIFAR-10/100" are one word."""

import re

from spacy.tokens import Doc
from spacy.vocab import Vocab

from kg.extract.state import Words, register

_PART = r"[\w\u0300-\u036f]+"
_WORD = re.compile(rf"{_PART}(?:(?:[-‐‑'’/@&^]|\.(?=\d)){_PART})*(?:[+*]{{1,2}}(?!\w))?|\S")


class Tokenizer:
    """A spaCy tokenizer: `doc.text == text` for every text, blanks other than one space become tokens."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab
        register()

    def __call__(self, text: str) -> Doc:
        texts: list[str] = _WORD.findall(text)
        starts: list[int] = []
        ends: list[int] = []
        tokens: list[int] = []
        words: list[str] = []
        spaces: list[bool] = []
        position = 0
        for word in texts:
            start = text.index(word, position)
            if start != position:
                _blank(text[position:start], words, spaces)
            position = start + len(word)
            starts.append(start)
            ends.append(position)
            tokens.append(len(words))
            words.append(word)
            spaces.append(False)
        if position < len(text):
            _blank(text[position:], words, spaces)
        doc = Doc(self.vocab, words=words, spaces=spaces)
        doc._.kg_text = text
        doc._.kg_words = Words(texts, [word.lower() for word in texts], starts, ends, tokens)
        return doc


def _blank(gap: str, words: list[str], spaces: list[bool]) -> None:
    if gap[0] == " " and words:
        spaces[-1] = True
        gap = gap[1:]
    if gap:
        words.append(gap)
        spaces.append(False)
