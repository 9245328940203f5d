"""Finds `schemas/` and `cypher/`: at the top of a checkout (also when installed editable), inside the package
in a wheel."""

from pathlib import Path

from kg.errors import DataError

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `schemas` or `cypher`. Raises DataError when the installation lacks it."""
    for root in (_PACKAGE / "_resources", _PACKAGE.parent):
        if (root / name).is_dir():
            return root / name
    raise DataError(f"this installation of kg lacks its folder {name!r}: install it again")
