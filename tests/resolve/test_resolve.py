"""Names of many papers become entities: what is one, what is two, and what a person's judgement does."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.lexicon.load import Entry, Lexicon
from kg.model import Entity, Extraction, Judgement, Paper, Resolution
from kg.resolve import name_key, resolve
from tests.papers import Thing, paper

LEXICON = Lexicon(
    (
        Entry("dpo", "Method", "DPO", ("Direct Preference Optimization",), "test"),
        Entry("gpt-4", "Model", "GPT-4", (), "test"),
        Entry("gpt-4o", "Model", "GPT-4o", (), "test"),
        Entry("accuracy", "Metric", "accuracy", (), "test", generic=True),
        Entry("sam", "Model", "SAM", ("Segment Anything Model",), "test"),
    ),
    "test",
)

Found = tuple[Paper, Extraction]


def run(*found: Found, judgements: tuple[Judgement, ...] = ()) -> Resolution:
    return resolve(found, lexicon=LEXICON, judgements=judgements)


def ids(resolution: Resolution, *papers: str) -> list[str]:
    """The entity of the first thing of each paper."""
    return [resolution.assignment[name, 0] for name in papers]


def entity(resolution: Resolution, identity: str) -> Entity:
    return next(e for e in resolution.entities if e.id == identity)


def test_an_acronym_and_its_expansion_are_one() -> None:
    found = run(
        paper("p1", Thing("GRPO", expansion="Group Relative Policy Optimization")),
        paper("p2", Thing("GRPO")),
        paper("p3", Thing("group relative policy optimisation")),
    )
    assert set(ids(found, "p1", "p2", "p3")) == {"group-relative-policy-optimization"}
    assert entity(found, "group-relative-policy-optimization").papers == 3
    assert "GRPO" in entity(found, "group-relative-policy-optimization").aliases


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("visual language model", "vision language model", True),
        ("low-rank adapters", "low-rank adaptation", True),
        ("group relative policy optimization", "group relative preference optimization", False),
        ("two-stream network 3", "two-stream network 4", False),
    ],
)
def test_expansions_of_one_acronym_that_differ_in_spelling_are_one(one: str, other: str, same: bool) -> None:
    found = run(paper("p1", Thing("XYZ", expansion=one)), paper("p2", Thing("XYZ", expansion=other)))
    assert (len(set(found.assignment.values())) == 1) == same


def test_two_papers_that_propose_one_name_with_differing_expansions_propose_two_things() -> None:
    found = run(
        paper("p1", Thing("CURE", relation="PROPOSES", expansion="Critical Unit Re-Expansion")),
        paper("p2", Thing("CURE", relation="PROPOSES")),
    )
    first, second = ids(found, "p1", "p2")
    assert first == "critical-unit-re-expansion"
    assert second == "cure"


def test_two_proposals_without_expansion_carry_their_founding_papers() -> None:
    found = run(
        paper("arxiv:1", Thing("CURE", relation="PROPOSES")),
        paper("arxiv:2", Thing("CURE", relation="PROPOSES")),
    )
    assert ids(found, "arxiv:1", "arxiv:2") == ["cure@arxiv:1", "cure@arxiv:2"]


def test_a_bare_use_goes_to_the_sense_whose_papers_share_its_surroundings_and_loses_confidence() -> None:
    found = run(
        paper("p1", Thing("CURE", relation="PROPOSES"), Thing("Zeta Decoding"), Thing("Omega Search")),
        paper("p2", Thing("CURE", relation="PROPOSES"), Thing("Kappa Pruning"), Thing("Iota Merge")),
        paper("p3", Thing("CURE"), Thing("Kappa Pruning")),
        paper("p4", Thing("CURE")),
    )
    assert ids(found, "p3") == ids(found, "p2")
    assert found.certainty["p3", 0] < 1
    assert ids(found, "p4")[0] not in ids(found, "p1", "p2")


def test_a_doubtful_proposal_does_not_split_a_name() -> None:
    found = run(
        paper("p1", Thing("CURE", relation="PROPOSES")),
        paper("p2", Thing("CURE", relation="PROPOSES", confidence=0.5)),
    )
    assert len(set(ids(found, "p1", "p2"))) == 1


def test_a_lexicon_name_splits_only_by_its_expansion() -> None:
    found = run(
        paper("p1", Thing("SAM", "Model", relation="PROPOSES")),
        paper("p2", Thing("SAM", "Model", relation="PROPOSES")),
        paper("p3", Thing("SAM", expansion="Sharpness-Aware Minimization")),
        paper("p4", Thing("SAM", expansion="Segment Anything")),
    )
    assert ids(found, "p1", "p2", "p3", "p4") == ["sam", "sam", "sharpness-aware-minimization", "sam"]


def test_a_proposal_under_a_lexicon_name_is_not_what_another_paper_proposes_with_an_expansion() -> None:
    found = run(
        paper("p1", Thing("SAM", relation="PROPOSES", expansion="Sharpness-Aware Minimization"), Thing("Zeta")),
        paper("p2", Thing("SAM", relation="PROPOSES"), Thing("Zeta")),
    )
    assert ids(found, "p1", "p2") == ["sharpness-aware-minimization", "sam"]


def test_version_numbers_are_protected() -> None:
    names = ["GPT-4", "GPT-4o", "CIFAR-10", "CIFAR-100", "Qwen2", "Qwen2.5", "MATH", "MATH-500", "R1", "R1-Zero"]
    found = run(*(paper(f"p{n}", Thing(name, "Model")) for n, name in enumerate(names)))
    assert len(set(found.assignment.values())) == len(names)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Sora2", "Sora 2"), ("LIBERO benchmark", "LIBERO"), ("β-VAE", r"$\beta$-VAE"), ("LLMs", "LLM")],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GPT-4.1", "GPT-41"),
        ("C++", "C"),
        ("Llama-3-8B", "Llama-38B"),
        ("diffusion model", "diffusion"),
        ("CIFAR-10", "CIFAR-100"),
        ("A*", "A"),
    ],
)
def test_names_that_stay_apart(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(st.text(min_size=1))
def test_every_name_has_a_key_and_it_ignores_case_and_blanks_around(name: str) -> None:
    assert name_key(name) == name_key(f" {name} ")
    assert name_key(name) or not name.strip()


def test_the_type_is_the_majoritys_and_the_lexicon_overrules() -> None:
    found = run(
        paper("p1", Thing("Zeta", "Model")),
        paper("p2", Thing("Zeta", "Model")),
        paper("p3", Thing("Zeta", "Method")),
        paper("p4", Thing("GPT-4", "Method")),
    )
    assert entity(found, "zeta").kind == "Model"
    assert entity(found, "gpt-4").kind == "Model"


def test_broad_classes_are_generic() -> None:
    found = run(paper("p1", Thing("accuracy", "Metric"), Thing("Zeta")))
    assert entity(found, "accuracy").generic
    assert not entity(found, "zeta").generic


def test_a_name_that_very_many_papers_use_is_generic_but_a_benchmark_never() -> None:
    found = run(*(paper(f"p{n}", Thing("Zeta"), Thing("EtaSet", "Benchmark")) for n in range(40)))
    assert entity(found, "zeta").generic
    assert not entity(found, "etaset").generic


def test_no_entity_bears_an_id_that_another_node_bears() -> None:
    found = resolve([paper("p1", Thing("zeta.io"))], lexicon=LEXICON, taken=frozenset({"zeta.io"}))
    assert found.entities[0].id == "zeta.io@p1"


# --- judgements -----------------------------------------------------------------------------------------


def judge(left: str, right: str, verdict: str) -> Judgement:
    return Judgement.model_validate({"left": left, "right": right, "verdict": verdict, "by": "test"})


def test_a_person_can_say_same() -> None:
    papers = paper("p1", Thing("Zeta Net", "Model")), paper("p2", Thing("ZN-Large", "Model"))
    assert len(set(run(*papers).assignment.values())) == 2
    assert len(set(run(*papers, judgements=(judge("Zeta Net", "ZN-Large", "same"),)).assignment.values())) == 1


def test_a_person_can_say_different_even_of_an_acronym_and_its_expansion() -> None:
    papers = (
        paper("p1", Thing("GRPO", expansion="Group Relative Policy Optimization")),
        paper("p2", Thing("GRPO")),
    )
    found = run(*papers, judgements=(judge("GRPO", "Group Relative Policy Optimization", "different"),))
    first, second = ids(found, "p1", "p2")
    assert first != second


def test_one_different_blocks_a_merge_across_clusters() -> None:
    papers = [paper(f"p{n}", Thing(name)) for n, name in enumerate(["Alpha", "Beta", "Gamma", "Delta"])]
    judgements = (
        judge("Alpha", "Beta", "same"),
        judge("Gamma", "Delta", "same"),
        judge("Alpha", "Delta", "different"),
        judge("Beta", "Gamma", "same"),
    )
    clusters = ids(run(*papers, judgements=judgements), "p0", "p1", "p2", "p3")
    assert clusters[0] != clusters[3]


def test_the_later_judgement_on_a_pair_stands() -> None:
    papers = paper("p1", Thing("Alpha")), paper("p2", Thing("Beta"))
    judgements = (judge("Alpha", "Beta", "same"), judge("Beta", "Alpha", "different"))
    assert len(set(run(*papers, judgements=judgements).assignment.values())) == 2


def test_a_judgement_can_name_an_id() -> None:
    papers = (
        paper("arxiv:1", Thing("CURE", relation="PROPOSES")),
        paper("arxiv:2", Thing("CURE", relation="PROPOSES")),
    )
    found = run(*papers, judgements=(judge("cure@arxiv:1", "cure@arxiv:2", "same"),))
    assert ids(found, "arxiv:1", "arxiv:2") == ["cure", "cure"]


# --- properties -----------------------------------------------------------------------------------------

NAMES = ["CURE", "SAM", "GRPO", "DPO", "Zeta Net", "GPT-4", "GPT-4o", "LLMs", "accuracy"]
EXPANSIONS = ["", "", "", "Critical Unit Re-Expansion", "Careful Unit Rewards", "Segment Anything Model"]

things = st.builds(
    Thing,
    st.sampled_from(NAMES),
    st.sampled_from(["Method", "Model", "Benchmark"]),
    relation=st.sampled_from(["PROPOSES", "USES", "MENTIONS"]),
    expansion=st.sampled_from(EXPANSIONS),
)


@given(
    st.lists(st.lists(things, min_size=1, max_size=4), min_size=1, max_size=7), st.randoms(use_true_random=False)
)
def test_the_order_of_papers_never_matters_and_every_local_entity_finds_one_entity(
    groups: list[list[Thing]], shuffler: random.Random
) -> None:
    papers = [paper(f"arxiv:{n}", *group, published=f"20{10 + n % 3}-01-01") for n, group in enumerate(groups)]
    shuffled = list(papers)
    shuffler.shuffle(shuffled)
    one, other = run(*papers), run(*shuffled)
    assert one == other
    assert set(one.assignment) == {(p.id, i) for p, e in papers for i in range(len(e.entities))}
    assert set(one.assignment.values()) == {e.id for e in one.entities}
    assert [e.id for e in one.entities] == sorted({e.id for e in one.entities})
