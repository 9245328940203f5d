"""What was loaded can be read back: no part of the graph is lost in a store."""

import pytest
from hypothesis import HealthCheck, assume, given, settings

from kg.errors import StoreError
from kg.graph.tables import logical_hash
from kg.model import Graph
from kg.store import Store
from kg.store.readback import graph_of
from kg.store.rows import rows
from tests.graphs import graphs
from tests.store.fixture_graph import GRAPH


def test_each_store_gives_back_the_graph_that_it_was_given(store: Store) -> None:
    store.load(GRAPH)
    assert logical_hash(store.graph()) == logical_hash(GRAPH)


@given(graphs())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_rows_lose_nothing(graph: Graph) -> None:
    # What real graphs hold: a repo's id is more than its name, and declared evidence is what has a field.
    assume(all(repo.name != repo.id for repo in graph.repos))
    evidence = [e.model_copy(update={"origin": "declared" if e.field else "extracted"}) for e in graph.evidence]
    graph = graph.model_copy(update={"evidence": tuple(evidence)})
    made = rows(graph)
    nodes = [(node.label, node.properties) for node in made.nodes]
    links = [(row.source, row.type, row.target, row.properties) for row in made.relationships]
    assert logical_hash(graph_of(reversed(nodes), reversed(links))) == logical_hash(graph)


def test_what_no_load_wrote_is_told() -> None:
    with pytest.raises(StoreError, match="load it again"):
        graph_of([("Paper", {"id": "x"})], [])
