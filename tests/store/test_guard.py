"""The guard: what it refuses and what it lets through, and that nothing refused ever reaches a file or a node."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import QueryRefused, UsageError
from kg.store import Store
from kg.store.guard import REFUSED, check
from kg.store.protocol import Dialect
from tests.store.fixture_graph import GRAPH

BOTH: tuple[Dialect, ...] = ("ladybug", "neo4j")

# Each would write, or reach outside the graph, on a store that ran it.
HARMFUL = (
    "COPY (MATCH (n:Paper) RETURN n.id) TO '{file}'",
    "copy (match (n:Paper) return n.id) to '{file}'",
    "CoPy/**/(MATCH (n:Paper) RETURN n.id) TO '{file}'",
    "// MATCH (n) RETURN n\nCOPY (MATCH (n:Paper) RETURN n.id) TO '{file}'",
    "/* MATCH */ COPY (MATCH (n:Paper) RETURN n.id) TO '{file}'",
    "MATCH (n:Paper) RETURN n.id; COPY (MATCH (n:Paper) RETURN n.id) TO '{file}'",
    "EXPLAIN COPY (MATCH (n:Paper) RETURN n.id) TO '{file}'",
    "PROFILE COPY (MATCH (n:Paper) RETURN n.id) TO '{file}'",
    "COPY Paper FROM '{file}'",
    "LOAD FROM '/etc/hostname' (file_format='csv', header=false) RETURN *",
    "LOAD WITH HEADERS (a STRING) FROM '/etc/hostname' (file_format='csv') RETURN a",
    "MATCH (n:Paper) WITH n LOAD FROM '/etc/hostname' RETURN *",
    "INSTALL json",
    "LOAD EXTENSION json",
    "LOAD json",
    "ATTACH '{file}' AS other (dbtype lbug)",
    "DETACH other",
    "EXPORT DATABASE '{file}'",
    "IMPORT DATABASE '{file}'",
    "LOAD CSV FROM 'file:///etc/hostname' AS row RETURN row",
    "LOAD CSV WITH HEADERS FROM 'http://localhost/' AS row RETURN row",
    "MATCH (n:Paper) LOAD CSV FROM 'file:///x' AS row RETURN row",
    "MATCH (n:Paper) load\ncsv FROM 'file:///x' AS row RETURN row",
    "CALL dbms.listConfig() YIELD name RETURN name",
    "CALL dbms.components()",
    "call DBMS.components()",
    "CALL `dbms`.`components`()",
    "CALL /* db.labels() */ dbms.components()",
    "CALL apoc.export.csv.all('{file}', {{}})",
    "CALL db.createLabel('Stray')",
    "CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()",
    "MATCH (n:Paper) CALL dbms.components() YIELD name RETURN name",
    "CALL threads=1",
    "CALL current_setting('threads') RETURN *",
    "CALL project_graph('g', ['Paper'], [])",
    "CALL {{ CREATE (n:Stray {{id: 'x'}}) }}",
    "CALL (*) {{ CREATE (n:Stray) }} RETURN 1",
    "MATCH (n) CALL {{ WITH n DETACH DELETE n }} IN TRANSACTIONS",
    "CREATE (n:Stray {{id: 'x'}})",
    "create (n:Stray)",
    "CREATE\u00a0(n:Stray)",
    "\u00a0CREATE (n:Stray)",
    "INSERT (:Stray)",
    "MATCH (n:Paper) CREATE (:Stray)-[:X]->(n)",
    "MATCH (n:Paper) INSERT (:Stray)",
    "MATCH (n:Paper) WITH n CREATE (m:Stray)",
    "MATCH (n:Paper) WITH * CREATE (m:Stray)",
    "MATCH (n:Paper) WITH n LIMIT 1 CREATE (m:Stray)",
    "MATCH (n:Paper) WITH n ORDER BY n.id DESC CREATE (m:Stray)",
    "MATCH (n:Paper) WITH n SKIP $x CREATE (m:Stray)",
    "MATCH (n:Paper) WHERE n.year IS NULL CREATE (m:Stray)",
    "MATCH (n:Paper) WHERE n.year IS NOT NULL SET n.name = 'x'",
    "MATCH (n:Paper) WITH CASE WHEN true THEN 1 ELSE 2 END AS x CREATE (m:Stray)",
    "MATCH (n:Paper) WITH n.create AS create CREATE (m:Stray)",
    "MATCH (and:Paper) WITH and CREATE (m:Stray)",
    "MATCH (not:Paper) WITH not CREATE (m:Stray)",
    "MATCH (as:Paper) WITH as CREATE (m:Stray)",
    "MATCH (as:Paper) WITH DISTINCT as CREATE (m:Stray)",
    "MATCH (as:Paper) WITH as AS as CREATE (m:Stray)",
    "MATCH (distinct:Paper) WITH distinct CREATE (m:Stray)",
    "MATCH (limit:Paper) WITH limit CREATE (m:Stray)",
    "MATCH (union:Paper) WITH union CREATE (m:Stray)",
    "RETURN 1 AS x UNION CREATE (m:Stray) RETURN 1 AS x",
    "RETURN 1 AS x UNION ALL CREATE (m:Stray) RETURN 1 AS x",
    "UNWIND [1] AS x MERGE (m:Stray)",
    "UNWIND [1] AS set SET set.x = 1",
    "MERGE (n:Stray)",
    "MATCH (n:Paper) SET n.name = 'x'",
    "MATCH (n:Paper) sEt n.name = 'x'",
    "MATCH (n:Paper) SET n:Stray",
    "MATCH (n:Paper) SET n += {{x: 1}}",
    "MATCH (n:Paper) SET n = {{}}",
    "MATCH (n:Paper)SET n.name='x'",
    "MATCH (n:`Paper`)SET n.name='x'",
    "MATCH (n) WHERE n.name='x'SET n.name='y'",
    "MATCH (n) WHERE n.year=1SET n.name='y'",
    "MATCH (n) WHERE n.year=0x1FSET n.name='y'",
    "MATCH (n:Paper) DELETE n",
    "MATCH (n:Paper) DETACH DELETE n",
    "MATCH (n:Paper) NODETACH DELETE n",
    "MATCH (n:Paper) REMOVE n.name",
    "MATCH (n:Paper) REMOVE n:Paper",
    "FOREACH (x IN [1] | CREATE (:Stray))",
    "MATCH (n:Paper) FOREACH (x IN [1] | SET n.name = 'x')",
    "MATCH (n:Paper) WHERE EXISTS {{ CREATE (:Stray) }} RETURN n",
    "MATCH (n:Paper) RETURN COUNT {{ CALL dbms.components() YIELD name RETURN name }}",
    "DROP TABLE Paper",
    "DROP CONSTRAINT kg_id",
    "ALTER TABLE Paper DROP name",
    "ALTER USER neo4j SET PASSWORD 'x'",
    "CREATE USER x SET PASSWORD 'y'",
    "CREATE MACRO f(x) AS x",
    "CREATE NODE TABLE X(id STRING PRIMARY KEY)",
    "COMMENT ON TABLE Paper IS 'x'",
    "USE system MATCH (n) RETURN n",
    "USE system SHOW USERS",
    "SHOW TRANSACTIONS",
    "SHOW SETTINGS",
    "TERMINATE TRANSACTIONS 'x'",
    "GRANT ROLE x TO y",
    "START DATABASE neo4j",
    "STOP DATABASE neo4j",
    "DENY ACCESS ON DATABASE neo4j TO PUBLIC",
    "BEGIN TRANSACTION",
    "COMMIT",
    "ROLLBACK",
    "CHECKPOINT",
    "CYPHER 5 CREATE (:Stray)",
    "CYPHER runtime=slotted MATCH (n) RETURN n",
    "USING PERIODIC COMMIT LOAD CSV FROM 'x' AS r RETURN r",
    "EXPLAIN CREATE (:Stray)",
    "PROFILE MATCH (n:Paper) RETURN n",
    "FINISH",
    # Neo4j turns \uXXXX into characters before it reads the statement.
    "\\u0043REATE (:Stray)",
    "MATCH (n:Paper) \\u0053ET n.name = 'x'",
    "MATCH (n:Paper) WHERE n.name = '\\u0027 SET n.name = \\u0027x' RETURN n",
    "MATCH (n:Paper) // \\u000a SET n.name = 'x'",
    "MATCH (n:Paper) /* \\u002a\\u002f SET n.name = 'x' */ RETURN n",
    "MATCH (n:Paper) WHERE n.name = 'x\\uuu0027 SET n.name = 1 //' RETURN n",
    "MATCH (n:`\\u0060) SET n.name = 'x' //`) RETURN n",
    # Comments do not nest, and an unclosed one hides nothing.
    "/* /* */ CREATE (:Stray) /* */",
    "MATCH (n:Paper) /* RETURN n",
    "MATCH (n:Paper) RETURN 'x",
    "MATCH (n:Paper) RETURN n.`x",
    "MATCH (n:Paper) WHERE n.name = 'it\\'s' SET n.name = 'x'",
    "MATCH (n:Paper) WHERE n.name = \"a'b\" SET n.name = 'x'",
    "MATCH (n:Paper) WHERE n.`a``b` = 1 SET n.name = 'x'",
    "MATCH (n:Paper) WHERE n.name = '//' SET n.name = 'x'",
    "MATCH (n:Paper) WHERE n.name = '/*' SET n.name = '*/'",
    # Look-alike letters and invisible characters.
    "MATCH (n:Paper) \u017fET n.name = 'x'",
    "MATCH (n:Paper) \uff33\uff25\uff34 n.name = 'x'",
    "MATCH (n:Paper) S\u200bET n.name = 'x'",
    "MATCH (n:Paper) RETURN n \u2028 SET n.name = 'x'",
    "MATCH (n:Paper) // \u2028 SET n.name = 'x'",
    "MATCH (n:Paper) RETURN n\x00 SET n.name = 'x'",
    # Functions that leave the graph.
    "RETURN apoc.load.json('file:///x')",
    "RETURN genai.vector.encode('x', 'OpenAI', {{}})",
    "RETURN file()",
    "RETURN nextval('s')",
    "",
    "   ",
    "// only a comment",
    ";",
    "MATCH (n) RETURN n; MATCH (m) RETURN m",
    "CALL",
)

HARMLESS = (
    "MATCH (n:Paper) RETURN n.id LIMIT 1",
    "match (n:Paper) return n.id limit 1",
    "MATCH (n:Paper) RETURN n.id LIMIT 1;",
    "MATCH (n:Paper) RETURN n.id ; // done",
    "EXPLAIN MATCH (n:Paper) RETURN n.id",
    "MATCH (n:Paper) WHERE n.name = 'CREATE (n) SET x; DELETE' RETURN n.id",
    "MATCH (n:Paper) WHERE n.name = \"COPY x TO 'y'\" RETURN n.id",
    "MATCH (n:Paper) WHERE n.name = 'it\\'s // no comment' RETURN n.id",
    "MATCH (n:Paper) /* CREATE (m) */ RETURN n.id // SET n.x = 1",
    "// LOAD CSV\nMATCH (n:Paper) RETURN n.id",
    "MATCH (n:Paper) RETURN n.name AS `create`, n.id AS `set ``x`` ; DROP`",
    "MATCH (n:Paper)-[r:USES|PROPOSES]->(e:Method|Model) WHERE r.confidence >= 0.5 RETURN n.id, type(r), e.id",
    "MATCH (n:Paper) OPTIONAL MATCH (n)-[r:RELEASES]->(x:Repo) RETURN n.id AS a, count(x) AS b ORDER BY b DESC, a",
    "MATCH (n:Paper) WITH n.id AS i, n.year AS y WHERE y > 0 RETURN i UNION ALL MATCH (m:Repo) RETURN m.id AS i",
    "UNWIND [1, 2, 3] AS x WITH x WHERE x IN [1, 3] AND NOT x = 2 RETURN x ORDER BY x SKIP 1 LIMIT 1",
    "MATCH (n:Paper) WHERE EXISTS { MATCH (n)-[:USES]->(m:Method) } RETURN n.id",
    "MATCH (n:Paper) RETURN n.id, COUNT { MATCH (n)-[:USES]->(m:Method) } AS c",
    "MATCH (n:Paper) WHERE n.name STARTS WITH 'F' OR n.name ENDS WITH 'd' OR n.name CONTAINS 'e' RETURN n.id",
    "MATCH (n:Paper) RETURN CASE WHEN n.year IS NULL THEN 'none' ELSE toString(n.year) END AS year",
    "MATCH (n:Paper) RETURN count(*) AS n, count(DISTINCT n.year) AS years",
    "MATCH (`set`:Paper) RETURN `set`.id",
    "MATCH (n:Paper) WHERE n.year * 2 > -1 AND n.year <> 3.5e2 RETURN n.year % 7, n.year / 2, n.year ^ 2",
    "MATCH (n:Paper) WHERE n.name = '$1 \\\\ \\t @ # ~ ?' RETURN n.id",
    "MATCH (n:Paper) WHERE n.name = 'caf\\u00e9' RETURN n.id",
    "MATCH (né:Paper) RETURN né.id AS größe",
    "RETURN 1 AS x",
)
# Neo4j alone reads these: LadybugDB has other keywords, and tables in place of free labels.
HARMLESS_ON_NEO4J = (
    "MATCH (n:Paper) RETURN n.create, n.set, n . delete, n.load",
    "MATCH (n:Paper) WHERE n.id = $create RETURN n.id",
    "MATCH (n:CREATE|SET&!DELETE) RETURN n",
    "MATCH (n {set: 1, create: 2}) RETURN n",
    "RETURN {set: 1, delete: {create: 2}} AS m",
    "MATCH (n)-[:CREATE|MERGE]->(m) RETURN n",
    "MATCH (set:Paper) RETURN set.id",
    "MATCH (create) RETURN create.id AS id, create",
    "MATCH (load)-[use]->(show:Paper) RETURN load.id, use.x, show.y",
    "MATCH (n:Paper) RETURN n.id AS create",
    "MATCH (n:Paper) RETURN n {.create, .set, .*} AS m",
    "MATCH (start:Paper) WITH start ORDER BY start.id LIMIT 1 RETURN start",
    "MATCH p = shortestPath((a:Paper)-[*..4]-(b:Paper)) WHERE a <> b RETURN length(p)",
    "MATCH (a:Paper)-[r*1..3]-(b) WHERE all(x IN r WHERE x.confidence > 0.1) RETURN a.id",
    "MATCH (n:Paper) RETURN [x IN n.ids WHERE x STARTS WITH 'a' | toUpper(x)] AS ids",
    "MATCH (n:Paper) WITH n ORDER BY n.id DESC LIMIT 1 RETURN collect(n.id) AS ids",
    "MATCH (n:Paper) RETURN reduce(s = 0, x IN [1, 2] | s + x) AS s, n.ids[0], n.ids[0..1]",
    "CALL db.labels()",
    "CALL db.labels() YIELD label RETURN label ORDER BY label",
    "CALL db.relationshipTypes() YIELD relationshipType AS t RETURN t",
    "CALL db.propertyKeys()",
    "CALL db.index.fulltext.queryNodes('kg_names', $words) YIELD node, score RETURN node.id, score",
    "RETURN date.truncate('year', date('2024-01-02')) AS d",
    "RETURN point.distance(point({x: 1, y: 2}), point({x: 1, y: 2})) AS p",
)


@pytest.mark.parametrize("dialect", BOTH)
@pytest.mark.parametrize("statement", HARMFUL)
def test_refuses_in_one_line(statement: str, dialect: Dialect) -> None:
    with pytest.raises(QueryRefused) as caught:
        check(statement.format(file="/tmp/x"), dialect)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) > 20


@pytest.mark.parametrize("dialect", BOTH)
@pytest.mark.parametrize("statement", HARMLESS)
def test_lets_reading_through(statement: str, dialect: Dialect) -> None:
    check(statement, dialect)


@pytest.mark.parametrize("statement", HARMLESS_ON_NEO4J)
def test_lets_reading_through_on_neo4j(statement: str) -> None:
    check(statement, "neo4j")


@pytest.mark.parametrize("statement", ["CALL show_tables() RETURN *", "CALL table_info('Paper') RETURN *"])
def test_procedures_of_ladybug(statement: str) -> None:
    check(statement, "ladybug")
    with pytest.raises(QueryRefused):
        check(statement, "neo4j")


@pytest.mark.parametrize("word", sorted(REFUSED))
@pytest.mark.parametrize("dialect", BOTH)
def test_no_refused_word_begins_or_continues(word: str, dialect: Dialect) -> None:
    for statement in (f"{word} (n)", f"MATCH (n:Paper) {word} n", f"MATCH (n:Paper) WITH n {word} (m:X) RETURN n"):
        with pytest.raises(QueryRefused, match=word if statement.startswith(word) else "not allowed"):
            check(statement, dialect)


@given(st.text(max_size=200), st.sampled_from(BOTH))
def test_never_crashes_on_text(statement: str, dialect: Dialect) -> None:
    assert "\n" not in refusal(statement, dialect)


def refusal(statement: str, dialect: Dialect) -> str:
    """Why the guard refuses; empty where it does not."""
    try:
        check(statement, dialect)
    except QueryRefused as error:
        return str(error)
    return ""


_PIECES = """
MATCH (n:Paper) WITH n AS x RETURN UNION ALL CALL { } [ ] ( ) | : , . .. * $p 'a' "b" `c` 1 1.5 CREATE SET //
/* */ ; EXISTS ORDER BY LIMIT NOT IN n. as END CASE NULL DISTINCT = < > + -
"""


@given(
    st.lists(st.sampled_from(_PIECES.split()), max_size=25).map(" ".join),
    st.sampled_from(["CREATE (m:X)", "SET n.x = 1", "DELETE n", "MERGE (m:X)", "REMOVE n.x"]),
    st.sampled_from(BOTH),
)
def test_nothing_before_a_write_hides_it(prefix: str, write: str, dialect: Dialect) -> None:
    """What is let through is a comment, or has the word where only a name or value can stand."""
    refused = refusal(f"{prefix} {write}", dialect)
    assert refused or "//" in prefix or prefix.endswith((*".:|,=<+&", "as", "AS", "%", "^", "/"))


@pytest.mark.parametrize("dialect", BOTH)
def test_parameters_are_those_that_the_statement_names(dialect: Dialect) -> None:
    statement = "MATCH (p:Paper) WHERE p.id = $id AND p.name <> '$no' RETURN p.id // $nor"
    check(statement, dialect, {"id": "x"})
    with pytest.raises(UsageError, match=r"names \$id, which has no value: add -p id=…"):
        check(statement, dialect, {})
    with pytest.raises(UsageError, match=r"does not name \$no: it has \$id"):
        check(statement, dialect, {"id": "x", "no": 1})


LOST = (
    "MATCH (x:Paper) WITH x ORDER BY x.id DESC LIMIT 1 RETURN collect(x.id) AS ids",
    "MATCH (x:Paper) WITH x ORDER BY x.id DESC LIMIT 1 WITH x WHERE x.id <> '' RETURN count(*) AS n",
    "MATCH (x:Paper) WITH x.id AS i ORDER BY i DESC LIMIT 1 WITH i RETURN max(i) AS m",
    "MATCH (x:Paper) WITH x ORDER BY x.id DESC SKIP 1 RETURN min(x.id) AS m",
    "MATCH (x:Paper) with x order by x.id desc limit 1 with collect(x.id) as l unwind l as y return y",
)


@pytest.mark.parametrize("statement", LOST)
def test_refuses_the_lost_order_on_ladybug_alone(statement: str) -> None:
    with pytest.raises(QueryRefused, match=r"UNWIND \[1\] AS one"):
        check(statement, "ladybug")
    check(statement, "neo4j")


def test_the_advice_on_lost_order_works(store: Store) -> None:
    store.load(GRAPH)
    statement = (
        "MATCH (x:Paper) WITH x ORDER BY x.id DESC LIMIT 2 UNWIND [1] AS one RETURN max(x.id) AS a, min(x.id) AS b"
    )
    assert store.query(statement).rows == [("arxiv:2405.00004", "arxiv:2405.00003")]


def test_nothing_refused_touches_a_file_or_node(store: Store, tmp_path: Path) -> None:
    store.load(GRAPH)
    before = store.counts()
    file = tmp_path / "touched"
    files = sorted(tmp_path.rglob("*"))
    for statement in HARMFUL:
        with pytest.raises(QueryRefused):
            store.query(statement.format(file=file))
    assert not file.exists()
    assert sorted(tmp_path.rglob("*")) == files
    assert store.counts() == before
    assert not store.load(GRAPH).written


def test_harmless_statements_run(store: Store) -> None:
    store.load(GRAPH)
    dialect_only = HARMLESS_ON_NEO4J if store.dialect == "neo4j" else ()
    for statement in (*HARMLESS, *dialect_only):
        store.query(statement, {name: "fern" for name in ("create", "words") if f"${name}" in statement})
