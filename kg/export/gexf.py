"""GEXF 1.3 for Gephi and sigma.js.

Nodes have their name as label; edges have the relation as label and kind (so that Gephi keeps parallel edges
apart) and the confidence as weight. No attribute of an edge is named type, start, end, id, label or weight, which
readers take for their own, and no date is written, so that equal graphs give equal bytes.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element

import networkx as nx

from kg.export.attributes import EDGE, NODE, Type, as_attribute, decode, encode, original
from kg.export.networkx import caption, from_networkx
from kg.export.xml import elements, reading
from kg.model import Graph

_SPACE = "http://gexf.net/1.3"
_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="{_SPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:schemaLocation="{_SPACE} {_SPACE}/gexf.xsd" version="1.3">
<meta><creator>kg</creator></meta>
<graph defaultedgetype="directed" mode="static">
"""
_TYPES = {"json": "string", "int": "integer"}


def write_gexf(graph: nx.MultiDiGraph, file: BinaryIO) -> None:
    """Writes a graph made by `to_networkx`."""
    for piece in _pieces(graph):
        file.write(piece.encode())


def read_gexf(path: Path) -> Graph:
    """The graph that `write_gexf` wrote. Raises DataError for a file that is none."""
    graph = nx.MultiDiGraph()
    with reading(path, "gexf"):
        names: dict[str, str] = {}
        for element in elements(path, {"attribute", "node", "edge"}):
            match element.tag.rpartition("}")[2]:
                case "attribute":
                    names[element.attrib["id"]] = element.attrib["title"]
                case "node":
                    graph.add_node(original(element.attrib["id"]), **decode(_values(element, names), NODE))
                case "edge":
                    attributes = decode(_values(element, names), EDGE)
                    ends = (original(element.attrib[end]) for end in ("source", "target"))
                    graph.add_edge(*ends, key=attributes["kind"], **attributes)
        return from_networkx(graph)


def _values(element: Element, names: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(names[value.attrib["for"]], value.attrib["value"]) for value in element.iterfind("{*}attvalues/*")]


def _pieces(graph: nx.MultiDiGraph) -> Iterator[str]:
    yield _HEAD
    for owner, types in (("node", NODE), ("edge", EDGE)):
        yield f'<attributes class="{owner}" mode="static">\n'
        for name, type_ in types.items():
            yield f'<attribute id="{owner}.{name}" title="{name}" type="{_TYPES.get(type_, type_)}"/>\n'
        yield "</attributes>\n"
    yield "<nodes>\n"
    for identity, attributes in graph.nodes(data=True):
        own = f"id={as_attribute(identity)} label={as_attribute(caption(identity, attributes))}"
        yield f"<node {own}>{_written('node', attributes, NODE)}</node>\n"
    yield "</nodes>\n<edges>\n"
    for number, (source, target, attributes) in enumerate(graph.edges(data=True)):
        relation = as_attribute(attributes["kind"])
        own = f'id="{number}" source={as_attribute(source)} target={as_attribute(target)}'
        weight = attributes["confidence"]  # Gephi drops edges of weight 0, so there it is left out
        own += f" kind={relation} label={relation}" + (f' weight="{float(weight)!r}"' if weight else "")
        yield f"<edge {own}>{_written('edge', attributes, EDGE)}</edge>\n"
    yield "</edges>\n</graph>\n</gexf>\n"


def _written(owner: str, attributes: Mapping[str, Any], types: Mapping[str, Type]) -> str:
    values = "".join(
        f'<attvalue for="{owner}.{name}" value={as_attribute(text)}/>' for name, text in encode(attributes, types)
    )
    return f"<attvalues>{values}</attvalues>"
