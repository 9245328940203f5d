"""Acronym definitions (Schwartz & Hearst 2003)."""

import pytest

from kg.extract.pipeline import components

NLP = components(("kg_sentences", "kg_links", "kg_acronyms"))


def pairs(text: str) -> list[tuple[str, str]]:
    whole = "Title\n" + text
    return [
        (whole[d.short_start : d.short_end], whole[d.long_start : d.long_end]) for d in NLP(whole)._.kg_definitions
    ]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("We propose Tidal Policy Descent (TPD) here.", "TPD", "Tidal Policy Descent"),
        ("Here large tide models (LTMs) are used.", "LTMs", "large tide models"),
        ("With wave-aware re-ranking (WAR), we", "WAR", "wave-aware re-ranking"),
        ("the TPD (Tidal Policy Descent) method", "TPD", "Tidal Policy Descent"),
        ("via Foam-token-gUided Linking (FUL)", "FUL", "Foam-token-gUided Linking"),
        ("a Hidden tide model (HTM; see below)", "HTM", "Hidden tide model"),
        ("of **Tidal Wave Bench** (**TWBench**)", "TWBench", "Tidal Wave Bench"),
        ("with Proximal Policy Optimization (PPO)", "PPO", "Proximal Policy Optimization"),
    ],
)
def test_definitions(text: str, short: str, long: str) -> None:
    assert pairs(text) == [(short, long)]


@pytest.mark.parametrize(
    "text",
    [
        "We test three sets (see Table 2).",
        "It is better (p < 0.05) than others (e.g., ABC).",
        "Results hold (ABC) regardless.",
        "We prompt an LLM (Llama-2-7B) only.",
        "of the year (2024) and (a) or (b)",
    ],
)
def test_brackets_that_define_nothing(text: str) -> None:
    assert pairs(text) == []


def test_a_definition_stays_in_its_sentence() -> None:
    assert pairs("They like tides. Waves (TW) differ.") == []
