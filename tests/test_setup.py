"""The two set-up scripts: clear words where they cannot go on, and no work done twice."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The module of the scripts, pointed at an empty folder."""
    monkeypatch.syspath_prepend(str(ROOT / "examples"))
    monkeypatch.delitem(sys.modules, "environment", raising=False)
    import environment  # type: ignore[import-not-found]

    home = tmp_path / ".venv"
    monkeypatch.setattr(environment, "HOME", home)
    monkeypatch.setattr(environment, "PYTHON", home / "bin" / "python")
    return environment  # type: ignore[no-any-return]


class Calls:
    """Stands in for subprocess.run: notes what was asked for, and answers with one exit code."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, code: int = 0) -> None:
        self.asked: list[list[str]] = []
        self.code = code
        monkeypatch.setattr(subprocess, "run", self)

    def __call__(self, command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        self.asked.append(command)
        return subprocess.CompletedProcess(command, self.code, stdout="", stderr="ensurepip is not available")


def test_an_old_python_is_told_so(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4, "final", 0))
    with pytest.raises(SystemExit, match=r"kg needs Python 3\.11 or later; .* is 3\.10\.4"):
        environment.ensure()


def test_without_ensurepip_the_package_to_install_is_named(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    Calls(monkeypatch, code=1)
    with pytest.raises(SystemExit, match=r"(?s)ensurepip is not available.*apt-get install python3\.\d+-venv"):
        environment.ensure()
    assert not environment.HOME.exists()


def test_a_folder_of_something_else_is_left_alone(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.HOME.mkdir()
    (environment.HOME / "mine").write_text("")
    with pytest.raises(SystemExit, match="is no Python environment: move it away"):
        environment.ensure()
    assert (environment.HOME / "mine").exists()


def ready(environment: ModuleType) -> None:
    environment.PYTHON.parent.mkdir(parents=True)
    environment.PYTHON.write_text("")
    (environment.HOME / "pyvenv.cfg").write_text("")


def test_what_is_installed_is_not_installed_again(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(environment)
    calls = Calls(monkeypatch)

    def installed() -> int:
        before = sum("pip" in command for command in calls.asked)
        environment.ensure("dev")
        environment.ensure("")  # what tests need holds what kg needs
        return sum("pip" in command for command in calls.asked) - before

    assert installed() == 1
    assert installed() == 0


def test_the_tests_need_more_than_kg(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(environment)
    calls = Calls(monkeypatch)
    environment.ensure("")
    environment.ensure("dev")
    asked = [command[-1] for command in calls.asked if "pip" in command]
    assert asked == [str(ROOT), f"{ROOT}[dev]"]


def test_new_dependencies_are_installed(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ready(environment)
    calls = Calls(monkeypatch)
    (tmp_path / "pyproject.toml").write_text("one")
    (tmp_path / "constraints.txt").write_text("")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    environment.ensure()
    (tmp_path / "pyproject.toml").write_text("two")
    environment.ensure()
    assert sum("pip" in command for command in calls.asked) == 2


def test_a_failure_of_pip_ends_in_words(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(environment)
    calls = Calls(monkeypatch)
    monkeypatch.setattr(environment, "_runs", lambda: True)
    calls.code = 1
    with pytest.raises(SystemExit, match="pip could not install"):
        environment.ensure()


def test_every_dependency_has_one_exact_version() -> None:
    lines = (ROOT / "constraints.txt").read_text().split()
    assert lines == sorted(lines)
    names = [line.partition("==")[0] for line in lines]
    assert len(set(names)) == len(names)
    assert all(line.count("==") == 1 for line in lines)
    assert {"spacy", "pydantic", "pyarrow", "orjson", "networkx", "ladybug", "neo4j", "typer", "rich"} <= set(
        names
    )
