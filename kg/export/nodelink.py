"""Node-link JSON for notebooks and D3: what `networkx.node_link_graph(…, edges="edges")` reads. One node or edge a
line, so that two exports can be compared line by line."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import networkx as nx
import orjson

from kg.errors import DataError
from kg.export.networkx import from_networkx
from kg.model import Graph


def write_nodelink(graph: nx.MultiDiGraph, file: BinaryIO) -> None:
    """Writes a graph made by `to_networkx`."""
    file.write(b'{"directed":true,"multigraph":true,"graph":' + orjson.dumps(graph.graph) + b',"nodes":[')
    file.writelines(_lines({"id": identity, **attributes} for identity, attributes in graph.nodes(data=True)))
    file.write(b'\n],"edges":[')
    file.writelines(
        _lines(
            {"source": source, "target": target, "key": relation, **attributes}
            for source, target, relation, attributes in graph.edges(keys=True, data=True)
        )
    )
    file.write(b"\n]}\n")


def read_nodelink(path: Path) -> Graph:
    """The graph that `write_nodelink` wrote. Raises DataError for a file that is none."""
    try:
        graph = nx.node_link_graph(orjson.loads(path.read_bytes()), directed=True, multigraph=True, edges="edges")
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from None
    except orjson.JSONDecodeError as error:
        raise DataError(f"{path} is damaged: {error}; export it again") from None
    except (KeyError, TypeError, AttributeError, nx.NetworkXError) as error:
        raise DataError(f"{path} was not written by `kg export`: {error!r}") from None
    try:
        return from_networkx(graph)
    except DataError as error:
        raise DataError(f"{path}: {error}") from None


def _lines(items: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    for number, item in enumerate(items):
        yield (b",\n" if number else b"\n") + orjson.dumps(item)
