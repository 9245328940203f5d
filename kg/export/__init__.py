"""The graph for other programs: NetworkX, and the files written from it.

`FORMATS` is the one list of formats; a new one is a module with a writer and a reader, and a line here.
"""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from kg.errors import DataError, UsageError
from kg.export import gexf, graphml, nodelink
from kg.export.networkx import from_networkx, to_networkx
from kg.model import Graph

__all__ = ["FORMATS", "Format", "from_networkx", "read", "to_networkx", "write"]


class Format(NamedTuple):
    """One kind of file: the usual suffix, what writes a NetworkX graph to it, and what reads the Graph back."""

    suffix: str
    writer: Callable[[Any, BinaryIO], None]
    reader: Callable[[Path], Graph]


FORMATS: Mapping[str, Format] = {
    "graphml": Format(".graphml", graphml.write_graphml, graphml.read_graphml),  # Cytoscape, yEd, igraph
    "gexf": Format(".gexf", gexf.write_gexf, gexf.read_gexf),  # Gephi, sigma.js
    "node-link": Format(".json", nodelink.write_nodelink, nodelink.read_nodelink),  # NetworkX, D3
}


def write(graph: Graph, format: str, path: Path) -> None:
    """Writes the graph to a file; equal graphs give equal bytes. A file that stood there is replaced at once.

    Raises UsageError for an unknown format, DataError where the file cannot be written.
    """
    writer = _format(format).writer
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        if path.is_dir():
            raise DataError(
                f"{path} is a folder: name a file in it, such as {path / ('graph' + FORMATS[format].suffix)}"
            )
        if not path.parent.is_dir():
            raise DataError(f"{path} cannot be written: there is no folder {path.parent}; make it first")
        with temporary.open("wb") as file:
            writer(to_networkx(graph), file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror or error}; choose another place") from None
    finally:
        with suppress(OSError):
            temporary.unlink()


def read(format: str, path: Path) -> Graph:
    """The graph that `write` wrote. Raises UsageError for an unknown format, DataError for another file."""
    return _format(format).reader(path)


def _format(name: str) -> Format:
    if name not in FORMATS:
        raise UsageError(f"no format {name!r}: choose one of {', '.join(FORMATS)}")
    return FORMATS[name]
