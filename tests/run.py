"""The tests in one command: makes the environment where it is missing, then runs pytest with the arguments given.

python3 tests/run.py                     all tests whose needs are there
python3 tests/run.py -k graphml -x       pytest's own arguments
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "examples"))

from environment import PYTHON, ensure  # noqa: E402


def main() -> int:
    ensure("dev")
    return subprocess.run([str(PYTHON), "-m", "pytest", *sys.argv[1:]], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
