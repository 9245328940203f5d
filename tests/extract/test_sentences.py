"""Words and sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.pipeline import components

NLP = components(("kg_sentences",))


def sentences(text: str) -> list[str]:
    found = NLP(text)._.kg_sentences
    return [text[start:end] for start, end in zip(found.starts, found.ends, strict=True)]


@pytest.mark.parametrize(
    "sentence",
    [
        "We use tides, e.g. The Wave, and i.e. Foam.",
        "As Smith et al. Show, it holds.",
        "In Fig. 2 we see 3.5 vs. 4.5 points.",
        "It is 2.5x faster (see Sec. 3) than Llama 3.1 8B.",
        "Is it so?!",
    ],
)
def test_full_stops_that_end_nothing(sentence: str) -> None:
    assert sentences(f"A Title\n{sentence} Next one.") == ["A Title", sentence, "Next one."]


def test_the_title_is_a_sentence() -> None:
    assert sentences("Title without stop\nIt begins. It ends") == ["Title without stop", "It begins.", "It ends"]


@pytest.mark.parametrize(
    "name", ["LC-R1", "GPT-4o", "CIFAR-10/100", "Llama-3.1-8B", "pass@1", "τ-bench", "AIME'24"]
)
def test_a_name_is_one_word(name: str) -> None:
    assert name in NLP(f"T\nWe take {name}, then.")._.kg_words.texts


@given(st.text(max_size=200))
def test_any_text_is_kept_and_cut_into_sentences_apart(text: str) -> None:
    doc = NLP(text)
    assert doc.text == text
    words = doc._.kg_words
    for word, start, end in zip(words.texts, words.starts, words.ends, strict=True):
        assert text[start:end] == word
    found = doc._.kg_sentences
    last = 0
    for start, end in zip(found.starts, found.ends, strict=True):
        assert last <= start <= end <= len(text)
        last = end
