"""Columns are named by their alias or by the words of the query, on both stores alike."""

import pytest

from kg.store import Store
from kg.store.columns import column_names
from tests.store.fixture_graph import GRAPH


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("MATCH (a)-[r]->(b) RETURN type(r), count(*)", ("type(r)", "count(*)")),
        ("MATCH (a) RETURN DISTINCT a.id AS id, a.name ORDER BY id", ("id", "a.name")),
        ("MATCH (a) RETURN a.id AS `the id`, [1, 2] AS l LIMIT 3", ("the id", "l")),
        ("MATCH (a) WHERE EXISTS { MATCH (a)-->(b) RETURN b } RETURN a.id;", ("a.id",)),
        ("RETURN 1 AS x UNION RETURN 2 AS y", ("x",)),
        ("RETURN 'a, b' AS text, {x: 1, y: 2}", ("text", "{x: 1, y: 2}")),
        ("MATCH (a) RETURN *", None),
        ("MATCH (a)", None),
    ],
)
def test_names_of_columns(statement: str, names: tuple[str, ...] | None) -> None:
    assert column_names(statement) == names


def test_both_stores_name_them_alike(store: Store) -> None:
    store.load(GRAPH)
    table = store.query(
        "MATCH (p:Paper)-[r:USES]->(e) RETURN type(r), toString(p.year), head(p.ids) AS first LIMIT 1"
    )
    assert table.columns == ("type(r)", "toString(p.year)", "first")
