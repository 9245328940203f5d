"""`schemas/` and `cypher/` are found in a checkout, in a wheel, and in a wheel made from the source archive."""

import os
import site
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from kg import resources
from kg.errors import DataError

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("cypher", "schemas")


def run(*command: str | Path, cwd: Path) -> str:
    # Neither the checkout nor settings of the person who runs the tests may reach the installed copy.
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("KG_", "PYTHON"))}
    done = subprocess.run([str(word) for word in command], cwd=cwd, env=clean, capture_output=True, text=True)
    assert done.returncode == 0, f"{command} gave {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One wheel made from the checkout, one made from the source archive."""
    made = {}
    for origin, options in {"checkout": ["--wheel"], "source archive": []}.items():
        target = tmp_path_factory.mktemp(origin.replace(" ", "-"))
        run(sys.executable, "-m", "build", "--no-isolation", "--outdir", target, *options, ROOT, cwd=target)
        (made[origin],) = target.glob("*.whl")
    return made


def test_a_checkout_has_them() -> None:
    for name in FOLDERS:
        assert resources.folder(name) == ROOT / name


def test_an_installation_without_them_says_what_to_do() -> None:
    with pytest.raises(DataError, match="lacks its folder 'nonsense': install it again"):
        resources.folder("nonsense")


def test_both_wheels_hold_the_same_and_all_of_it(wheels: dict[str, Path]) -> None:
    contents = []
    for wheel in wheels.values():
        with zipfile.ZipFile(wheel) as archive:
            contents.append({info.filename: info.CRC for info in archive.infolist()})
    first, second = contents
    assert first == second
    for name in FOLDERS:
        for path in (ROOT / name).rglob("*"):
            if path.is_file() and not path.name.startswith("."):
                assert f"kg/_resources/{path.relative_to(ROOT).as_posix()}" in first
    assert "kg/py.typed" in first
    assert not [name for name in first if name.startswith(("tests/", "bench/", "examples/"))]


def test_the_installed_wheel_runs_from_another_folder(wheels: dict[str, Path], tmp_path: Path) -> None:
    home = tmp_path / "environment"
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    inside = Path(
        run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path).strip()
    )
    # What we depend on comes from the environment that runs the tests, so that no network is needed. A path named
    # in a .pth file has its own .pth files ignored, so an editable install of the checkout does not come along.
    (inside / "outer.pth").write_text("".join(f"{path}\n" for path in site.getsitepackages()))
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheels["checkout"], cwd=tmp_path)

    code = "from kg import resources; print(*(resources.folder(n) for n in ('cypher', 'schemas')), sep='\\n')"
    for line in run(python, "-c", code, cwd=tmp_path).splitlines():
        assert Path(line).is_relative_to(inside)
    kg = scripts / "kg"
    assert run(kg, "--version", cwd=tmp_path).startswith("kg ")
    assert "shared-benchmark" in run(kg, "query", "--list", cwd=tmp_path)
    run(kg, "schema", "--check", cwd=tmp_path)
    run(kg, "build", ROOT / "examples" / "sample", cwd=tmp_path)
    assert "GSM8K" in run(kg, "query", "top-entities", "-p", "kind=Benchmark", cwd=tmp_path)
