"""JSON lines of papers: {id?, title, abstract?, published?, url?, …}, or an array of such objects.

The field names of the arXiv snapshot on Kaggle are known, and so are lines of gold annotation, whose other fields
are left alone.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kg.collect import fields, ids
from kg.collect.content import Content
from kg.collect.json_items import looks_like_json, records
from kg.collect.reader import Found
from kg.model import Record
from kg.text import stored

NAME = "jsonl"


def sniff(head: bytes) -> bool:
    """JSON of any kind; readers of a narrower form are asked before."""
    return looks_like_json(head)


def read(content: Content) -> Iterator[Found]:
    """One record per object."""
    return records(content, record)


def record(item: object) -> Record:
    """The record that an object states. Raises fields.Wrong."""
    if not isinstance(item, Mapping):
        raise fields.Wrong("it is no object with a title and an abstract")
    given = fields.identifier(item, "id")
    urls = [*fields.texts(item, "url"), *fields.texts(item, "urls")]
    return Record.model_construct(
        title=fields.title(item),
        abstract=stored(fields.text(item, "abstract", "summary")),
        ids=_identity(item, given, urls),
        published=_published(item),
        authors=fields.people(item, "authors"),
        urls=tuple(dict.fromkeys(url.strip() for url in urls)),
        source=NAME,
        given_id=given,
    )


def _identity(item: Mapping[str, Any], given: str, urls: list[str]) -> tuple[str, ...]:
    stated = [ids.parse(given)]
    for name in ("arxiv", "arxiv_id", "arxivId"):
        stated.append(ids.parse_arxiv(fields.identifier(item, name)))
    for name in ("doi", "DOI"):
        stated += ids.parse_doi(fields.text(item, name))
    of_arxiv = sorted({name for name in stated if name is not None and name.startswith("arxiv:")})
    if len(of_arxiv) > 1:
        raise fields.Wrong(f"it states two arXiv ids: {', '.join(of_arxiv)}")
    # An address may be one of a related paper: it adds an id only of a kind that no field states.
    kinds = {name.partition(":")[0] for name in stated if name}
    linked = [name for name in ids.from_urls(urls) if name.partition(":")[0] not in kinds]
    for kind in {name.partition(":")[0] for name in linked}:
        alike = {name for name in linked if name.startswith(f"{kind}:")}
        if len(alike) == 1:
            stated += alike
    return ids.in_order(stated)


def _published(item: Mapping[str, Any]) -> str:
    """The day of the first version, before that of the last change."""
    if found := fields.day(item, "published", "publishedAt", "date"):
        return found
    versions = item.get("versions")
    if isinstance(versions, list) and versions and isinstance(versions[0], Mapping):
        return fields.day(versions[0], "created")
    return fields.day(item, "update_date", "year")
