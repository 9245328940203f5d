"""Identifiers of papers, whatever way they are written: `arxiv:2405.15738`, `doi:10.1000/x`, `scheme:value`.

Invariant: `parse` gives one spelling per paper, and takes its own output back unchanged.
"""

import re
from collections.abc import Iterable
from urllib.parse import unquote

# The archives of the identifiers arXiv gave until March 2007 ("hep-th/9901001"); closed since.
_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga|"
    "funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math-ph|math|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|"
    "plasm-ph|q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_ARXIV_PREFIX = (
    r"(?:https?://)?(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html|format|e-print|src)/(?:arxiv:)?"
    r"|(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/papers/"
    r"|(?:https?://)?(?:www\.)?alphaxiv\.org/(?:abs|pdf|overview)/"
    r"|(?:https?://)?(?:dx\.|www\.)?doi\.org/10\.48550/arxiv\."
    r"|doi:\s*10\.48550/arxiv\.|10\.48550/arxiv\."
    r"|arxiv:\s*|hf:\s*"
)
_ARXIV = re.compile(
    rf"(?:{_ARXIV_PREFIX})?"
    rf"(?:(?P<new>\d{{4}}\.\d{{4,5}})|(?P<archive>{_ARCHIVES})(?:\.[a-z]{{2}})?/(?P<old>\d{{7}}))"
    r"(?:v\d+)?(?:\.pdf)?/?(?:[?#].*)?",
    re.IGNORECASE | re.ASCII,
)
_DOI = re.compile(
    r"(?P<prefix>(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi:\s*)?(?P<doi>10\.\d{4,9}(?:\.\d+)*/\S+)",
    re.IGNORECASE | re.ASCII,
)
_OPENALEX = re.compile(
    r"(?:(?:https?://)?(?:api\.)?openalex\.org/(?:works/)?|openalex:)(W\d+)", re.IGNORECASE | re.ASCII
)
_OTHER = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?P<value>(?!//)[^\s\0]+)", re.ASCII)
# Schemes that name no paper of their own: addresses, and our own ids, which are derived from other fields.
_NO_IDENTITY = frozenset(
    {"http", "https", "ftp", "file", "urn", "mailto", "title", "arxiv", "hf", "doi", "openalex"}
)


def parse(text: str) -> str | None:
    """The identifier in its one spelling (arXiv without version, DOI in small letters), or None.

    None stands for what identifies no paper outside its file: a bare name ("a163"), or an address that is neither
    arXiv, DOI, OpenAlex nor a paper page of Hugging Face.

    >>> parse("https://arxiv.org/pdf/2405.15738v2.pdf"), parse("hf:2405.15738"), parse("10.48550/arXiv.2405.15738")
    ('arxiv:2405.15738', 'arxiv:2405.15738', 'arxiv:2405.15738')
    >>> parse("math.GT/0309136"), parse("https://doi.org/10.1000/ABC"), parse("conf:naacl2024:12"), parse("a163")
    ('arxiv:math/0309136', 'doi:10.1000/abc', 'conf:naacl2024:12', None)
    """
    text = text.strip()
    if found := _ARXIV.fullmatch(text):
        return "arxiv:" + (found["new"] or f"{found['archive'].lower()}/{found['old']}")
    if found := _DOI.fullmatch(text):
        return _doi(found["doi"], from_address="/" in (found["prefix"] or ""))
    if found := _OPENALEX.fullmatch(text):
        return "openalex:" + found[1].upper()
    if (found := _OTHER.fullmatch(text)) and found["scheme"].lower() not in _NO_IDENTITY:
        return f"{found['scheme'].lower()}:{found['value']}"
    return None


def parse_doi(text: str) -> list[str]:
    """The identifiers in a field that holds a DOI, or several with blanks between them, as arXiv writes them."""
    found = [parse(part) for part in text.replace(";", " ; ").split()]
    return [name for name in found if name is not None and name.startswith(("doi:", "arxiv:"))]


def parse_arxiv(text: str) -> str | None:
    """The identifier in a field that holds an arXiv id."""
    found = parse(text)
    return found if found is not None and found.startswith("arxiv:") else None


def from_urls(urls: Iterable[str]) -> list[str]:
    """The identifiers that addresses of a paper state."""
    return [found for url in urls if "/" in url and (found := parse(url)) is not None]


def in_order(found: Iterable[str | None]) -> tuple[str, ...]:
    """Identifiers sorted, each once."""
    return tuple(sorted({name for name in found if name}))


def _doi(text: str, *, from_address: bool) -> str | None:
    if from_address:
        text = unquote(text.partition("?")[0].partition("#")[0], errors="replace")
    doi = text.lower().rstrip(".,;:/")
    if arxiv := re.fullmatch(r"10\.48550/arxiv\.(.+)", doi):
        return parse("arxiv:" + arxiv[1])
    if not re.fullmatch(r"10\.\d{4,9}(?:\.\d+)*/\S+", doi, re.ASCII):
        return None
    return "doi:" + doi
