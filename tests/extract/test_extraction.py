"""What the whole pipeline finds in invented abstracts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import UsageError
from kg.extract.pipeline import EXTRACTOR_VERSION, STAGES, Extractor, components, extract
from kg.extract.record import to_record
from kg.model import Extraction, LocalEntity, strongest

TITLE = "TideNet: Learning Waves with Tidal Policy Descent"
ABSTRACT = (
    "Large language models (LLMs) struggle with waves. We propose Tidal Policy Descent (TPD), a novel framework "
    "for reinforcement learning. TPD extends Group Relative Policy Optimization (GRPO) and is built on "
    "Qwen2.5-7B-Instruct. We also introduce FoamBench, a benchmark for wave prediction. Experiments on CIFAR-10, "
    "CIFAR-100 and GSM8K show that TPD outperforms PPO and DPO in accuracy. TideNet uses LoRA. "
    "Code: https://github.com/tides/TPD."
)


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


@pytest.fixture(scope="module")
def found(extractor: Extractor) -> Extraction:
    return extractor(TITLE, ABSTRACT)


def entity(found: Extraction, surface: str) -> tuple[int, LocalEntity]:
    return next((i, e) for i, e in enumerate(found.entities) if surface in e.surfaces)


def relation(found: Extraction, surface: str) -> str:
    index, _ = entity(found, surface)
    return strongest(claim.relation for claim in found.claims if claim.entity == index)


@pytest.mark.parametrize(
    ("surface", "kind", "said"),
    [
        ("TPD", "Method", "PROPOSES"),
        ("FoamBench", "Benchmark", "PROPOSES"),
        ("CIFAR-10", "Benchmark", "EVALUATES_ON"),
        ("CIFAR-100", "Benchmark", "EVALUATES_ON"),
        ("GSM8K", "Benchmark", "EVALUATES_ON"),
        ("PPO", "Method", "COMPARES_WITH"),
        ("LoRA", "Method", "USES"),
        ("accuracy", "Metric", "MEASURES"),
        ("Qwen2.5-7B-Instruct", "Model", "USES"),
    ],
)
def test_kinds_and_relations(found: Extraction, surface: str, kind: str, said: str) -> None:
    assert entity(found, surface)[1].kind == kind
    assert relation(found, surface) == said


def test_both_sides_of_a_definition_are_one_entity(found: Extraction) -> None:
    _, tpd = entity(found, "TPD")
    assert set(tpd.surfaces) >= {"Tidal Policy Descent", "TPD"}
    assert (tpd.name, tpd.expansion, tpd.acronym) == ("Tidal Policy Descent", "Tidal Policy Descent", "TPD")
    _, grpo = entity(found, "GRPO")
    assert grpo.lexicon
    assert grpo.name == "Group Relative Policy Optimization"


def test_a_name_found_once_is_found_everywhere(found: Extraction) -> None:
    index, _ = entity(found, "TPD")
    text = f"{TITLE}\n{ABSTRACT}"
    starts = {m.start for m in found.mentions if m.entity == index}
    link = found.repos[0]
    expected = {i for i in range(len(text)) if text.startswith("TPD", i) and not link.start <= i < link.end}
    assert expected <= starts


def test_a_homonym_with_another_long_form_is_not_the_lexicons(extractor: Extractor) -> None:
    found = extractor("On Waves", "We propose Silent Aquatic Motion (SAM), a novel method for waves. SAM is fast.")
    assert entity(found, "SAM")[1].lexicon == ""


def test_known_spellings_of_one_entry_are_one_entity(extractor: Extractor) -> None:
    found = extractor("On Waves", "We use reinforcement learning for large tides. RL is hard. We use RL.")
    _, known = entity(found, "RL")
    assert "reinforcement learning" in known.surfaces
    assert known.lexicon == "reinforcement-learning"


def test_a_weaker_relation_may_stand_beside_the_strongest(extractor: Extractor) -> None:
    found = extractor(
        "On Waves",
        "We propose TPDX, a method based on GRPO. We fine-tune with GRPO on tides. TPDX outperforms GRPO and PPO.",
    )
    index, _ = entity(found, "GRPO")
    relations = {claim.relation for claim in found.claims if claim.entity == index}
    assert relations >= {"COMPARES_WITH", "USES"}


def test_the_record_has_the_scorers_shape(found: Extraction) -> None:
    record = to_record("given-1", TITLE, ABSTRACT, found)
    assert (record["id"], record["title"], record["abstract"]) == ("given-1", TITLE, ABSTRACT)
    for place, item in enumerate(record["entities"]):
        assert item["id"] == place
        assert set(item) == {"id", "name", "type", "surfaces", "relation", "confidence"}
        assert item["relation"] in {"proposes", "evaluates_on", "compares_with", "uses", "addresses", "mentions"}
    for item in record["mentions"]:
        assert set(item) == {"start", "end", "text", "type", "entity"}
        assert record["entities"][item["entity"]]["type"] == item["type"]
    url = "https://github.com/tides/TPD"
    assert record["repos"] == [{"url": url, "surface": url, "relation": "releases"}]
    assert record["results"] == []


def test_a_link_given_twice_is_written_once(extractor: Extractor) -> None:
    abstract = "Code: https://github.com/a/b. Again https://github.com/a/b.git."
    assert len(to_record("x", "T", abstract, extractor("T", abstract))["repos"]) == 1


def sound(text: str, found: Extraction) -> None:
    last = 0
    for mention in found.mentions:
        assert text[mention.start : mention.end] == mention.text
        assert last <= mention.start < mention.end
        assert found.entities[mention.entity].kind == mention.kind
        assert 0.0 <= mention.confidence <= 1.0
        assert mention.finder
        last = mention.end
        assert all(mention.end <= r.start or r.end <= mention.start for r in found.repos)
    for index, item in enumerate(found.entities):
        assert any(claim.entity == index for claim in found.claims)
        assert item.surfaces
    for claim in found.claims:
        assert claim.sentence_start <= claim.start < claim.end <= claim.sentence_end <= len(text)
    assert Extraction.model_validate(found.model_dump()) == found


WORDS = st.sampled_from(
    [
        *("We propose", "LoRA", "Low-Rank Adaptation (LoRA)", "GPT-4o", "CIFAR-10/100", "😀", "e\u0301", "\u2028"),
        *(
            "\x00",
            "reinforcement learning",
            "https://a.b/c",
            "(",
            ")",
            ".",
            "X-Net:",
            "İstanbul",
            "ﬁne-tuning",
            "-",
        ),
        *("$\\beta$-VAE", "RL", "on ImageNet", "a benchmark", "’s", "ß", "Ⅷ", "𝐆𝐏𝐓", "\u200b", "\n", "\ud7ff"),
    ]
)
LISTED = st.lists(WORDS, max_size=25).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120) | LISTED, st.text(max_size=20) | LISTED)
def test_offsets_are_exact_for_any_text(abstract: str, title: str) -> None:
    sound(f"{title}\n{abstract}", _shared_extractor()(title, abstract))


def _shared_extractor(cache: list[Extractor] = []) -> Extractor:  # noqa: B006  (one for all examples)
    if not cache:
        cache.append(Extractor())
    return cache[0]


def test_company_order_batches_and_processes_do_not_matter(found: Extraction) -> None:
    texts = [("On Tides", "We use PPO."), (TITLE, ABSTRACT), ("Foam", ""), ("On Tides", "We study RL with LoRA.")]
    alone = [next(extract([text])) for text in texts]
    assert alone[1] == found
    assert list(extract(texts)) == alone
    assert list(extract(texts, batch_size=1)) == alone
    assert list(extract(texts, batch_size=2, processes=2)) == alone
    assert list(extract(reversed(texts)))[::-1] == alone


def test_nothing_in_nothing_out() -> None:
    assert list(extract([])) == []
    with pytest.raises(UsageError):
        list(extract([], batch_size=0))


def test_the_pipeline_is_well_ordered() -> None:
    nlp = components(STAGES)
    problems = nlp.analyze_pipes(keys=["requires"])["problems"]
    assert {name: missing for name, missing in problems.items() if missing} == {}


def test_the_version_names_the_code() -> None:
    assert len(EXTRACTOR_VERSION) == 12
    assert Extractor.version == EXTRACTOR_VERSION
