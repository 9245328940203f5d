"""What a link leads to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.lexicon.hosts import parse_link

PART = st.text(alphabet="abcXYZ019-_.", min_size=1, max_size=8)


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/Some-Lab/Tool_1",
        "http://www.github.com/some-lab/tool_1/",
        "https://GitHub.com/Some-Lab/Tool_1.git",
        "https://github.com/Some-Lab/Tool_1/tree/main/sub",
        "https://github.com/Some-Lab/Tool_1/blob/main/README.md#usage",
        "https://github.com/Some-Lab/Tool_1?tab=readme",
        "https://github.com/Some-Lab/Tool_1/issues/3",
    ],
)
def test_all_spellings_of_a_repository_are_one(url: str) -> None:
    address = parse_link(url)
    assert address is not None
    assert address.id == "github.com/some-lab/tool_1"
    assert (address.host, address.kind) == ("github.com", "code")
    assert address.owner.lower() == "some-lab"
    assert address.name.lower() == "tool_1"


@pytest.mark.parametrize(
    ("url", "node", "kind"),
    [
        ("https://huggingface.co/Org/Model-7B", "huggingface.co/Org/Model-7B", "model"),
        ("https://hf.co/Org/Model-7B/tree/main", "huggingface.co/Org/Model-7B", "model"),
        ("https://huggingface.co/datasets/Org/Set", "huggingface.co/datasets/Org/Set", "dataset"),
        ("https://huggingface.co/spaces/Org/Demo", "huggingface.co/spaces/Org/Demo", "space"),
        ("https://huggingface.co/Org", "huggingface.co/Org", "page"),
        ("https://Lab.github.io/Project/", "lab.github.io/Project", "page"),
        ("https://gitlab.com/Group/Sub/Tool", "gitlab.com/group/sub/tool", "code"),
        ("https://anonymous.4open.science/r/Thing-12AB/", "anonymous.4open.science/r/Thing-12AB", "code"),
        ("https://sites.google.com/view/thing/home", "sites.google.com/view/thing/home", "page"),
        ("https://aka.ms/Thing", "aka.ms/thing", "page"),
        ("https://www.example.org", "example.org", "page"),
        ("https://demo.hf.space/", "demo.hf.space", "space"),
        ("https://github.com/Owner", "github.com/owner", "page"),
    ],
)
def test_each_host_folds_as_its_rules_say(url: str, node: str, kind: str) -> None:
    address = parse_link(url)
    assert address is not None
    assert (address.id, address.kind) == (node, kind)


@pytest.mark.parametrize(
    "url", ["", "no link", "https://", "ftp://example.org/x", "https://localhost", "https:// a.b"]
)
def test_what_is_no_link_has_no_address(url: str) -> None:
    assert parse_link(url) is None


@given(st.sampled_from(["github.com", "hf.co", "www.x.github.io", "gitlab.com", "example.org", "kaggle.com"]),
       st.lists(PART | st.sampled_from(["datasets", "tree", "blob", "spaces", "a.git", "-"]), max_size=6),
       st.sampled_from(["", "/", "?a=b", "#top", ".git", ".git.git"]))  # fmt: skip
def test_folding_twice_is_folding_once(host: str, parts: list[str], tail: str) -> None:
    address = parse_link(f"https://{host}/{'/'.join(parts)}{tail}")
    assert address is not None
    again = parse_link(address.url)
    assert again is not None
    assert again == address


@given(st.text(max_size=60))
def test_any_text_is_answered(text: str) -> None:
    parse_link(text)
    parse_link("https://" + text)
