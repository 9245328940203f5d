"""Finding known names in texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.lexicon.load import Entry
from kg.lexicon.trie import Trie

COMMON = frozenset({"based", "generated", "trained", "style"})


def entry(name: str, *aliases: str, case: bool = False) -> Entry:
    return Entry(id=name.lower(), kind="Method", name=name, aliases=aliases, source="test", case=case)


TRIE = Trie(
    [
        entry("CIFAR-10"), entry("CIFAR-100"), entry("GPT-4"), entry("GPT-4o"), entry("SOAP", case=True),
        entry("large language model", "LLM", case=True), entry("group policy", "GRPO", case=True),
        entry("Zephyr+"),
    ],
    COMMON,
)  # fmt: skip


def found(text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in TRIE.find(text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("on CIFAR-10, CIFAR-100 and cifar10", ["CIFAR-10", "CIFAR-100", "cifar10"]),
        ("GPT-4o is not GPT-4.", ["GPT-4o", "GPT-4"]),
        ("GPT-4.1 is neither", []),
        ("GPT-4-generated text", ["GPT-4"]),
        ("GPT-4-Ultra is another", []),
        ("SOAP, soap and Soap", ["SOAP"]),
        ("Large Language Models, LLMs and llms", ["Large Language Models", "LLMs"]),
        ("large-language model", ["large-language model"]),
        ("large, language model", []),
        ("GRPO-lambda differs from GRPO", ["GRPO"]),
        ("post-GRPO", []),
        ("Zephyr+ but not Zephyr", ["Zephyr+"]),
        ("xGPT-4 GPT-4x", []),
        ("", []),
    ],
)
def test_names_end_where_words_end(text: str, names: list[str]) -> None:
    assert found(text) == names


@given(st.text(alphabet=st.sampled_from(list("GPT-4oO LMlargnguemdsİß+.\u0301\u2028")), max_size=60))
def test_hits_are_ordered_and_apart(text: str) -> None:
    last = 0
    for hit in TRIE.find(text):
        assert last <= hit.start < hit.end <= len(text)
        last = hit.end
