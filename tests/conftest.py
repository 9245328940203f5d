"""What tests need beside the code, and what happens where it is missing.

A test marked `shared` reads the shared corpora, one marked `neo4j` a real Neo4j. Where that is missing these
tests are deselected, and the summary says in one line how many and how to get it. `KG_REQUIRE=all` (or `shared`,
`neo4j`, with commas between) makes absence a failure; with `all` a skipped test is a failure, too.
"""

import os
from collections.abc import Callable, Generator, Mapping
from pathlib import Path

import hypothesis
import pytest

from tests import neo4j_server

pytest_plugins = ["tests.stores"]

# A busy machine is no failure, and where tests are required they draw the same examples in every run.
hypothesis.settings.register_profile(
    "kg",
    deadline=None,
    derandomize=bool(os.environ.get("KG_REQUIRE")),
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("kg")

_ROOT = Path(__file__).resolve().parents[1]


def shared_folder() -> Path:
    """Where the shared corpora lie: `KG_SHARED`, by default beside the repository."""
    return Path(os.environ.get("KG_SHARED") or _ROOT.parent / "shared").resolve()


def _shared_missing() -> str | None:
    folder = shared_folder()
    if (folder / "corpus").is_dir():
        return None
    return f"{folder} holds no shared corpora; set KG_SHARED to their folder"


# Marker → why its tests cannot run here (None: they can), and how to get what they need.
NEEDS: Mapping[str, Callable[[], str | None]] = {"shared": _shared_missing, "neo4j": neo4j_server.available}

_left_out = pytest.StashKey[list[str]]()


def required() -> set[str]:
    """The markers whose absence fails the run; with "all" among them where no test may be skipped either."""
    words = {word.strip() for word in os.environ.get("KG_REQUIRE", "").split(",")} - {""}
    if unknown := words - {*NEEDS, "all"}:
        raise pytest.UsageError(
            f"KG_REQUIRE names {', '.join(sorted(unknown))}; known are all, {', '.join(NEEDS)}"
        )
    return {"all", *NEEDS} if "all" in words else words


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    config.stash[_left_out] = []
    needed = required()
    for marker, missing in NEEDS.items():
        marked = [item for item in items if item.get_closest_marker(marker)]
        reason = missing() if marked else None
        if reason is None:
            continue
        if marker in needed:
            pytest.exit(f"KG_REQUIRE asks for the {marker} tests, but {reason}", returncode=1)
        items[:] = [item for item in items if item not in set(marked)]
        config.hook.pytest_deselected(items=marked)
        config.stash[_left_out].append(f"left out {len(marked)} {marker} tests: {reason}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash.get(_left_out, []):
        terminalreporter.write_line(line, yellow=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        _fail_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped:
        _fail_skip(report)
    return report


def _fail_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if "all" in required():
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"KG_REQUIRE=all lets no test be skipped: {reason}"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of the shared corpora and annotations; for tests marked `shared`."""
    return shared_folder()
