"""The query library: one test body over both stores, with expected rows; headers; parameters; look-ups."""

from pathlib import Path
from typing import Any

import pytest
from neo4j import Driver, NotificationMinimumSeverity

from kg.errors import DataError, NotFound, UsageError
from kg.resources import folder
from kg.store import Store, guard, lookup, queries
from kg.store.protocol import Dialect
from tests.store.fixture_graph import GRAPH, P1, P2, P3

FERN, MOSS, REED = "Fern: Sparse Adapters", "Moss Learns \"Maths\" 'Well'", "A Study of Reed"
LORA = "low-rank-adaptation"

# Query, parameters, rows (of the first columns, as many as the rows have).
CASES: tuple[tuple[str, dict[str, Any], list[tuple[Any, ...]]], ...] = (
    ("shared-benchmark", {"paper": FERN}, [(P2, MOSS, 1, ["GSM8K"])]),
    ("shared-benchmark", {"paper": P1, "mentions": "yes"}, [(P2, MOSS, 1, ["GSM8K"]), (P3, REED, 1, ["GSM8K"])]),
    ("shared-benchmark", {"paper": P2}, [(P1, FERN, 1, ["GSM8K"]), (P3, REED, 1, ["MMLU"])]),
    ("shared-benchmark", {"paper": P2, "limit": "1"}, [(P1, FERN, 1, ["GSM8K"])]),
    ("shared-benchmark", {"paper": P2, "limit": 0}, []),
    ("shared-benchmark", {"paper": "nothing in COMMON"}, []),
    ("shared-method", {"paper": "2405.00001"}, [(P2, MOSS, 1, ["Low-Rank Adaptation"])]),
    ("shared-method", {"paper": P3}, []),
    (
        "similar-pairs",
        {},
        [(P1, P2, 1.5, 3, ["GSM8K", "Low-Rank Adaptation", "mathematical reasoning"]), (P2, P3, 0.5, 1, ["MMLU"])],
    ),
    (
        "similar-pairs",
        {"generic": "true", "limit": 1},
        [(P1, P2, 2.0, 4, ["GSM8K", "Low-Rank Adaptation", "accuracy", "mathematical reasoning"])],
    ),
    ("similar-pairs", {"max_papers": 1}, []),
    (
        "papers-of",
        {"entity": "LoRA"},
        [
            (P2, MOSS, "2024-06-01", "USES", 0.8, "", LORA),
            (P1, FERN, "2024-05-01", "COMPARES_WITH", 0.8, "It beats LoRA on GSM8K.", LORA),
        ],
    ),
    ("papers-of", {"entity": "lora", "relation": "uses"}, [(P2, MOSS, "2024-06-01", "USES")]),
    ("papers-of", {"entity": "gsm8k", "relation": "mentions"}, [(P3, REED, "2024-07-01", "MENTIONS")]),
    ("papers-of", {"entity": "grade-school math 8k"}, [(P2,), (P1,)]),
    ("papers-of", {"entity": "reed"}, [(P3, REED, "2024-07-01", "USES", 0.8, "", "reed")]),
    ("papers-of", {"entity": "Reed"}, [(P3, REED, "2024-07-01", "USES", 0.8, "", "reed")]),
    ("papers-of", {"entity": "REED"}, [(P3, REED, "2024-07-01", "PROPOSES", 0.8, "", "reed@arxiv:2405.00003")]),
    ("papers-of", {"entity": "ReeD"}, [(P3, REED, "2024-07-01", "PROPOSES"), (P3, REED, "2024-07-01", "USES")]),
    (
        "about-paper",
        {"paper": P2},
        [
            ("ADDRESSES", "Task", "math-reasoning"),
            ("EVALUATES_ON", "Benchmark", "gsm8k"),
            ("EVALUATES_ON", "Benchmark", "mmlu"),
            ("MEASURES", "Metric", "accuracy"),
            ("PROPOSES", "Method", "moss"),
            (
                "RELEASES",
                "page",
                "moss.github.io",
                "moss.github.io",
                True,
                0.8,
                "declared",
                "",
                [-1],
                [-1],
                [""],
                ["hf:projectPage"],
            ),
            ("REPORTS", "gain", "r2"),
            ("USES", "Method", LORA),
        ],
    ),
    (
        "top-entities",
        {"limit": 4},
        [
            ("gsm8k", "GSM8K", "Benchmark", 2, "2024-05-01"),
            (LORA, "Low-Rank Adaptation", "Method", 2, "2024-05-01"),
            ("math-reasoning", "mathematical reasoning", "Task", 2, "2024-05-01"),
            ("mmlu", "MMLU", "Benchmark", 2, "2024-06-01"),
        ],
    ),
    ("top-entities", {"kind": "metric"}, []),
    ("top-entities", {"kind": "metric", "generic": "yes"}, [("accuracy", "accuracy", "Metric", 2, "2024-05-01")]),
    ("top-entities", {"kind": "Benchmark", "mentions": True, "limit": 1}, [("gsm8k", "GSM8K", "Benchmark", 3)]),
    ("top-entities", {"relation": "proposes", "kind": "Method", "limit": 1}, [("fern", "Fern", "Method", 1)]),
    (
        "co-occurring",
        {"entity": "lora", "limit": 3},
        [
            ("gsm8k", "GSM8K", "Benchmark", 2, 2, LORA),
            ("math-reasoning", "mathematical reasoning", "Task", 2, 2, LORA),
            ("fern", "Fern", "Method", 1, 1, LORA),
        ],
    ),
    ("co-occurring", {"entity": "lora", "kind": "Metric", "generic": 1}, [("accuracy", "accuracy", "Metric", 2)]),
    (
        "entity-pairs",
        {"limit": 2},
        [
            ("gsm8k", "GSM8K", "Benchmark", LORA, "Low-Rank Adaptation", "Method", 2),
            ("gsm8k", "GSM8K", "Benchmark", "math-reasoning", "mathematical reasoning", "Task", 2),
        ],
    ),
    (
        "entity-pairs",
        {"kind": "Method", "other_kind": "benchmark"},
        [
            (LORA, "Low-Rank Adaptation", "Method", "gsm8k", "GSM8K", "Benchmark", 2),
            (LORA, "Low-Rank Adaptation", "Method", "mmlu", "MMLU", "Benchmark", 1),
        ],
    ),
    (
        "entity-pairs",
        {"kind": "Benchmark", "other_kind": "Benchmark"},
        [("gsm8k", "GSM8K", "Benchmark", "mmlu", "MMLU", "Benchmark", 1)],
    ),
    (
        "repos-of-method",
        {"entity": "lora"},
        [
            ("github.com/ada/fern", "https://github.com/ada/fern", "code", P1, FERN, ["COMPARES_WITH"], LORA),
            ("moss.github.io", "https://moss.github.io", "page", P2, MOSS, ["USES"], LORA),
        ],
    ),
    ("repos-of-method", {"entity": "lora", "relation": "USES"}, [("moss.github.io",)]),
    ("repos-of-method", {"entity": "mmlu", "relation": "USES"}, []),
    (
        "neighbourhood",
        {"paper": P3},
        [
            ("EVALUATES_ON", "mmlu", "MMLU", "Benchmark", "EVALUATES_ON", P2, MOSS),
            ("USES", "reed", "Reed", "Model", "", "", ""),
            ("PROPOSES", "reed@arxiv:2405.00003", "REED", "Method", "", "", ""),
        ],
    ),
    (
        "neighbourhood",
        {"paper": P3, "max_papers": 1, "limit": 1},
        [("EVALUATES_ON", "mmlu", "MMLU", "Benchmark", "")],
    ),
    (
        "shortest-path",
        {"paper": P1, "other": P3},
        [
            (
                4,
                [P1, "gsm8k", P2, "mmlu", P3],
                [FERN, "GSM8K", MOSS, "MMLU", REED],
                ["EVALUATES_ON"] * 4,
            )
        ],
    ),
    (
        "shortest-path",
        {"paper": P1, "other": P3, "mentions": "yes"},
        [(2, [P1, "gsm8k", P3], [FERN, "GSM8K", REED], ["EVALUATES_ON", "MENTIONS"])],
    ),
    (
        "shortest-path",
        {"paper": P1, "other": P2, "generic": "yes", "limit": 2},
        [(2, [P1, "accuracy", P2]), (2, [P1, "gsm8k", P2])],
    ),
    ("shortest-path", {"paper": P1, "other": "Nothing in Common"}, []),
)


def test_expected_rows_on_both_stores(store: Store) -> None:
    store.load(GRAPH)
    for name, given, expected in CASES:
        table = queries.run(store, name, given)
        assert table.columns == tuple(column.name for column in queries.named_query(name).columns)
        assert len(table.rows) == len(expected), (name, given)
        for row, want in zip(table.rows, expected, strict=True):
            assert row[: len(want)] == want, (name, given)


def test_every_query_has_a_case() -> None:
    assert {case[0] for case in CASES} == {query.name for query in queries.named_queries()}


@pytest.mark.parametrize("query", queries.named_queries(), ids=lambda query: query.name)
def test_the_library_passes_its_own_guard_and_orders_its_rows(query: queries.NamedQuery) -> None:
    for dialect, statement in query.statements.items():
        spoken: tuple[Dialect, ...] = ("ladybug",) if dialect else ("ladybug", "neo4j")
        for name in spoken:
            guard.check(statement, name, dict.fromkeys(parameter.name for parameter in query.parameters))
        assert "\nORDER BY" in statement
        assert "\nLIMIT $limit" in statement


@pytest.mark.neo4j
def test_neo4j_has_no_warning_about_any_statement(neo4j_store: Store, neo4j_driver: Driver) -> None:
    neo4j_store.load(GRAPH)
    statements = {query.name: query.statements[""] for query in queries.named_queries()}
    for path in sorted((folder("cypher") / "load").glob("*.cypher")):
        statements[path.name] = path.read_text(encoding="utf-8")
    for name, statement in statements.items():
        with neo4j_driver.session(notifications_min_severity=NotificationMinimumSeverity.INFORMATION) as session:
            parameters = {"paper": P1, "other": P2, "entity": ["fern"], "rows": [], "types": []}
            for query in queries.named_queries():
                if query.name == name:
                    parameters |= {p.name: p.default for p in query.parameters if not p.required}
            summary = session.run("EXPLAIN " + statement, parameters).consume()
            told = [status.status_description for status in summary.gql_status_objects if status.is_notification]
            assert told == [], name


def test_headers_are_parsed() -> None:
    query = queries.named_query("papers-of")
    assert query.purpose.startswith("the papers of an entity")
    entity, relation, *_ = query.parameters
    assert (entity.name, entity.type, entity.required) == ("entity", "entity", True)
    assert (relation.name, relation.default, relation.required) == ("relation", "", False)
    assert "statements" not in query.to_dict()


@pytest.mark.parametrize(
    ("name", "given", "error", "message"),
    [
        ("shared-benchmarks", {}, NotFound, "no query 'shared-benchmarks': did you mean shared-benchmark"),
        ("xyzzy", {}, NotFound, "no query 'xyzzy': there are about-paper, "),
        ("shared-benchmark", {}, UsageError, r"needs paper \(the paper, by id or title\): add -p paper=…"),
        ("shared-benchmark", {"paper": P1, "k": 1}, UsageError, "no parameter 'k': it has paper, mentions"),
        ("shared-benchmark", {"paper": P1, "limit": "ten"}, UsageError, "'ten' is no whole number"),
        ("shared-benchmark", {"paper": P1, "limit": "-1"}, UsageError, "'-1' is no whole number of 0 or more"),
        ("shared-benchmark", {"paper": P1, "mentions": "maybe"}, UsageError, "'maybe' is no yes or no"),
        ("papers-of", {"entity": "fern", "relation": "loves"}, UsageError, "'loves' is no relation: write one of"),
        ("top-entities", {"kind": "Paper"}, UsageError, "'Paper' is no kind of entity: write one of Method"),
        (
            "papers-of",
            {"entity": "low rank adaption"},
            NotFound,
            "near: Low-Rank Adaptation .low-rank-ada",
        ),
        ("about-paper", {"paper": "Sparse Adapters"}, NotFound, "near: Fern: Sparse Adapters"),
        ("about-paper", {"paper": "2405.99999"}, NotFound, "no paper 'arxiv:2405.99999'"),
    ],
)
def test_wrong_calls(
    embedded_store: Store, name: str, given: dict[str, Any], error: type[Exception], message: str
) -> None:
    embedded_store.load(GRAPH)
    with pytest.raises(error, match=message) as caught:
        queries.run(embedded_store, name, given)
    assert "\n" not in str(caught.value)


def test_papers_are_found_by_every_form_of_their_id(store: Store) -> None:
    store.load(GRAPH)
    for form in (P1, "2405.00001", "2405.00001v3", "arXiv:2405.00001", "https://arxiv.org/abs/2405.00001v1"):
        assert lookup.paper(store, form) == P1
    for form in (MOSS, MOSS.upper(), f" {MOSS} "):
        assert lookup.paper(store, form) == P2


def test_two_papers_of_one_title_must_be_told_apart(embedded_store: Store) -> None:
    twin = GRAPH.papers[1].model_copy(update={"title": FERN.upper()})
    embedded_store.load(GRAPH.model_copy(update={"papers": (GRAPH.papers[0], twin, *GRAPH.papers[2:])}))
    with pytest.raises(NotFound, match=f"give one of the ids {P1}, {P2}"):
        lookup.paper(embedded_store, "fern sparse adapters")


def test_replaced_ids_are_followed(embedded_store: Store) -> None:
    embedded_store.load(GRAPH)
    redirects = {"lora-2021": (LORA,), "fern": ("moss",)}
    assert lookup.entities(embedded_store, "lora-2021", redirects=redirects) == [LORA]
    assert lookup.entities(embedded_store, "fern", redirects=redirects) == ["fern"]  # it still stands


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.cypher": "// purpose: x\n// nonsense\nRETURN 1 AS x"}, "line 2"),
        ({"a.cypher": "// column x int: x\nRETURN 1 AS x"}, "lacks its purpose"),
        ({"a.cypher": "// purpose: x\nRETURN 1 AS x"}, "lacks its columns"),
        (
            {"a.cypher": "// purpose: x\n// param p what: x\n// column x int: x\nRETURN 1"},
            "no parameter type 'what'",
        ),
        ({"a.ladybug.cypher": "// purpose: x\n// column x int: x\nRETURN 1"}, "only a twin"),
        (
            {
                "a.cypher": "// purpose: x\n// column x int: x\nRETURN 1 AS x",
                "a.ladybug.cypher": "// purpose: x\n// column y int: x\nRETURN 1 AS y",
            },
            "differ in their headers",
        ),
    ],
)
def test_wrong_headers_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], message: str
) -> None:
    (tmp_path / "queries").mkdir()
    for name, text in files.items():
        (tmp_path / "queries" / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(queries, "folder", lambda _: tmp_path)
    with pytest.raises(DataError, match=message):
        queries.named_queries()
