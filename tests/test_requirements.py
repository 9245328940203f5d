"""Tests whose needs are missing are left out with a line that says how to get them, or fail where required."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.shared
def test_the_shared_folder_holds_the_corpora(shared: Path) -> None:
    assert (shared / "corpus").is_dir()


def test_a_skip() -> None:
    if os.environ.get("KG_TEST_SKIP"):
        pytest.skip("only to see what becomes of a skipped test")


def run(test: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"{Path(__file__).name}::{test}"],
        cwd=Path(__file__).parent,
        env={**os.environ, "KG_REQUIRE": "", **environment},
        capture_output=True,
        text=True,
    )


def test_without_the_shared_folder_its_tests_are_left_out_with_one_line(tmp_path: Path) -> None:
    done = run("test_the_shared_folder_holds_the_corpora", KG_SHARED=str(tmp_path / "none"))
    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED, done.stdout
    assert f"left out 1 shared tests: {tmp_path / 'none'} holds no shared corpora; set KG_SHARED" in done.stdout


@pytest.mark.parametrize("words", ["all", "shared", "neo4j, shared"])
def test_what_is_required_and_missing_fails_the_run(tmp_path: Path, words: str) -> None:
    done = run("test_the_shared_folder_holds_the_corpora", KG_SHARED=str(tmp_path / "none"), KG_REQUIRE=words)
    assert done.returncode == 1
    assert "KG_REQUIRE asks for the shared tests, but" in done.stdout + done.stderr


def test_a_word_that_is_none_is_named() -> None:
    done = run("test_a_skip", KG_REQUIRE="neo5j")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "KG_REQUIRE names neo5j; known are all, shared, neo4j" in done.stdout + done.stderr


def test_a_skipped_test_passes_alone_and_fails_where_all_is_required() -> None:
    assert run("test_a_skip", KG_TEST_SKIP="1").returncode == 0
    done = run("test_a_skip", KG_TEST_SKIP="1", KG_REQUIRE="all")
    assert done.returncode == 1
    assert "lets no test be skipped: Skipped: only to see" in done.stdout
