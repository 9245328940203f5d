"""Documents are tested: every example runs, every command and option is told, the transcript is real output."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from kg.cli import app
from kg.store.queries import named_queries
from tests.console import ROOT, examples, programs, run, without_seconds

COMMANDS = get_command(app).commands  # type: ignore[attr-defined]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder in which the examples' paths are right."""
    shutil.copytree(ROOT / "examples" / "sample", tmp_path / "examples" / "sample")
    return tmp_path


@pytest.mark.parametrize("name", ["README.md", "docs/commands.md"])
def test_every_example_runs_and_prints_what_the_document_shows(name: str, clone: Path) -> None:
    found = examples(ROOT / name)
    assert len(found) >= 2
    for example in found:
        result = run(example.command, clone)
        assert result.returncode == 0, f"{example.command}\n{result.stdout}"
        if example.output:
            assert without_seconds(result.stdout) == without_seconds(example.output), example.command


def test_the_python_of_the_readme_runs(clone: Path) -> None:
    assert run("kg build examples/sample", clone).returncode == 0
    (program,) = programs(ROOT / "README.md")
    shown = program + "print(multi_di_graph.number_of_nodes(), len(graph.papers))\n"
    result = subprocess.run([sys.executable, "-c", shown], cwd=clone, capture_output=True, text=True, check=True)
    nodes, papers = map(int, result.stdout.split())
    assert nodes > papers == 33


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_is_documented(name: str) -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    match = re.search(rf"^## kg {name}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert match, f"docs/commands.md says nothing of kg {name}"
    for parameter in COMMANDS[name].params:
        for option in parameter.opts:
            if option.startswith("--") and option != "--help":
                assert option in match[1], f"docs/commands.md does not name {option} of kg {name}"


def test_the_readme_names_every_query_of_the_library() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {query.name for query in named_queries()} == set(re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE))


def test_links_of_documents_lead_somewhere() -> None:
    for document in [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "decisions").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
