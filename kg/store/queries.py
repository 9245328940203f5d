"""The named queries of `cypher/queries/`: one statement a file, its header comments say how it is used.

    // purpose: what it answers
    // param NAME TYPE [= DEFAULT]: what it is        TYPE: paper entity kind relation text int float bool
    // column NAME TYPE: what it holds                TYPE: text int float bool list set map

A parameter without default must be given. `paper` and `entity` are looked up: the statement gets the id of one
paper, a list of ids of entities. A column of type `set` is sorted here: neither store orders what it collects.
A text that both stores cannot share has a twin `NAME.ladybug.cypher` with the same header.
"""

import difflib
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from kg.errors import DataError, NotFound, UsageError
from kg.model import KINDS, RELATIONS
from kg.resources import folder
from kg.store import lookup
from kg.store.protocol import DEFAULT_TIMEOUT, Store, Table

_PARAMETER = re.compile(r"// param (\w+) (\w+)(?: = ?([^:]*))?: (.+)")
_COLUMN = re.compile(r"// column (\w+) (\w+): (.+)")
_PURPOSE = re.compile(r"// purpose: (.+)")
_COLUMN_TYPES = ("text", "int", "float", "bool", "list", "set", "map")
_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


class Parameter(BaseModel):
    """A parameter of a named query; `default` is None where it must be given."""

    model_config = ConfigDict(frozen=True)

    name: str
    type: str
    default: str | int | float | bool | None = None
    meaning: str

    @property
    def required(self) -> bool:
        return self.default is None


class Column(BaseModel):
    """A column of a named query's answer."""

    model_config = ConfigDict(frozen=True)

    name: str
    type: str
    meaning: str


class NamedQuery(BaseModel):
    """A query of the library: what its header says, and its statement per dialect."""

    model_config = ConfigDict(frozen=True)

    name: str
    purpose: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    statements: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        """The header as plain data, without the statements."""
        return self.model_dump(exclude={"statements"})


def named_queries() -> tuple[NamedQuery, ...]:
    """All queries of the library, by name. Raises DataError for a file whose header is wrong."""
    return _read_all(folder("cypher") / "queries")


def named_query(name: str) -> NamedQuery:
    """The query of that name. Raises NotFound with near names."""
    queries = {query.name: query for query in named_queries()}
    if name not in queries:
        near = difflib.get_close_matches(name.replace("_", "-"), queries, n=3, cutoff=0.5)
        advice = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(queries)}"
        raise NotFound(f"no query {name!r}: {advice}")
    return queries[name]


def run(
    store: Store,
    name: str,
    given: Mapping[str, Any] | None = None,
    *,
    redirects: Mapping[str, tuple[str, ...]] | None = None,
    timeout: float = DEFAULT_TIMEOUT,
) -> Table:
    """Runs a named query. `given` holds values or strings as a command line gives them; `redirects` maps ids that
    a later build replaced to those that stand now.

    Raises NotFound for a query, paper or entity that does not exist, UsageError for a parameter that is unknown,
    missing or not of its type; otherwise as `Store.query`.
    """
    query = named_query(name)
    parameters = _bind(store, query, given or {}, redirects)
    statement = query.statements.get(store.dialect, query.statements[""])
    table = store.query(statement, parameters, timeout=timeout)
    sets = {number for number, column in enumerate(query.columns) if column.type == "set"}
    if not sets:
        return table
    ordered = [
        tuple(sorted(value) if number in sets and value else value for number, value in enumerate(row))
        for row in table.rows
    ]
    return table._replace(rows=ordered)


def _bind(
    store: Store, query: NamedQuery, given: Mapping[str, Any], redirects: Mapping[str, tuple[str, ...]] | None
) -> dict[str, Any]:
    known = {parameter.name: parameter for parameter in query.parameters}
    told = ", ".join(f"{p.name}{'' if p.required else f' (default {p.default!r})'}" for p in query.parameters)
    for name in given:
        if name not in known:
            raise UsageError(f"query {query.name} has no parameter {name!r}: it has {told}")
    for parameter in query.parameters:
        if parameter.required and given.get(parameter.name) in (None, ""):
            raise UsageError(
                f"query {query.name} needs {parameter.name} ({parameter.meaning}): add -p {parameter.name}=…; "
                f"it has {told}"
            )
    bound: dict[str, Any] = {}
    for name, parameter in known.items():
        value = given.get(name, parameter.default)
        if value is None:
            value = parameter.default
        if parameter.type == "paper":
            bound[name] = lookup.paper(store, str(value), redirects=redirects)
        elif parameter.type == "entity":
            bound[name] = lookup.entities(store, str(value), redirects=redirects)
        else:
            bound[name] = _converted(parameter.type, value, f"parameter {name} of query {query.name}")
    return bound


def _converted(kind: str, value: Any, where: str) -> Any:
    try:
        return _TYPES[kind](value)
    except (ValueError, TypeError):
        raise UsageError(f"{where}: {value!r} is no {_EXPECTED[kind]}") from None


def _int(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError
    number = int(value)
    if not 0 <= number < 2**63:
        raise ValueError
    return number


def _float(value: Any) -> float:
    number = float(value)
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError
    return number


def _bool(value: Any) -> bool:
    word = str(value).strip().lower()
    if word not in _YES + _NO:
        raise ValueError
    return word in _YES


def _one_of(allowed: tuple[str, ...]) -> Callable[[Any], str]:
    by_key = {name.lower(): name for name in ("", *allowed)}

    def convert(value: Any) -> str:
        key = str(value).strip().lower().replace("-", "_").replace(" ", "_")
        if key not in by_key:
            raise ValueError
        return by_key[key]

    return convert


_TYPES: dict[str, Callable[[Any], Any]] = {
    "text": str,
    "int": _int,
    "float": _float,
    "bool": _bool,
    "kind": _one_of(KINDS),
    "relation": _one_of(RELATIONS),
}
_EXPECTED = {
    "text": "text",
    "int": "whole number of 0 or more",
    "float": "number",
    "bool": "yes or no: write true or false",
    "kind": f"kind of entity: write one of {', '.join(KINDS)}",
    "relation": f"relation: write one of {', '.join(RELATIONS)}",
}


@cache
def _read_all(root: Path) -> tuple[NamedQuery, ...]:
    queries: dict[str, NamedQuery] = {}
    for path in sorted(root.glob("*.cypher")):
        name, _, dialect = path.name.removesuffix(".cypher").partition(".")
        query = _read(path, name, dialect)
        known = queries.get(name)
        if known is None:
            queries[name] = query
        elif (known.parameters, known.columns) != (query.parameters, query.columns):
            raise DataError(f"{path} and its twin differ in their headers: make them the same")
        else:
            both = {**known.statements, **query.statements}
            queries[name] = known.model_copy(update={"statements": both})
    for query in queries.values():
        if "" not in query.statements:
            raise DataError(f"{root / query.name}.cypher is missing: only a twin for one store is there")
    return tuple(sorted(queries.values(), key=lambda query: query.name))


def _read(path: Path, name: str, dialect: str) -> NamedQuery:
    purpose, parameters, columns = "", [], []
    text = path.read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("// "):
            continue
        where = f"{path}, line {number}"
        if match := _PURPOSE.fullmatch(line):
            purpose = match.group(1)
        elif match := _PARAMETER.fullmatch(line):
            parameters.append(_parameter(*match.groups(), where=where))
        elif (match := _COLUMN.fullmatch(line)) and match.group(2) in _COLUMN_TYPES:
            columns.append(Column(name=match.group(1), type=match.group(2), meaning=match.group(3)))
        else:
            raise DataError(f"{where}: {line!r} is no purpose, param or column line (see kg/store/queries.py)")
    if not purpose or not columns:
        raise DataError(f"{path} lacks its {'columns' if purpose else 'purpose'}: write them as header comments")
    return NamedQuery(
        name=name,
        purpose=purpose,
        parameters=tuple(parameters),
        columns=tuple(columns),
        statements={dialect: text},
    )


def _parameter(name: str, kind: str, default: str | None, meaning: str, *, where: str) -> Parameter:
    if kind in ("paper", "entity"):
        return Parameter(name=name, type=kind, meaning=meaning)
    if kind not in _TYPES:
        raise DataError(f"{where}: no parameter type {kind!r}; there are paper, entity, {', '.join(_TYPES)}")
    value = None if default is None else _converted(kind, default.strip(), where)
    return Parameter(name=name, type=kind, default=value, meaning=meaning)
