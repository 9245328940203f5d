"""Assembles the components into one spaCy pipeline and runs it over texts.

An extraction is a pure function of the text, `EXTRACTOR_VERSION` and the lexicon's version: it does not depend on
the texts beside it, the batch size or the number of processes.
"""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import lru_cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from kg.errors import UsageError
from kg.extract import acronyms, choose, cues, entities, lexicon, links, names, relations, sentences
from kg.extract.tokens import Tokenizer
from kg.model import Extraction, text_sha256

# Each module registers its component's factory with spaCy when it is imported.
STAGES = {
    "kg_sentences": sentences,
    "kg_links": links,
    "kg_acronyms": acronyms,
    "kg_lexicon": lexicon,
    "kg_names": names,
    "kg_cues": cues,
    "kg_choose": choose,
    "kg_entities": entities,
    "kg_relations": relations,
}


@lru_cache(maxsize=1)
def extractor_version() -> str:
    """Twelve hex digits of SHA-256 over the source files of this package, by name."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).resolve().parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


EXTRACTOR_VERSION = extractor_version()


def components(parts: Iterable[str]) -> Language:
    """A blank English pipeline with our tokenizer and the named components, in this order."""
    nlp = spacy.blank("en")
    # No component reads lexical attributes, and computing them is half of the tokenizer's time.
    setattr(nlp.vocab, "lex_attr_getters", {})  # noqa: B010  (missing in spaCy's type stubs)
    nlp.tokenizer = Tokenizer(nlp.vocab)
    for part in parts:
        nlp.add_pipe(part)
    return nlp


class Extractor:
    """The whole pipeline. Building one reads the lexicon (about a second)."""

    version = EXTRACTOR_VERSION

    def __init__(self) -> None:
        self.nlp = components(STAGES)

    def __call__(self, title: str, abstract: str) -> Extraction:
        """What is found in one stored text. Raises nothing for any text."""
        with self.nlp.memory_zone():
            return self._read(title, abstract)

    def batch(self, texts: Iterable[tuple[str, str]]) -> list[Extraction]:
        """The same for several texts; strings that only they need are forgotten afterwards."""
        with self.nlp.memory_zone():
            return [self._read(title, abstract) for title, abstract in texts]

    def _read(self, title: str, abstract: str) -> Extraction:
        doc = self.nlp.tokenizer(f"{title}\n{abstract}")
        for _, component in self.nlp.pipeline:
            doc = component(doc)
        return _extraction(doc, title, abstract)


def _extraction(doc: Doc, title: str, abstract: str) -> Extraction:
    return Extraction.model_construct(
        text_sha256=text_sha256(title, abstract),
        mentions=tuple(doc._.kg_mentions),
        entities=tuple(doc._.kg_entities),
        claims=tuple(doc._.kg_claims),
        repos=tuple(doc._.kg_links),
        results=(),
    )


@lru_cache(maxsize=1)
def _extractor() -> Extractor:
    """The one Extractor of this process: reading the lexicon takes a second."""
    return Extractor()


def _in_worker(texts: list[tuple[str, str]]) -> list[Extraction]:
    return _extractor().batch(texts)


def extract(
    texts: Iterable[tuple[str, str]], *, batch_size: int = 256, processes: int = 1
) -> Iterator[Extraction]:
    """One extraction for each (title, abstract), in the order given; texts are read as a stream.

    With several processes at most two batches per process are under way. Raises UsageError where batch size or
    processes are not positive.
    """
    if batch_size < 1 or processes < 1:
        raise UsageError("batch size and processes must be 1 or more")
    source = iter(texts)
    batches = iter(lambda: list(islice(source, batch_size)), [])
    if processes == 1:
        for batch in batches:
            yield from _in_worker(batch)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        waiting: deque[Future[list[Extraction]]] = deque()
        for batch in batches:
            waiting.append(pool.submit(_in_worker, batch))
            if len(waiting) > 2 * processes:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
