"""A Graph becomes a MultiDiGraph and comes back without loss."""

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings

from kg.errors import DataError
from kg.export import from_networkx, to_networkx
from kg.export.attributes import EDGE, NODE
from kg.export.networkx import NODES
from kg.model import Entity, Evidence, Graph, Link, Paper, Repo, text_sha256
from tests.graphs import graphs

PAPER = Paper(id="title:1", title="One", abstract="", year=None, text_sha256=text_sha256("One", ""))
LORA = Entity(id="lora", kind="Method", name="LoRA", aliases=("Low-Rank Adaptation", ""), confidence=0.5)
LINK = Link(source="title:1", relation="USES", target="lora", strongest=True, confidence=0.5, origin="extracted")
FOUND = Evidence(source="title:1", relation="USES", target="lora", origin="extracted", finder="x", confidence=0.5)


@given(graph=graphs())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_there_and_back_is_the_same(graph: Graph) -> None:
    made = to_networkx(graph)
    assert from_networkx(made) == graph
    assert made.number_of_nodes() == sum(
        len(part) for part in (graph.papers, graph.entities, graph.repos, graph.results)
    )
    assert made.number_of_edges() == len(graph.links)


def test_attributes_are_natural_in_a_notebook() -> None:
    graph = to_networkx(Graph(papers=(PAPER,), entities=(LORA,), links=(LINK,), evidence=(FOUND,)))
    assert isinstance(graph, nx.MultiDiGraph)
    assert graph.nodes["lora"]["type"] == "Method"
    assert graph.nodes["lora"]["aliases"] == ["Low-Rank Adaptation", ""]
    assert graph.nodes["title:1"]["type"] == "Paper"
    assert graph.nodes["title:1"]["name"] == "One"
    edge = graph.edges["title:1", "lora", "USES"]
    assert edge["kind"] == "USES"
    assert [found["finder"] for found in edge["evidence"]] == ["x"]
    assert "source" not in edge["evidence"][0]


def test_attributes_of_ones_own_are_left_out() -> None:
    graph = Graph(papers=(PAPER,), entities=(LORA,), links=(LINK,), evidence=(FOUND,))
    made = to_networkx(graph)
    nx.set_node_attributes(made, 0.5, "pagerank")
    nx.set_edge_attributes(made, 1, "weight")
    assert from_networkx(made) == graph


def test_no_edge_attribute_has_a_name_that_gexf_readers_take_for_their_own() -> None:
    made = to_networkx(Graph(papers=(PAPER,), entities=(LORA,), links=(LINK,), evidence=(FOUND,)))
    assert not set(made.edges["title:1", "lora", "USES"]) & {"type", "start", "end", "id", "label", "weight"}
    assert not set(made.nodes["lora"]) & {"start", "end", "id", "label", "pid", "viz", "parents"}


def test_the_table_of_attributes_names_every_field_of_the_model() -> None:
    fields = {field for class_ in NODES.values() for field in class_.model_fields}
    assert set(NODE) == {*fields - {"id"}, "type"}
    assert set(EDGE) == {*Link.model_fields} - {"source", "target", "relation"} | {"kind", "evidence"}


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (Graph(papers=(PAPER, PAPER)), "'title:1' is used twice"),
        (Graph(repos=(Repo(id="", url="u", host="h", kind="code"),)), "a repo has an empty id"),
        (Graph(papers=(PAPER,), links=(LINK,)), "'title:1' USES 'lora': no node 'lora'"),
        (Graph(papers=(PAPER,), entities=(LORA,), links=(LINK, LINK)), "is there twice"),
        (Graph(papers=(PAPER,), entities=(LORA,), evidence=(FOUND,)), "which is no link"),
    ],
)
def test_a_graph_that_is_none_is_refused(graph: Graph, message: str) -> None:
    with pytest.raises(DataError, match=message):
        to_networkx(graph)


def test_a_networkx_graph_of_something_else_is_refused() -> None:
    with pytest.raises(DataError, match="node 0 has no known `type`"):
        from_networkx(nx.MultiDiGraph(nx.path_graph(3)))
    made = to_networkx(Graph(papers=(PAPER,)))
    made.nodes["title:1"]["year"] = "soon"
    with pytest.raises(DataError, match="node 'title:1': year"):
        from_networkx(made)
