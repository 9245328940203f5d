"""The committed name files are what the drawing script makes of the public lists."""

import importlib.util
from pathlib import Path

import pytest

from kg.lexicon.load import FOLDER


@pytest.mark.shared
def test_the_committed_files_are_fresh(shared: Path) -> None:
    script = Path(__file__).parents[2] / "bench" / "lexicon_build.py"
    spec = importlib.util.spec_from_file_location("lexicon_build", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, content in module.build(shared / "names").items():
        assert (FOLDER / name).read_text(encoding="utf-8") == content, name
