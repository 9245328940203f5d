"""kg: research papers into a knowledge graph that people can trust."""

from importlib.metadata import version

from kg.model import Graph

__all__ = ["Graph", "__version__"]
__version__ = version("kg-papers")
