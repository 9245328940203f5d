"""The import law: who may import whom.

The foundation (model, text, errors, resources) imports nothing of ours beyond itself; lexicon only the foundation;
a stage the foundation, lexicon and itself, never a sibling; only the joiners put stages together.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "kg"

FOUNDATION = {"model", "text", "errors", "resources"}
ON_FOUNDATION = {"lexicon", "settings", "folder", "schema", "progress"}  # import the foundation and themselves
STAGES = {"collect", "extract", "resolve", "graph", "store", "export"}
JOINERS = {"pipeline", "reading", "cli", "scale", "view", "train", "evaluate", "__main__"}
ROOT = {"__init__"}


def allowed(part: str) -> set[str] | None:
    """The parts of `kg` that this part may import; None for all. Raises KeyError for an unknown part."""
    if part in JOINERS:
        return None
    if part in FOUNDATION or part in ROOT:
        return FOUNDATION
    if part in ON_FOUNDATION:
        return FOUNDATION | {part}
    if part in STAGES:
        return FOUNDATION | {"lexicon", part}
    raise KeyError(part)


def imports(source: str, module: tuple[str, ...], is_package: bool = False) -> Iterator[tuple[int, str]]:
    """(line, part of `kg`) of every import of ours in a module, wherever in it the import stands."""
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        match node:
            case ast.Import():
                names = [alias.name for alias in node.names]
            case ast.ImportFrom(level=0):
                # `from kg import cli` may name a module or an attribute; a module is what counts.
                names = [
                    f"{node.module}.{alias.name}" if node.module == "kg" else f"{node.module}"
                    for alias in node.names
                ]
            case ast.ImportFrom():
                base = module[: len(module) - node.level + is_package]
                names = [".".join((*base, *filter(None, [node.module]), alias.name)) for alias in node.names]
            case ast.Call(func=ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__")):
                names = [item.value for item in node.args[:1] if isinstance(item, ast.Constant)]
        for name in names:
            parts = str(name).split(".")
            if parts[0] == "kg" and len(parts) > 1 and not parts[1].startswith("__version"):
                yield getattr(node, "lineno", 0), parts[1]


def violations(source: str, module: tuple[str, ...], is_package: bool = False) -> list[str]:
    """What a module's imports break of the law, one line each."""
    part = module[1] if len(module) > 1 else "__init__"
    law = allowed(part)
    return [
        f"{'.'.join(module)}, line {line}: {part} may not import {target}"
        for line, target in sorted(imports(source, module, is_package))
        if law is not None and target not in law
    ]


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def named(path: Path) -> tuple[str, ...]:
    parts = ("kg", *path.relative_to(PACKAGE).with_suffix("").parts)
    return parts[:-1] if parts[-1] == "__init__" else parts


@pytest.mark.parametrize("path", modules(), ids=lambda path: ".".join(named(path)))
def test_every_module_keeps_the_law(path: Path) -> None:
    module = named(path)
    assert violations(path.read_text(encoding="utf-8"), module, path.name == "__init__.py") == []


def test_every_part_has_its_place_in_the_law() -> None:
    for path in modules():
        part = (*named(path), "__init__")[1]
        allowed(part)


@pytest.mark.parametrize("path", modules(), ids=lambda path: ".".join(named(path)))
def test_no_file_has_more_than_500_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500


@pytest.mark.parametrize(
    ("module", "source", "broken"),
    [
        ("kg.model", "from kg.lexicon.load import load", "model may not import lexicon"),
        ("kg.text", "import kg.settings", "text may not import settings"),
        ("kg.lexicon.load", "from kg.collect import read", "lexicon may not import collect"),
        ("kg.graph.assemble", "import kg.export.networkx as n", "graph may not import export"),
        ("kg.graph.assemble", "from kg import store", "graph may not import store"),
        ("kg.graph.assemble", "def f():\n    from kg.pipeline import build", "graph may not import pipeline"),
        ("kg.graph.assemble", "from ..extract import links", "graph may not import extract"),
        ("kg.graph.assemble", "from .. import extract", "graph may not import extract"),
        ("kg.graph.assemble", "import importlib\nimportlib.import_module('kg.cli')", "graph may not import cli"),
        ("kg.export.gexf", "if TYPE_CHECKING:\n    from kg.graph import tables", "export may not import graph"),
        ("kg.folder", "from kg.graph import tables", "folder may not import graph"),
        ("kg", "from kg.pipeline import build", "__init__ may not import pipeline"),
    ],
)
def test_a_violation_is_found(module: str, source: str, broken: str) -> None:
    found = violations(source, tuple(module.split(".")), is_package=module == "kg")
    assert len(found) == 1
    assert broken in found[0]


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("kg.model", "from kg.text import fold\nimport kgraph, os"),
        (
            "kg.graph.assemble",
            "from kg.lexicon.load import rows\nfrom kg.model import Graph\nfrom . import redirects",
        ),
        ("kg.pipeline", "from kg.collect import read\nfrom kg.graph import tables"),
        ("kg.cli", "from kg import __version__, pipeline"),
    ],
)
def test_what_is_allowed_is_let_through(module: str, source: str) -> None:
    assert violations(source, tuple(module.split("."))) == []


def test_a_part_the_law_does_not_know_is_found() -> None:
    with pytest.raises(KeyError, match="helpers"):
        violations("", ("kg", "helpers"))
