"""Identifiers: one spelling per paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.collect import ids

ARXIV_FORMS = (
    "{0}",
    "arXiv:{0}",
    "arxiv: {0}",
    "{0}v3",
    "https://arxiv.org/abs/{0}",
    "http://arxiv.org/abs/{0}v1",
    "arxiv.org/pdf/{0}",
    "https://www.arxiv.org/pdf/{0}v2.pdf",
    "https://arxiv.org/html/{0}v1",
    "https://huggingface.co/papers/{0}",
    "https://hf.co/papers/{0}?utm=x#top",
    "hf:{0}",
    "10.48550/arXiv.{0}",
    "doi:10.48550/ARXIV.{0}",
    "https://doi.org/10.48550/arXiv.{0}",
    " {0} ",
)
new_style = st.builds("{:04d}.{:05d}".format, st.integers(0, 9999), st.integers(0, 99999))
old_style = st.builds("{}/{:07d}".format, st.sampled_from(["hep-th", "cs", "math"]), st.integers(0, 9999999))
doi = st.builds(
    "10.{}/{}{}".format,
    st.integers(1000, 99999),
    st.text(st.sampled_from("abcdefXYZ0123456789.-_()/"), max_size=12),
    st.sampled_from("abcZ19"),
)


@given(number=new_style | old_style, form=st.sampled_from(ARXIV_FORMS))
def test_an_arxiv_id_has_one_spelling(number: str, form: str) -> None:
    assert ids.parse(form.format(number)) == f"arxiv:{number}"


@given(name=doi, form=st.sampled_from(("{}", "doi:{}", "DOI: {}", "https://doi.org/{}", "http://dx.doi.org/{}")))
def test_a_doi_has_one_spelling(name: str, form: str) -> None:
    assert ids.parse(form.format(name)) == f"doi:{name.lower()}"


@given(
    st.text(max_size=40) | new_style | old_style | doi | st.from_regex(r"[a-z]{1,8}:[^\s]{1,12}", fullmatch=True)
)
def test_the_spelling_stands(text: str) -> None:
    found = ids.parse(text)
    if found is not None:
        assert ids.parse(found) == found
        assert not any(letter.isspace() for letter in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("math.GT/0309136", "arxiv:math/0309136"),
        ("https://arxiv.org/abs/hep-th/9901001v2", "arxiv:hep-th/9901001"),
        ("conf:naacl2024:12", "conf:naacl2024:12"),
        ("OpenReview:AbC", "openreview:AbC"),
        ("https://openalex.org/w123", "openalex:W123"),
        ("https://doi.org/10.1000/a%2Fb", "doi:10.1000/a/b"),
        ("a163", None),
        ("1", None),
        ("", None),
        ("https://github.com/example-lab/x", None),
        ("title:0123456789ab", None),
        ("arxiv:nonsense", None),
        ("doi:nonsense", None),
        ("10.1000/", None),
        ("2405.157380", None),
    ],
)
def test_what_is_an_identity_and_what_is_not(text: str, expected: str | None) -> None:
    assert ids.parse(text) == expected


def test_a_field_may_hold_several_dois() -> None:
    assert ids.parse_doi("10.1000/A 10.1000/b; 10.48550/arXiv.2999.00001") == [
        "doi:10.1000/a",
        "doi:10.1000/b",
        "arxiv:2999.00001",
    ]


def test_addresses_of_a_paper_state_ids_and_others_do_not() -> None:
    assert ids.from_urls(["https://arxiv.org/abs/2999.00001v1", "https://example.org", "2999.00002"]) == [
        "arxiv:2999.00001"
    ]
