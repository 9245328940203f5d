"""Daily Papers API bodies, in all forms they have had."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from kg.collect import hf_api
from kg.collect.content import Content
from kg.collect.detect import detect
from kg.model import Declared, Record, Reject

SAMPLE = Path(__file__).parents[2] / "examples" / "sample" / "daily-papers-api.json"
ITEMS: list[dict[str, Any]] = json.loads(SAMPLE.read_text("utf-8"))


def read(body: bytes | object) -> tuple[list[Record], list[Reject]]:
    data = body if isinstance(body, bytes) else json.dumps(body, indent=1).encode()
    found = [each.outcome for each in hf_api.read(Content("day.json", io.BytesIO(data)))]
    return [each for each in found if isinstance(each, Record)], [
        each for each in found if isinstance(each, Reject)
    ]


RECORDS = read(ITEMS)[0]


@pytest.mark.parametrize(
    "body",
    [
        ITEMS,
        [item["paper"] for item in ITEMS],
        [repr(item) for item in ITEMS],
        [json.dumps(item) for item in ITEMS],
        [repr(item["paper"]) for item in ITEMS],
        {"status": "success", "date": "2026-11-24", "count": 5, "data": [repr(item) for item in ITEMS]},
        {"status": "success", "data": ITEMS},
        "\n".join(json.dumps(item) for item in ITEMS).encode(),
        json.dumps(ITEMS).encode(),
    ],
    ids=[
        "objects",
        "bare",
        "literals",
        "json-in-json",
        "bare-literals",
        "wrapped",
        "wrapped-objects",
        "lines",
        "dense",
    ],
)
def test_every_form_gives_the_same_records(body: Any) -> None:
    data = body if isinstance(body, bytes) else json.dumps(body, indent=1).encode()
    reader = detect(data)
    assert reader is not None
    assert reader.name == "hf-daily-api"
    assert read(data) == (RECORDS, [])
    assert len(RECORDS) == 5


def test_what_a_record_holds() -> None:
    record = RECORDS[1]
    paper = ITEMS[1]["paper"]
    assert (record.title, record.abstract) == (paper["title"], paper["summary"])
    assert record.ids == ("arxiv:2999.00002",)
    assert record.given_id == "2999.00002"
    assert record.published == "2026-11-21"
    assert record.authors == ("Cem Example", "Dora Example")
    assert record.urls == ("https://arxiv.org/abs/2999.00002", "https://huggingface.co/papers/2999.00002")
    assert record.declared == (
        Declared(field="hf:githubRepo", url="https://github.com/example-lab/splitvote"),
        Declared(field="hf:projectPage", url="https://example-lab.github.io/splitvote"),
    )
    Record.model_validate(record.model_dump())


def changed(**values: Any) -> dict[str, Any]:
    return {"paper": {**ITEMS[2]["paper"], **values}}


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (changed(title=None), "it has no title"),
        (changed(title=" \n "), "its title is empty"),
        (changed(title=7), "title is a number, not a text"),
        (changed(summary=["a"]), "summary is a list, not a text"),
        (changed(id="no id"), "its id is no arXiv id: 'no id'"),
        (changed(publishedAt="soon"), "publishedAt is 'soon', not a date: write it as 2025-03-01"),
        (changed(publishedAt="2026-13-01"), "publishedAt is no date of the calendar: '2026-13-01'"),
        (changed(githubRepo=["x"]), "githubRepo is a list, not a text"),
        (changed(summary="a\0b"), "summary holds a NUL character"),
        (changed(summary="a\ud800b"), "summary holds half of a surrogate pair, which is no character"),
        (changed(authors=3), "authors is a number, not a list of names"),
        ({"paper": None}, "its `paper` is no object"),
        (None, "the item is no object"),
        (5, "the item is no object"),
        ("__import__('os').getcwd()", "the item is a text that holds neither JSON nor a Python literal"),
        ("[" * 5000, "the item is a text that holds neither JSON nor a Python literal"),
    ],
)
def test_a_bad_item_is_refused_and_the_good_ones_beside_it_are_kept(item: Any, reason: str) -> None:
    records, rejects = read([*ITEMS[:2], item, *ITEMS[3:]])
    assert records == RECORDS[:2] + RECORDS[3:]
    assert [(reject.where, reject.reason) for reject in rejects] == [("item 3", reason)]
    rejects[0].model_dump_json()


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_body_cut_short_gives_its_whole_items(wrapped: bool) -> None:
    whole = json.dumps({"status": "ok", "data": ITEMS} if wrapped else ITEMS, indent=1).encode()
    for cut in range(40, len(whole), 397):
        records, rejects = read(whole[:cut])
        assert records == RECORDS[: len(records)]
        assert len(rejects) == 1
        assert "the JSON" in rejects[0].reason
        assert rejects[0].where == f"item {len(records) + 1}"
    records, rejects = read(whole[: -5 if wrapped else -2])
    assert (len(records), len(rejects)) == (5, 1)


def test_where_it_breaks_is_told() -> None:
    body = json.dumps(ITEMS, indent=1).replace('"id": "2999.00004"', '"id": "2999.00004')
    records, rejects = read(body.encode())
    assert records == RECORDS[:3]
    line = body[: body.index("2999.00004")].count("\n") + 1
    assert f"in line {line}" in rejects[0].reason


def test_bytes_that_are_not_utf8_cost_one_item() -> None:
    body = json.dumps(ITEMS, indent=1).encode().replace(b"Cem Example", b"C\xe9m Example")
    records, rejects = read(body)
    assert records == RECORDS[:1] + RECORDS[2:]
    assert [(each.where, "not UTF-8" in each.reason) for each in rejects] == [("item 2", True)]


def test_a_day_without_papers() -> None:
    assert read(b"[]") == ([], [])
