"""The main job in one command: a graph of the bundled sample, and the answer to a question.

Makes the environment where it is missing, builds a graph of `examples/sample` (papers that we invented), and asks
which of them share a benchmark with one of them. Every command is printed before its output.
"""

import shlex
import subprocess
import sys
from pathlib import Path

from environment import ROOT, ensure

OUT = ".cache/quickstart"
PAPER = "Budgeted Rollouts: Stopping Hopeless Samples Early in Group Relative Policy Optimization"
COMMANDS = [
    ["kg", "build", "examples/sample", "--out", OUT, "--fresh"],
    ["kg", "query", "shared-benchmark", "--from", OUT, "-p", f"paper={PAPER}"],
]


def main() -> int:
    scripts = ensure()
    (ROOT / OUT).parent.mkdir(exist_ok=True)
    for command in COMMANDS:
        print(f"$ {shlex.join(command)}", flush=True)
        program = Path(scripts) / command[0]
        done = subprocess.run([str(program), *command[1:]], cwd=ROOT)
        if done.returncode:
            return done.returncode
        print(flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
