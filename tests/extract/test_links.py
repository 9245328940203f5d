"""Links in every shape that typesetting leaves them in. All texts are invented."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.pipeline import Extractor
from kg.model import RepoMention


@pytest.fixture(scope="module")
def links() -> Callable[[str], list[RepoMention]]:
    extractor = Extractor()
    return lambda abstract: list(extractor("A Study of Tides", abstract).repos)


REPO = "https://github.com/tide-lab/Wave_Net"


@pytest.mark.parametrize(
    ("text", "url", "surface"),
    [
        (f"Code is at {REPO}.", REPO, REPO),
        (f"Code ({REPO}).", REPO, REPO),
        (f"Our code is available at \\url{{{REPO}}}.", REPO, REPO),
        (f"See \\href{{{REPO}}}{{our code}}.", REPO, None),
        (f"Code: {REPO}{{{REPO}}}.", REPO, f"{REPO}{{{REPO}}}"),
        (f"Code: {REPO}}}{{github.com/tide-lab/Wave_Net}}.", REPO, None),
        ("Code: https: //github.com/tide-lab/Wave_Net .", REPO, "https: //github.com/tide-lab/Wave_Net"),
        (r"Code: https://github.com/tide-lab/Wave\_Net.", REPO, r"https://github.com/tide-lab/Wave\_Net"),
        (
            "Code: https://github.com/tide-lab/deep- Waves-for-all.",
            "https://github.com/tide-lab/deep-Waves-for-all",
            "https://github.com/tide-lab/deep- Waves-for-all",
        ),
        ("Visit www.TideNet.com for a demo.", "https://www.tidenet.com", "www.TideNet.com"),
        ("Code at github.com/tide-lab/Wave_Net.", REPO, "github.com/tide-lab/Wave_Net"),
        ("The site is tide-lab.github.io/waves.", "https://tide-lab.github.io/waves", "tide-lab.github.io/waves"),
        ("The benchmark is available at tidebench.com.", "https://tidebench.com", "tidebench.com"),
        ("Page: https://Tide-Lab.github.io/Waves/ Project page", "https://tide-lab.github.io/Waves/", None),
        ("At HTTPS://GitHub.com/Tide/Net!", "https://github.com/Tide/Net", None),
        ("At https://sites.google.com/view/tides, we show", "https://sites.google.com/view/tides", None),
        ("Get it: https://aka.ms/tides;", "https://aka.ms/tides", None),
        ("Weights: huggingface.co/tides/Wave-7B.", "https://huggingface.co/tides/Wave-7B", None),
        ("Data: https://hf.co/datasets/tides/Foam", "https://hf.co/datasets/tides/Foam", None),
        ("Demo: https://huggingface.co/spaces/tides/Show.", "https://huggingface.co/spaces/tides/Show", None),
        ("Code: https://gitlab.com/tides/net", "https://gitlab.com/tides/net", None),
        (
            "Code: https://anonymous.4open.science/r/Tides-12AB.",
            "https://anonymous.4open.science/r/Tides-12AB",
            None,
        ),
        ("Code: github/tide-lab/Wave_Net.", REPO, "github/tide-lab/Wave_Net"),
        ("Code: https://github.com/tide/net/tree/main/sub.", "https://github.com/tide/net/tree/main/sub", None),
    ],
)
def test_a_link_is_made_whole(
    links: Callable[[str], list[RepoMention]], text: str, url: str, surface: str | None
) -> None:
    found = links(text)
    assert [link.url for link in found] == [url]
    if surface is not None:
        assert found[0].surface == surface
    assert found[0].relation == "RELEASES"


@pytest.mark.parametrize(
    "text",
    [
        "We follow https://arxiv.org/abs/2401.00001 closely.",
        "See https://doi.org/10.1000/182 for more.",
        "We use Node.js and v2.0 of e.g. spaCy.",
        "It improves by 3.5 points.vs. others",
        "Nothing here.",
        "github.com is a host.",
    ],
)
def test_what_is_no_repo_is_left_alone(links: Callable[[str], list[RepoMention]], text: str) -> None:
    assert links(text) == []


def test_somebody_elses_link_is_a_mention(links: Callable[[str], list[RepoMention]]) -> None:
    (link,) = links("The agent is based on the framework at https://github.com/others/agent.")
    assert link.relation == "MENTIONS"


def test_one_node_for_several_spellings(links: Callable[[str], list[RepoMention]]) -> None:
    found = links("Code: https://github.com/Tide/Net.git and https://www.github.com/tide/net/tree/main.")
    assert {link.repo for link in found} == {"github.com/tide/net"}
    assert len(found) == 2


def test_no_mention_lies_in_a_link() -> None:
    extraction = Extractor()("LoRA Again", "We use LoRA. Code: https://github.com/x/LoRA and www.bert.com/BERT.")
    spans = [(repo.start, repo.end) for repo in extraction.repos]
    assert spans
    for mention in extraction.mentions:
        assert all(mention.end <= start or end <= mention.start for start, end in spans)


@given(st.text(alphabet=st.sampled_from(list("htps:/.wgiubcom{}\\_- aA1é\u2028😀")), max_size=80))
def test_surfaces_are_slices_of_any_text(text: str) -> None:
    whole = "T\n" + text
    for link in _extractor()("T", text).repos:
        assert whole[link.start : link.end] == link.surface


def _extractor(cache: list[Extractor] = []) -> Extractor:  # noqa: B006  (one for all examples)
    if not cache:
        cache.append(Extractor())
    return cache[0]


@pytest.mark.shared
def test_the_links_of_the_seed_pages(shared: Path) -> None:
    from kg.collect import read  # a sibling stage, only here

    lines = (shared / "corpus" / "seeds" / "links.tsv").read_text(encoding="utf-8").split("\n")
    wanted = {tuple(line.split("\t")[:2]) for line in lines[1:] if line}
    pages = sorted(str(path) for path in (shared / "corpus" / "seeds").glob("*.txt"))
    found = set()
    for item in read(pages):
        record = item.outcome
        for link in _extractor()(record.title, record.abstract).repos:
            found.add((record.title, link.url))
    assert len(wanted) == 44
    assert found == wanted
