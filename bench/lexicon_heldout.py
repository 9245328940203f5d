"""Figures on annotated texts that the weights have not seen: weights from four fifths, scored on the other.

usage: python bench/lexicon_heldout.py GOLD.jsonl

Works in a copy of the package, so the committed weights stay. Every fifth text is held out. The thresholds and the
calibration are the committed ones; they too were chosen on a fifth of train, so these figures are a little kind.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main(gold: Path) -> None:
    lines = [line for line in gold.read_text(encoding="utf-8").split("\n") if line]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("kg", "bench", "schemas", "cypher"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        seen, held_out = copy / "seen.jsonl", copy / "held-out.jsonl"
        seen.write_text("".join(f"{line}\n" for n, line in enumerate(lines) if n % 5), encoding="utf-8")
        held_out.write_text("".join(f"{line}\n" for line in lines[::5]), encoding="utf-8")
        environment = {**os.environ, "PYTHONPATH": str(copy)}
        for command in (
            ["bench/lexicon_weights.py", str(seen)],
            ["bench/lexicon_relations.py", str(seen)],
            ["-m", "kg", "evaluate", str(held_out)],
        ):
            subprocess.run([sys.executable, *command], cwd=copy, env=environment, check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
