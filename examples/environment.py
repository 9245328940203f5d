"""Makes the project's own Python environment: `.venv` at the top of the checkout, with `kg` in it.

    python3 examples/environment.py          what `kg` needs
    python3 examples/environment.py dev      what its tests and checks need, too

Nothing but the standard library is used, so that any Python can start it. A second call sees by a stamp in `.venv`
that nothing changed, and returns at once.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / ".venv"
SCRIPTS = HOME / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
EXTRAS = ("", "dev")


def ensure(extra: str = "") -> Path:
    """Makes the environment ready, where it is not, and returns the folder of its commands.

    Ends the program with one clear line where it cannot be made.
    """
    if sys.version_info < (3, 11):  # noqa: UP036 (whoever starts this may have any Python)
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(f"kg needs Python 3.11 or later; {sys.executable} is {found}: run this with a newer python3")
    if not _runs():
        _create()
    if not any(_stamp(ready).exists() for ready in {extra, "dev"}):
        _install(extra)
    return SCRIPTS


def _runs() -> bool:
    """Whether there is an environment whose Python starts and is new enough."""
    check = [str(PYTHON), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    return PYTHON.exists() and subprocess.run(check, capture_output=True).returncode == 0


def _create() -> None:
    if HOME.exists() and not (HOME / "pyvenv.cfg").exists():
        sys.exit(f"{HOME} is there and is no Python environment: move it away")
    _say(f"making {HOME}")
    done = subprocess.run([sys.executable, "-m", "venv", "--clear", str(HOME)], capture_output=True, text=True)
    if done.returncode:
        shutil.rmtree(HOME, ignore_errors=True)  # half an environment would be taken for one the next time
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        said = (done.stdout + done.stderr).strip()
        sys.exit(
            f"{said}\nPython's venv cannot make an environment here. On Debian and Ubuntu: "
            f"apt-get install python{version}-venv"
        )


def _install(extra: str) -> None:
    _say("installing what kg needs" + (" for its tests" if extra else "") + " (only this first time)")
    target = f"{ROOT}[{extra}]" if extra else str(ROOT)
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*command, "-c", str(ROOT / "constraints.txt"), "-e", target], cwd=ROOT)
    if done.returncode:
        sys.exit("pip could not install what kg needs (its message is above): mend that and run this again")
    for old in HOME.glob("kg-*.stamp"):
        old.unlink()
    _stamp(extra).write_text("")


def _stamp(extra: str) -> Path:
    """A file whose name says what was installed, from which definitions, and where."""
    content = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
    digest = hashlib.sha256(b"\n".join([*content, os.fsencode(ROOT)])).hexdigest()
    return HOME / f"kg-{extra or 'run'}-{digest[:16]}.stamp"


def _say(text: str) -> None:
    print(f"[setup] {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    if wanted not in EXTRAS:
        sys.exit(f"no extra {wanted!r}: say nothing, or dev")
    print(ensure(wanted))
