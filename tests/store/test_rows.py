"""The graph as rows: sliced evidence, equal lists, fingerprints that tell every difference."""

import pytest

from kg.errors import StoreError
from kg.model import Graph
from kg.store.rows import NODE_COLUMNS, RELATIONSHIP_COLUMNS, fingerprint, rows
from tests.store.fixture_graph import GRAPH, P1, P2, link


def test_evidence_is_sliced_from_the_stored_text() -> None:
    found = {row.key: row.properties for row in rows(GRAPH).relationships}
    proposes = found[(P1, "PROPOSES", "fern")]
    assert proposes["sentence"] == "We propose Fern."
    text = GRAPH.papers[0].text
    pairs = zip(proposes["char_starts"], proposes["char_ends"], strict=True)
    assert [text[start:end] for start, end in pairs] == ["Fern", "Fern."]


def test_declared_evidence_has_a_field_and_no_offsets() -> None:
    found = {row.key: row.properties for row in rows(GRAPH).relationships}
    releases = found[(P2, "RELEASES", "moss.github.io")]
    assert (releases["char_starts"], releases["char_ends"]) == ([-1], [-1])
    assert (releases["finders"], releases["fields"], releases["sentence"]) == ([""], ["hf:projectPage"], "")


def test_rows_hold_the_declared_columns_and_equal_lists() -> None:
    found = rows(GRAPH)
    for node in found.nodes:
        assert set(node.properties) <= set(NODE_COLUMNS[node.label])
    for row in found.relationships:
        assert set(row.properties) == set(RELATIONSHIP_COLUMNS)
        assert len({len(v) for v in row.properties.values() if isinstance(v, list)}) == 1


def test_every_property_is_in_the_fingerprint() -> None:
    properties = {"a": 1, "b": [1, 2], "c": "x"}
    told = fingerprint(properties)
    for other in ({"a": 1.0}, {"a": True}, {"a": "1"}, {"b": [2, 1]}, {"c": ""}, {"d": None}):
        assert fingerprint({**properties, **other}) != told
    assert fingerprint({**properties, "fingerprint": "anything"}) == told
    assert fingerprint(properties, "end") != told


def test_order_does_not_change_the_logical_hash() -> None:
    turned = Graph.model_construct(
        papers=GRAPH.papers[::-1],
        entities=GRAPH.entities[::-1],
        repos=GRAPH.repos[::-1],
        results=GRAPH.results[::-1],
        links=GRAPH.links[::-1],
        evidence=GRAPH.evidence[::-1],
    )
    assert rows(turned).sha256 == rows(GRAPH).sha256
    assert rows(GRAPH.model_copy(update={"links": GRAPH.links[1:]})).sha256 != rows(GRAPH).sha256


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"papers": (*GRAPH.papers, GRAPH.papers[0])}, "'arxiv:2405.00001' twice"),
        ({"links": (*GRAPH.links, GRAPH.links[0])}, "twice"),
        ({"links": (link(P1, "USES", "nowhere"),)}, "no node 'nowhere'"),
    ],
)
def test_a_broken_graph_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(StoreError, match=message):
        rows(GRAPH.model_copy(update=change))
