"""What is never taken as a name, whatever the cues say."""

import pytest

from kg.extract.pipeline import Extractor

EXTRACTOR = Extractor()


def names(text: str) -> set[str]:
    return {mention.text for mention in EXTRACTOR("A Title", text).mentions}


@pytest.mark.parametrize("name", ["GPUs", "H100", "PyTorch", "CUDA"])
def test_hardware_and_libraries_are_no_names(name: str) -> None:
    assert names(f"We propose ZetaNet and evaluate it on {name} and ImageNet.") == {"ZetaNet", "ImageNet"}


def test_pieces_of_numbers_and_broken_words_are_no_names() -> None:
    found = names(
        "We collect 20,000 deep reasoning traces and train a multi- modal large language model on ImageNet."
    )
    assert not any(name.startswith(("000", "modal")) for name in found)
    assert "ImageNet" in found
