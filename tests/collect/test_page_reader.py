"""Daily Papers pages as plain text."""

import io
import textwrap
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.collect import hf_page
from kg.collect.content import Content
from kg.collect.furniture import furniture
from kg.model import Record, Reject

Form = Callable[[Sequence[str]], str]


def abstract(subject: str) -> str:
    return (
        f"Methods for {subject} are often judged on data that they have seen. We propose a test that is written "
        f"anew for every model and show on {subject} that the order of methods changes. The test costs one hour, "
        "needs no annotators and can be repeated by anyone. We compare with four earlier tests and release all."
    )


PAPERS = [
    (f"A Fresh Test for {subject}", abstract(subject))
    for subject in (
        "Grasping",
        "Low-Rank Adaptation",
        "Parsing",
        "Speech Recognition",
        "Image Retrieval",
        "Planning",
    )
]
LINES = [line for paper in PAPERS for line in paper]


def read(page: str | bytes) -> tuple[list[tuple[str, str]], list[Reject]]:
    data = page.encode() if isinstance(page, str) else page
    papers, rejects = [], []
    for found in hf_page.read(Content("page.txt", io.BytesIO(data))):
        if isinstance(found.outcome, Record):
            assert found.outcome.source == "hf-daily-page"
            papers.append((found.outcome.title, found.outcome.abstract))
        else:
            assert (found.outcome.source, found.outcome.where) == ("page.txt", found.where)
            rejects.append(found.outcome)
    return papers, rejects


def compact(lines: Sequence[str]) -> str:
    header = ["Get trending papers in your email inbox once a day!", "Get trending papers in your email inbox!"]
    return "\n".join([*header, f"Subscribe{lines[0]}", *lines[1:]])


def spaced(lines: Sequence[str]) -> str:
    header = ["new", "Get trending papers in your email inbox!", "Subscribe", "Daily Papers"]
    return "\n\n".join([*header, "byAK and the research community", "Aug 7", *lines])


@pytest.mark.parametrize("form", [compact, spaced])
@pytest.mark.parametrize("change", ["", "end", "crlf", "cr", "bom", "blanks"])
def test_both_forms_however_they_were_saved(form: Form, change: str) -> None:
    page = form(LINES).encode()
    page = {
        "": page,
        "end": page + b"\n\n\n",
        "crlf": page.replace(b"\n", b"\r\n"),
        "cr": page.replace(b"\n", b"\r"),
        "bom": b"\xef\xbb\xbf" + page,
        "blanks": page.replace(b"\n", b" \t\n  "),
    }[change]
    assert hf_page.sniff(page.removeprefix(b"\xef\xbb\xbf"))
    assert read(page) == (PAPERS, [])


def test_blank_lines_may_be_mixed_and_furniture_may_stand_anywhere() -> None:
    page = compact(LINES).replace(
        "\nA Fresh Test for Parsing", "\n\nUpvote\n\n12\nAug 8\nA Fresh Test for Parsing"
    )
    page += "\nPrevious\nNext\n\nBack to top\n© 2025 Hugging Face\n"
    assert read(page) == (PAPERS, [])


@given(st.data())
def test_furniture_between_papers_changes_nothing(data: st.DataObject) -> None:
    pieces = ["", "new", "Upvote", "12", "1.2k", "August 7, 2025", "Thu, Aug 7", "2025-08-07", "3 authors", "NEXT"]
    lines = list(LINES)
    for place in data.draw(st.lists(st.integers(0, len(PAPERS)), max_size=6)):
        lines.insert(
            lines.index(PAPERS[place][0]) if place < len(PAPERS) else len(lines),
            data.draw(st.sampled_from(pieces)),
        )
    assert read("\n".join(lines)) == (PAPERS, [])


@pytest.mark.parametrize("form", [compact, spaced])
@pytest.mark.parametrize("gone", range(len(LINES)))
def test_a_missing_title_or_abstract_costs_that_paper_alone(form: Form, gone: int) -> None:
    page = form(LINES[:gone] + LINES[gone + 1 :])
    papers, rejects = read(page)
    assert papers == [paper for index, paper in enumerate(PAPERS) if index != gone // 2]
    assert len(rejects) == 1
    assert rejects[0].raw == LINES[gone ^ 1]
    expected = "a title without an abstract" if gone % 2 else "a paragraph without a title before it"
    assert rejects[0].reason == expected
    line = int(rejects[0].where.removeprefix("line "))
    assert page.split("\n")[line - 1].endswith(LINES[gone ^ 1])


def test_an_abstract_may_go_on_in_another_paragraph() -> None:
    title, body = PAPERS[0]
    parts = [
        body + " Three points stand out:",
        "(1) the order of methods changes;",
        "(2) the test is cheap.",
        "Code: https://github.com/example-lab/fresh",
    ]
    papers, rejects = read(spaced([title, *parts, *LINES[2:]]))
    assert papers == [(title, " ".join(parts)), *PAPERS[1:]]
    assert rejects == []


def test_lines_wrapped_by_an_editor_are_joined() -> None:
    blocks = [textwrap.fill(line, 72) for line in LINES]
    assert read("\n\n".join(["Daily Papers", "Aug 7, 2025", *blocks])) == (PAPERS, [])


@pytest.mark.parametrize("title", ["Subscribers and Their Habits", "Subscribe to Nothing", "Subscribed: A Study"])
def test_a_title_that_begins_with_the_word_stays_whole(title: str) -> None:
    assert read("\n".join(["Daily Papers", title, LINES[1]]))[0] == [(title, LINES[1])]


def test_bytes_that_are_not_utf8_cost_one_paper() -> None:
    page = compact(LINES).encode().replace(b"A Fresh Test for Parsing", b"A Fresh Test for P\xe4rsing")
    assert hf_page.sniff(page)
    papers, rejects = read(page)
    assert papers == [paper for paper in PAPERS if "Parsing" not in paper[0]]
    assert [reject.reason for reject in rejects] == [
        "line 7 holds bytes that are not UTF-8: save the page as UTF-8"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# Notes\n\nSome words.\n\n```python\nprint(1)\n```\n",
        "title\turl\nA Paper\thttps://example.org\nAnother\thttps://example.org\n",
        "import os\n\n\ndef main() -> None:\n    print(os.sep)\n",
        "One single line without anything else",
        "2026-01-01 12:00:00 INFO started\n" * 50,
        "<html><body><p>Daily Papers</p></body></html>",
        "",
    ],
)
def test_other_texts_are_no_page(text: str) -> None:
    assert not hf_page.sniff(text.encode())


def test_titles_and_abstracts_alone_are_a_page() -> None:
    assert hf_page.sniff("\n".join(LINES).encode())
    assert hf_page.sniff("\n".join(LINES[:3]).encode())


@pytest.mark.parametrize(
    "line",
    [
        "Aug 7",
        "August 7, 2025",
        "7 Aug 2025",
        "Thu, Aug 7",
        "Aug 4 - Aug 10",
        "Submitted by someone",
        "12",
        "· 4 authors",
    ],
)
def test_furniture(line: str) -> None:
    assert furniture().holds(line)
    assert furniture().holds(line.upper())


@pytest.mark.parametrize(
    "line", [PAPERS[0][0], "Olmo 3", "May the Force Be with You", "Imagen 3", "Week-Ahead Forecasts"]
)
def test_no_furniture(line: str) -> None:
    assert not furniture().holds(line)


@given(st.text(max_size=400) | st.lists(st.sampled_from([*LINES, "Aug 7", "12", ""])).map("\n".join))
def test_no_text_breaks_the_reader_and_nothing_is_lost(page: str) -> None:
    papers, rejects = read(page.encode("utf-8", "replace"))
    kept = "".join([*(f"{title}{body}" for title, body in papers), *(reject.raw for reject in rejects)])
    for line in LINES:
        assert kept.count(line) == page.split("\n").count(line)
