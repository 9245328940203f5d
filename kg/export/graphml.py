"""GraphML for Cytoscape, yEd and igraph.

Numbers and booleans are typed, lists are JSON; `label` (a node's name, an edge's relation) and an edge's `weight`
(its confidence) are written for these programs and not read back.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element

import networkx as nx

from kg.export.attributes import EDGE, NODE, Type, as_attribute, as_text, decode, encode, original
from kg.export.networkx import caption, from_networkx
from kg.export.xml import elements, reading
from kg.model import Graph

_SPACE = "http://graphml.graphdrawing.org/xmlns"
_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="{_SPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:schemaLocation="{_SPACE} http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""
_NODE: Mapping[str, Type] = {"label": "string", **NODE}
_EDGE: Mapping[str, Type] = {"label": "string", "weight": "double", **EDGE}


def write_graphml(graph: nx.MultiDiGraph, file: BinaryIO) -> None:
    """Writes a graph made by `to_networkx`."""
    for piece in _pieces(graph):
        file.write(piece.encode())


def read_graphml(path: Path) -> Graph:
    """The graph that `write_graphml` wrote. Raises DataError for a file that is none."""
    graph = nx.MultiDiGraph()
    with reading(path, "graphml"):
        names: dict[str, str] = {}
        for element in elements(path, {"key", "node", "edge"}):
            match element.tag.rpartition("}")[2]:
                case "key":
                    names[element.attrib["id"]] = element.attrib["attr.name"]
                case "node":
                    graph.add_node(original(element.attrib["id"]), **decode(_data(element, names), NODE))
                case "edge":
                    attributes = decode(_data(element, names), EDGE)
                    ends = (original(element.attrib[end]) for end in ("source", "target"))
                    graph.add_edge(*ends, key=attributes["kind"], **attributes)
        return from_networkx(graph)


def _data(element: Element, names: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(names[child.attrib["key"]], child.text or "") for child in element if "key" in child.attrib]


def _pieces(graph: nx.MultiDiGraph) -> Iterator[str]:
    yield _HEAD
    for owner, types in (("node", _NODE), ("edge", _EDGE)):
        for name, type_ in types.items():
            xml_type = "string" if type_ == "json" else type_
            yield f'<key id="{owner}.{name}" for="{owner}" attr.name="{name}" attr.type="{xml_type}"/>\n'
    yield '<graph id="kg" edgedefault="directed">\n'
    for identity, attributes in graph.nodes(data=True):
        data = _written("node", {**attributes, "label": caption(identity, attributes)}, _NODE)
        yield f"<node id={as_attribute(identity)}>{data}</node>\n"
    for number, (source, target, attributes) in enumerate(graph.edges(data=True)):
        extra = {"label": attributes["kind"], "weight": attributes["confidence"]}
        ends = f"source={as_attribute(source)} target={as_attribute(target)}"
        yield f'<edge id="e{number}" {ends}>{_written("edge", {**attributes, **extra}, _EDGE)}</edge>\n'
    yield "</graph>\n</graphml>\n"


def _written(owner: str, attributes: Mapping[str, Any], types: Mapping[str, Type]) -> str:
    return "".join(
        f'<data key="{owner}.{name}">{as_text(text)}</data>' for name, text in encode(attributes, types)
    )
