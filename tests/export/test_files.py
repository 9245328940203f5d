"""One test body over every format: written, read back equal, the same bytes again, and clear errors."""

import os
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import networkx as nx
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import DataError, UsageError
from kg.export import FORMATS, read, to_networkx, write
from kg.export.attributes import as_attribute, as_text, original
from kg.model import Entity, Evidence, Graph, Link, Paper, text_sha256
from tests.graphs import graphs

ODD = "Étude ÷ 中文 🧠 <b>&\"'\r\n\t\x00\x1f\ufffe ]]> _x0041_ $\\beta$"


def graph(word: str = ODD) -> Graph:
    return Graph(
        papers=(Paper(id="title:1", title=word, abstract=word, year=2024, text_sha256=text_sha256(word, word)),),
        entities=(
            Entity(id="c++", kind="Method", name=word, aliases=(word, ""), confidence=0.25, generic=True),
            Entity(id="imagenet", kind="Benchmark", name="", papers=3, confidence=1.0),
        ),
        links=tuple(
            Link(
                source="title:1",
                relation=relation,
                target=target,
                strongest=True,
                confidence=0.5,
                origin="extracted",
            )
            for relation, target in (("PROPOSES", "c++"), ("USES", "c++"), ("USES", "imagenet"))
        ),
        evidence=(
            Evidence(
                source="title:1", relation="USES", target="c++", origin="declared", field=word, confidence=0.5
            ),
        ),
    )


@pytest.fixture(params=FORMATS)
def format(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@given(drawn=graphs())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_written_and_read_is_the_same_and_so_are_the_bytes(tmp_path: Path, format: str, drawn: Graph) -> None:
    path = tmp_path / "graph"
    write(drawn, format, path)
    content = path.read_bytes()
    back = read(format, path)
    assert back == drawn
    write(back, format, path)
    assert path.read_bytes() == content
    assert [item.name for item in tmp_path.iterdir()] == ["graph"]


def test_odd_texts_survive(tmp_path: Path, format: str) -> None:
    write(graph(), format, tmp_path / "graph")
    assert read(format, tmp_path / "graph") == graph()


def test_no_file_names_a_day_or_a_version_of_networkx(tmp_path: Path, format: str) -> None:
    write(graph(), format, tmp_path / "graph")
    assert not re.search(rb"lastmodified|NetworkX|20\d\d-\d\d-\d\d", (tmp_path / "graph").read_bytes())


def test_an_unknown_format_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no format 'dot': choose one of graphml, gexf, node-link"):
        write(graph(), "dot", tmp_path / "graph")
    with pytest.raises(UsageError, match="choose one of"):
        read("dot", tmp_path / "graph")


def test_a_missing_folder_and_a_folder_as_file_say_what_to_do(tmp_path: Path, format: str) -> None:
    with pytest.raises(DataError, match=r"there is no folder .*none; make it first"):
        write(graph(), format, tmp_path / "none" / "graph")
    with pytest.raises(DataError, match="is a folder: name a file in it"):
        write(graph(), format, tmp_path)


def test_a_file_that_cannot_be_made_says_so(tmp_path: Path, format: str) -> None:
    with pytest.raises(DataError, match="cannot be written: File name too long"):
        write(graph(), format, tmp_path / ("x" * 300))


def test_a_failure_leaves_the_file_that_stood_there(
    tmp_path: Path, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "graph"
    write(graph(), format, path)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DataError, match="No space left"):
        write(Graph(), format, path)
    assert read(format, path) == graph()
    assert [item.name for item in tmp_path.iterdir()] == ["graph"]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"<a><b></a>", b"<other/>", b"[]", b"{}", b"\xff\xfe\x00", b"null"]
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, format: str, content: bytes) -> None:
    path = tmp_path / "graph"
    path.write_bytes(content)
    with pytest.raises(DataError, match="graph"):
        read(format, path)


def test_a_file_cut_short_or_missing_is_refused(tmp_path: Path, format: str) -> None:
    path = tmp_path / "graph"
    write(graph(), format, path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataError, match="is damaged"):
        read(format, path)
    with pytest.raises(DataError, match="cannot be read: No such file"):
        read(format, tmp_path / "none")


# --- what other programs see ----------------------------------------------------------------------------


def test_networkx_reads_the_graphml(tmp_path: Path) -> None:
    write(graph("plain"), "graphml", tmp_path / "graph")
    seen = nx.read_graphml(tmp_path / "graph", force_multigraph=True)
    made = to_networkx(graph("plain"))
    assert list(seen.nodes) == list(made.nodes)
    assert seen.nodes["c++"]["papers"] == 0
    assert seen.nodes["c++"]["generic"] is True
    assert seen.nodes["c++"]["confidence"] == 0.25
    assert seen.nodes["imagenet"]["label"] == "imagenet"
    assert sorted((s, t, d["kind"], d["weight"]) for s, t, d in seen.edges(data=True)) == sorted(
        (s, t, k, d["confidence"]) for s, t, k, d in made.edges(keys=True, data=True)
    )


def test_networkx_reads_the_gexf(tmp_path: Path) -> None:
    write(graph("plain"), "gexf", tmp_path / "graph")
    seen = nx.read_gexf(tmp_path / "graph", version="1.3")
    assert seen.nodes["c++"]["label"] == "plain"
    assert seen.nodes["title:1"]["year"] == 2024
    assert sorted((s, t, d["label"], d["kind"], d["weight"]) for s, t, d in seen.edges(data=True)) == [
        ("title:1", "c++", "PROPOSES", "PROPOSES", 0.5),
        ("title:1", "c++", "USES", "USES", 0.5),
        ("title:1", "imagenet", "USES", "USES", 0.5),
    ]


def test_networkx_reads_the_node_link_json(tmp_path: Path) -> None:
    write(graph(), "node-link", tmp_path / "graph")
    data = orjson.loads((tmp_path / "graph").read_bytes())
    made = to_networkx(graph())
    assert data == nx.node_link_data(made, edges="edges")
    assert nx.utils.graphs_equal(nx.node_link_graph(data, edges="edges"), made)


def test_ids_of_gexf_edges_are_unique_and_parallel_edges_have_their_kind(tmp_path: Path) -> None:
    write(graph(), "gexf", tmp_path / "graph")
    edges = ET.parse(tmp_path / "graph").getroot().findall(".//{*}edge")
    assert len({edge.attrib["id"] for edge in edges}) == len(edges) == 3
    assert len({(edge.attrib["source"], edge.attrib["target"], edge.attrib["kind"]) for edge in edges}) == 3
    assert all(value.attrib["value"] is not None for value in edges[0].iterfind("{*}attvalues/*"))


@given(text=st.text(st.sampled_from('_x0041F\x00\x1f\r\n\t &<"\ufffe')) | st.text(st.characters(codec="utf-8")))
@settings(max_examples=400, deadline=None)
def test_any_text_survives_xml(text: str) -> None:
    element = ET.fromstring(f"<a v={as_attribute(text)}>{as_text(text)}</a>")
    assert original(element.text or "") == text
    assert original(element.attrib["v"]) == text
