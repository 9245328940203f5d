r"""Links to code, data, weights and project pages, in all the shapes typesetting leaves them in.

Mended: a trailing full stop, `\url{…}` and `\href{…}{…}`, a doubled copy in braces, `https: //`, `\_`, one blank
broken into the path after a hyphen or slash, a missing scheme. Links to papers, licences and videos are no
repos, but no mention is looked for inside them either (`doc._.kg_link_spans`).
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.state import Sentences, built
from kg.lexicon.hosts import parse_link
from kg.lexicon.load import FOLDER, rows
from kg.model import RepoMention

_SCHEME = re.compile(r"https?\s?:\s?//\s?", re.IGNORECASE)
_BODY = re.compile(r"(?:\\[_%#&~]|[^\s{}<>\"“”|\\^`\[\]…])+")
_COPY = re.compile(r"\}?\{[^{}\s]*\}?")
_TAIL = ".,;:!?'\"’”*)"
_BROKEN = re.compile(r" (?=[\w.-]*[\w-])([A-Za-z0-9][\w.-]*[A-Za-z0-9]|[A-Za-z0-9])")
_GITHUB_WORD = re.compile(r"(?<![\w./-])github/([A-Za-z0-9-]+/[\w.-]*\w)")
_BARE = re.compile(r"(?<![\w./@-])(?:[A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}(?:/[^\s{}<>\"“”|^`\[\]]*)?")


_DOTTED = re.compile(r"[A-Za-z0-9]\.[A-Za-z]{2}")


class _Raw(NamedTuple):
    start: int
    end: int
    url: str
    finder: str


class LinkFinder:
    """Leaves `doc._.kg_links` and `doc._.kg_link_spans`."""

    def __init__(self) -> None:
        lists = {row["list"]: re.split(r"[ |]", row["words"]) for row in rows(FOLDER / "links.tsv")}
        self._hosts = frozenset(lists["bare_host"])
        self._suffixes = tuple("." + suffix for suffix in lists["bare_suffix"])
        self._tlds = frozenset(lists["bare_tld"])
        self._cues = frozenset(lists["cue_before"])
        self._not_repo = frozenset(lists["not_repo"])
        self._others = re.compile(rf"\b(?:{'|'.join(lists['mentions'])})\b", re.IGNORECASE)
        self._own = re.compile(rf"\b(?:{'|'.join(lists['releases'])})\b", re.IGNORECASE)

    def __call__(self, doc: Doc) -> Doc:
        text: str = doc._.kg_text
        links: list[RepoMention] = []
        spans: list[tuple[int, int]] = []
        if "." in text or "github/" in text:
            sentences: Sentences = doc._.kg_sentences
            for raw in self._all(text):
                spans.append((raw.start, raw.end))
                if (link := self._link(text, raw, sentences)) is not None:
                    links.append(link)
        doc._.kg_links = links
        doc._.kg_link_spans = spans
        return doc

    def _all(self, text: str) -> Iterator[_Raw]:
        found: list[_Raw] = []
        last = 0
        for match in _SCHEME.finditer(text):
            if match.start() >= last and (raw := _with_scheme(text, match)) is not None:
                found.append(raw)
                last = raw.end
        taken = [(raw.start, raw.end) for raw in found]
        for match in _BARE.finditer(text) if _DOTTED.search(text) else ():
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            if (raw := self._without_scheme(text, match)) is not None:
                found.append(raw)
        for match in _GITHUB_WORD.finditer(text):
            url = f"https://github.com/{match[1]}"
            found.append(_Raw(match.start(), match.end(), url, "link:github-word"))
        return iter(sorted(found))

    def _without_scheme(self, text: str, match: re.Match[str]) -> _Raw | None:
        start, whole = match.start(), match.group()
        bare = whole.rstrip(_TAIL)
        host, _, path = bare.partition("/")
        host = host.lower()
        site = host.removeprefix("www.")
        if site in self._hosts:
            if not path:
                return None
        elif not (host.startswith("www.") or site.endswith(self._suffixes)):
            before = text[:start].rstrip(" (\\{").rsplit(None, 1)
            cue = before[-1].lower() if before else ""
            if site.rsplit(".", 1)[-1] not in self._tlds or cue not in self._cues or site.count(".") > 3:
                return None
        end = start + len(bare)
        end, path = _mend(text, end, bare, path, site)
        if (copy := _COPY.match(text, end)) is not None:
            end = copy.end()
        return _Raw(start, end, f"https://{host}/{path}" if path else f"https://{host}", "link:bare")

    def _link(self, text: str, raw: _Raw, sentences: Sentences) -> RepoMention | None:
        address = parse_link(raw.url)
        if address is None or address.host in self._not_repo:
            return None
        if any(address.host.endswith("." + host) for host in self._not_repo):
            return None
        if address.host == "github.com" and not address.name:
            return None
        begin, end = sentences.of(raw.start)
        before = text[begin : raw.start]
        relation: Literal["RELEASES", "MENTIONS"] = "RELEASES"
        if self._others.search(before) and not self._own.search(before):
            relation = "MENTIONS"
        return built(
            RepoMention,
            url=raw.url,
            repo=address.id,
            kind=address.kind,
            surface=text[raw.start : raw.end],
            start=raw.start,
            end=raw.end,
            sentence_start=begin,
            sentence_end=max(end, raw.end),
            relation=relation,
            finder=raw.finder,
            confidence=0.99,
        )


def _with_scheme(text: str, match: re.Match[str]) -> _Raw | None:
    body = _BODY.match(text, match.end())
    if body is None:
        return None
    written = body.group()
    # A second link glued on begins its own copy: the first stands.
    if (again := re.search(r"https?://", written)) is not None and again.start() > 0:
        written = written[: again.start()]
    bare = written.rstrip(_TAIL)
    if ")" in written and "(" in bare and bare.count("(") > bare.count(")"):
        bare += ")"
    end = body.start() + len(bare)
    host, _, path = bare.partition("/")
    host = host.rstrip(".").lower()
    if "." not in host:
        return None
    end, path = _mend(text, end, bare, path, host.removeprefix("www."))
    if end == body.end() and (copy := _COPY.match(text, end)) is not None:
        end = copy.end()
    slash = "/" if "/" in bare else ""
    scheme = "https" if match.group()[4:5] in "sS" else "http"
    return _Raw(match.start(), end, f"{scheme}://{host}{slash}{path}", "link:scheme")


def _mend(text: str, end: int, bare: str, path: str, site: str) -> tuple[int, str]:
    r"""The path without `\_` and with what stands after a blank broken into it; and where the link ends."""
    unfinished = site == "github.com" and bare.endswith("/") and path.count("/") <= 1
    if bare.endswith(("-", "_")) or unfinished:
        following = _BROKEN.match(text, end)
        if following is not None and (unfinished or re.search(r"[-\dA-Z]", following[1]) or len(following[1]) > 3):
            path += following[1]
            end = following.end()
    return end, re.sub(r"\\([_%#&~])", r"\1", path)


@Language.factory("kg_links", assigns=["doc._.kg_links", "doc._.kg_link_spans"], requires=["doc._.kg_sentences"])
def make_links(nlp: Language, name: str) -> LinkFinder:
    return LinkFinder()
