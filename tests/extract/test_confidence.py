"""Confidence grows with the raw chance and stays within bounds."""

from hypothesis import given
from hypothesis import strategies as st

from kg.extract.confidence import calibrated

CHANCE = st.floats(min_value=0.0, max_value=1.0)


@given(CHANCE, CHANCE)
def test_more_likely_is_never_less_sure(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0.0 <= calibrated(low) <= calibrated(high) <= 1.0
