"""The console examples of a document: commands after `$ `, and the output that follows each."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SECONDS = re.compile(r"\d+\.\d+")


_PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def programs(document: Path) -> list[str]:
    """The Python blocks of a document."""
    return _PYTHON.findall(document.read_text(encoding="utf-8"))


class Example(NamedTuple):
    """One command of a document and the output that the document shows for it."""

    command: str
    output: str


def examples(document: Path) -> list[Example]:
    """The `kg` commands of a document's console blocks, in order."""
    found = []
    for block in _BLOCK.findall(document.read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append(Example(command, output.rstrip("\n")))
    return found


def run(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a `kg` command as a person would, in a folder, with standard error where it appears."""
    words = shlex.split(command)
    assert words[0] == "kg", command
    return subprocess.run(
        [sys.executable, "-m", "kg", *words[1:]],
        cwd=folder,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "COLUMNS": "110", "NO_COLOR": "1", "PYTHONUNBUFFERED": "1", **environment},
        check=False,
    )


def without_seconds(text: str) -> str:
    """The text, the times of the line that tells them made equal, and blanks at line ends dropped."""
    lines = []
    for line in text.splitlines():
        lines.append((_SECONDS.sub("0.0", line) if line.startswith("seconds:") else line).rstrip())
    return "\n".join(lines).rstrip("\n")
