"""Assembles the components into one spaCy pipeline."""

import spacy
from spacy.language import Language

from kg.extract import acronyms, cues, lexicon, links, names, sentences  # noqa: F401  (each registers its factory)
from kg.extract.tokens import Tokenizer


def components(parts: tuple[str, ...]) -> Language:
    """A blank English pipeline with our tokenizer and the named components, in this order."""
    nlp = spacy.blank("en")
    nlp.tokenizer = Tokenizer(nlp.vocab)
    for part in parts:
        nlp.add_pipe(part)
    return nlp
