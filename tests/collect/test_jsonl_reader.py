"""JSON lines of papers."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.collect import jsonl
from kg.collect.content import Content
from kg.collect.detect import detect
from kg.model import Record, Reject

GOOD = {"id": "1", "title": "A Title", "abstract": "An abstract."}


def read(data: bytes) -> list[Record | Reject]:
    return [each.outcome for each in jsonl.read(Content("papers", io.BytesIO(data)))]


def one(item: Any) -> Record | Reject:
    (found,) = read(json.dumps(item).encode())
    return found


def test_the_plain_form() -> None:
    item = {
        "id": "x",
        "title": "A\n Title ",
        "abstract": " An  abstract.\n",
        "published": "2026-11-01",
        "url": "https://a.b/c",
    }
    assert one(item) == Record(
        title="A Title",
        abstract="An abstract.",
        published="2026-11-01",
        urls=("https://a.b/c",),
        source="jsonl",
        given_id="x",
    )


def test_the_field_names_of_the_arxiv_snapshot() -> None:
    item = {
        "id": "2999.01234",
        "submitter": None,
        "authors": "A. One, B. Two and C. Three",
        "title": "A\n  Title",
        "doi": "10.1000/ABC",
        "abstract": "  Words\nin lines.\n",
        "versions": [
            {"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
            {"version": "v2", "created": "x"},
        ],
        "update_date": "2008-11-26",
    }
    found = one(item)
    assert isinstance(found, Record)
    assert found.ids == ("arxiv:2999.01234", "doi:10.1000/abc")
    assert found.published == "2007-04-02"
    assert found.authors == ("A. One", "B. Two", "C. Three")
    assert found.text == "A Title\nWords in lines."


@pytest.mark.parametrize(
    ("fields", "ids"),
    [
        ({"id": "a163"}, ()),
        ({"id": 12}, ()),
        ({"id": "hf:2999.01770"}, ("arxiv:2999.01770",)),
        ({"id": "arxiv:2999.15738v2"}, ("arxiv:2999.15738",)),
        ({"id": "conf:naacl2024:12"}, ("conf:naacl2024:12",)),
        ({"arxiv": "2999.00001"}, ("arxiv:2999.00001",)),
        ({"doi": "https://doi.org/10.1000/X"}, ("doi:10.1000/x",)),
        ({"url": "https://arxiv.org/abs/2999.00001v4"}, ("arxiv:2999.00001",)),
        ({"id": "2999.00001", "urls": ["https://arxiv.org/abs/2999.00002"]}, ("arxiv:2999.00001",)),
        ({"urls": ["https://arxiv.org/abs/2999.00001", "https://arxiv.org/abs/2999.00002"]}, ()),
    ],
)
def test_ids(fields: dict[str, Any], ids: tuple[str, ...]) -> None:
    found = one({"title": "A Title", **fields})
    assert isinstance(found, Record)
    assert found.ids == ids
    assert found.given_id == str(fields.get("id", ""))


@pytest.mark.parametrize(
    ("fields", "published"),
    [
        ({"date": "2025"}, "2025"),
        ({"year": 2025}, "2025"),
        ({"published": "2025-3"}, "2025-03"),
        ({"published": "2025-03-01T10:00:00Z", "year": 1999}, "2025-03-01"),
        ({"published": None, "update_date": "2025/03/01"}, "2025-03-01"),
        ({}, ""),
    ],
)
def test_dates(fields: dict[str, Any], published: str) -> None:
    found = one({"title": "A Title", **fields})
    assert isinstance(found, Record)
    assert found.published == published


def test_gold_lines_are_read_and_keep_their_id() -> None:
    found = one({**GOOD, "mentions": [{"start": 0}], "entities": [], "repos": [], "results": [], "pass": 2})
    assert found == Record(title="A Title", abstract="An abstract.", source="jsonl", given_id="1")


def test_a_missing_abstract_is_an_empty_one() -> None:
    assert (
        one({"title": "A Title"})
        == one({"title": "A Title", "abstract": None})
        == Record(title="A Title", source="jsonl")
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"title": "cut', "it is no JSON"),
        (b"[1, 2]", "it is no object with a title and an abstract"),
        (b"null", "it is no object"),
        (b"words", "it is no JSON"),
        (b'{"id": "7"}', "it has no title"),
        (b'{"title": ""}', "its title is empty"),
        (b'{"title": ["x"]}', "title is a list, not a text"),
        (b'{"title": "x", "abstract": 5}', "abstract is a number, not a text"),
        (b'{"title": "x", "published": "soon"}', "published is 'soon', not a date"),
        (b'{"title": "x", "published": "2025-02-30"}', "published is no date of the calendar"),
        (b'{"title": "x", "id": 2405.1}', "id is a number, not a text"),
        (b'{"title": "x", "id": "2999.00001", "arxiv": "2999.00002"}', "it states two arXiv ids"),
        (b'{"title": "caf\xe9"}', "it is not UTF-8 (byte 15 of the line is 0xe9)"),
        (b'{"title": "a\\u0000b"}', "title holds a NUL character"),
        (b'{"title": "a\0b"}', "it holds a NUL byte"),
        (b'{"title": "a\\ud800b"}', "it is no JSON"),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_bad_line_is_refused_and_the_others_are_kept(line: bytes, reason: str, place: int) -> None:
    lines = [json.dumps(GOOD).encode()] * 2
    lines.insert(place, line)
    data = b"\n".join([lines[0], b"", *lines[1:]])
    assert detect(data) is not None
    found = read(data)
    rejects = [each for each in found if isinstance(each, Reject)]
    assert len(found) == 3
    assert len(rejects) == 1
    assert rejects[0].where == f"line {place + 1 + (place > 0)}"
    assert reason in rejects[0].reason
    assert rejects[0].raw == line.decode("utf-8", "replace")
    rejects[0].model_dump_json()


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_an_object_and_a_byte_order_mark(indent: int | None) -> None:
    record = one(GOOD)
    assert read(json.dumps([GOOD, GOOD], indent=indent).encode()) == [record, record]
    assert read(b"\xef\xbb\xbf" + json.dumps(GOOD, indent=indent).encode()) == [record]


items: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.sampled_from(
        ["id", "title", "abstract", "published", "url", "urls", "authors", "doi", "arxiv", "versions", "year"]
    ),
    st.none()
    | st.text(max_size=8)
    | st.integers()
    | st.floats()
    | st.lists(st.text(max_size=4), max_size=3)
    | st.just({}),
)


@given(st.lists(items, max_size=5))
def test_no_object_breaks_the_reader_and_none_is_lost(given_items: list[dict[str, Any]]) -> None:
    data = b"".join(json.dumps(item).encode() + b"\n" for item in given_items)
    found = read(data)
    assert len(found) == len(given_items)
    for each in found:
        type(each).model_validate_json(each.model_dump_json())
