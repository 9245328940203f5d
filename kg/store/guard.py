"""What Cypher a user may run: plain reading, on both stores.

The store's own read-only mode is the second wall, not the first: LadybugDB's still copies to and loads from files,
Neo4j's still runs LOAD CSV.

How it decides. Cypher's keywords are not reserved, so a word is judged by where it stands:
  1. After something complete (a name, a value, a closing bracket) only a clause or operator of `CONTINUES` may
     follow; all else is refused, known or not.
  2. A word of `REFUSED` is refused everywhere, save where no parser can take it for a clause (`_is_name`).
  3. A statement, each part of a UNION and each `{ … }` after EXISTS, COUNT or COLLECT begins with a clause of
     `BEGINS`. CALL must name a procedure of `PROCEDURES`.
Where a reading is in doubt the statement is refused; a name can always be written in backticks.
"""

from collections.abc import Mapping, Sequence

from kg.errors import QueryRefused, UsageError
from kg.store.protocol import Dialect
from kg.store.tokens import Token, tokens

BEGINS = frozenset(("MATCH", "OPTIONAL", "WITH", "UNWIND", "RETURN", "CALL"))
# fmt: off
CONTINUES = BEGINS | frozenset((
    "WHERE", "ORDER", "BY", "SKIP", "LIMIT", "UNION", "ALL", "DISTINCT", "AS", "ASC", "ASCENDING", "DESC",
    "DESCENDING", "AND", "OR", "XOR", "NOT", "IN", "IS", "STARTS", "ENDS", "CONTAINS", "WHEN", "THEN", "ELSE",
    "END", "YIELD",
))
# Words after which something must still come: a name, a value, a pattern.
_OPENS = frozenset((
    "MATCH", "WITH", "UNWIND", "RETURN", "CALL", "WHERE", "BY", "SKIP", "LIMIT", "UNION", "ALL", "DISTINCT", "AS",
    "AND", "OR", "XOR", "NOT", "IN", "STARTS", "ENDS", "CONTAINS", "CASE", "WHEN", "THEN", "ELSE", "YIELD",
    "EXPLAIN", "OPTIONAL", "ORDER", "IS", "SHORTEST", "ANY",
))
REFUSED = frozenset((
    "CREATE", "INSERT", "MERGE", "SET", "REMOVE", "DELETE", "DETACH", "NODETACH", "FOREACH", "DROP", "ALTER",
    "USE", "SHOW", "TERMINATE", "PROFILE", "FINISH", "LOAD", "COPY", "INSTALL", "UNINSTALL", "ATTACH", "EXPORT",
    "IMPORT", "CHECKPOINT", "BEGIN", "COMMIT", "ROLLBACK", "GRANT", "REVOKE", "CYPHER",
))
# fmt: on
# After these a value must come, so no clause can begin.
_BEFORE_VALUES = frozenset((",", "=", "<>", "<=", ">=", "<", "=~", "+", "/", "%", "^"))
# What can follow a name but never the first word of a clause.
_FOLLOWS_NAMES = frozenset((".", ",", ")", "]", "}", "=", "<>", "<", ">", "<=", ">=", "+", "/", "%", "^", "=~"))
PROCEDURES: dict[Dialect, frozenset[str]] = {
    "neo4j": frozenset(
        {
            "db.labels",
            "db.relationshiptypes",
            "db.propertykeys",
            "db.schema.visualization",
            "db.schema.nodetypeproperties",
            "db.schema.reltypeproperties",
            "db.index.fulltext.querynodes",
            "db.index.fulltext.queryrelationships",
        }
    ),
    "ladybug": frozenset(
        {"show_tables", "table_info", "show_connection", "show_functions", "show_macros", "db_version"}
    ),
}
# Functions with dots are library code that a server may have installed; these read nothing but their arguments.
_FUNCTION_SPACES = frozenset(
    ("date", "datetime", "localdatetime", "time", "localtime", "duration", "point", "vector")
)
_REFUSED_FUNCTIONS = frozenset({"nextval", "setseed", "file", "linenumber"})
_AGGREGATES = frozenset(
    (
        "count",
        "collect",
        "sum",
        "avg",
        "min",
        "max",
        "stdev",
        "stdevp",
        "percentilecont",
        "percentiledisc",
        "count_if",
    )
)


_LONGEST_LABEL = 100  # names and marks of one label expression


def check(statement: str, dialect: Dialect, parameters: Mapping[str, object] | None = None) -> None:
    """Lets reading Cypher through. Raises QueryRefused, in one line, for all else.

    Raises UsageError when `parameters` are given and are not those that the statement names: LadybugDB takes a
    missing one for null.
    """
    parts = tokens(statement)
    while parts and parts[-1].text == ";" and parts[-1].kind == "mark":
        parts.pop()
    if not parts:
        raise QueryRefused("the statement is empty: write for example MATCH (p:Paper) RETURN p.id LIMIT 5")
    _Check(parts, dialect).run()
    if dialect == "ladybug":
        _refuse_lost_order(parts)
    if parameters is not None:
        _check_parameters(parts, parameters)


def _check_parameters(parts: Sequence[Token], parameters: Mapping[str, object]) -> None:
    named = dict.fromkeys(token.text[1:].strip("`") for token in parts if token.kind == "parameter")
    for name in named:
        if name not in parameters:
            raise UsageError(f"the statement names ${name}, which has no value: add -p {name}=…")
    for name in parameters:
        if name not in named:
            known = ", ".join(f"${known}" for known in named) or "no parameters"
            raise UsageError(f"the statement does not name ${name}: it has {known}")


class _Check:
    def __init__(self, parts: Sequence[Token], dialect: Dialect) -> None:
        self._parts = parts
        self._dialect = dialect

    def run(self) -> None:
        begin = 1 if self._parts[0].upper == "EXPLAIN" else 0
        self._must_begin(begin)
        for at, token in enumerate(self._parts):
            if token.kind == "mark":
                self._check_mark(at)
            elif token.kind in ("word", "quoted") and not (token.upper == "EXPLAIN" and at == 0):
                self._check_word(at)

    def _check_mark(self, at: int) -> None:
        token = self._parts[at]
        if token.text == ";":
            raise QueryRefused("only one statement at a time: take out the ';' and what follows it")
        before = self._at(at - 1)
        if token.text == "{" and before is not None and before.upper in ("EXISTS", "COUNT", "COLLECT"):
            first = self._at(at + 1)
            if first is not None and first.text != "(":
                self._must_begin(at + 1)

    def _check_word(self, at: int) -> None:
        token = self._parts[at]
        following = self._at(at + 1)
        if following is not None and following.text == "(" and following.kind == "mark":
            self._check_function(at)
        if token.kind == "quoted" or self._is_name(at):
            return
        word = token.upper
        if word in REFUSED:
            raise _refused(word)
        if word == "UNION":
            after = self._at(at + 1)
            self._must_begin(at + 2 if after is not None and after.upper in ("ALL", "DISTINCT") else at + 1)
        if word == "CALL":
            self._check_call(at)
        if self._is_complete(at - 1) and word not in CONTINUES:
            raise QueryRefused(
                f"{token.text!r} (character {token.start + 1}) is not allowed here: only MATCH, OPTIONAL MATCH, "
                "WHERE, WITH, UNWIND, RETURN, ORDER BY, SKIP, LIMIT, UNION and operators may follow"
            )

    def _must_begin(self, at: int) -> None:
        token = self._at(at)
        if token is None or token.upper not in BEGINS:
            if token is not None and token.upper in REFUSED:
                raise _refused(token.upper)
            raise QueryRefused(
                f"{'the statement ends' if token is None else repr(token.text) + ' stands'} where MATCH, OPTIONAL "
                "MATCH, WITH, UNWIND, RETURN or CALL must: only reading is allowed"
            )

    def _check_call(self, at: int) -> None:
        name, at = self._dotted(at + 1)
        after = self._at(at)
        if not name:
            raise QueryRefused("CALL { … } is not allowed: use MATCH, WITH, EXISTS { … } or COUNT { … }")
        if name.lower() not in PROCEDURES[self._dialect] or (
            self._dialect == "ladybug" and (after is None or after.text != "(")
        ):
            known = ", ".join(sorted(PROCEDURES[self._dialect]))
            raise QueryRefused(f"CALL {name} is not allowed: only {known} may be called")

    def _check_function(self, at: int) -> None:
        """A function is known by the '(' after it; walks back over its dotted name."""
        first = at
        while first >= 2 and self._is_mark(first - 1, ".") and self._parts[first - 2].kind in ("word", "quoted"):
            first -= 2
        if self._word_before(first) == "CALL":
            return  # judged by `_check_call`
        name = ".".join(token.text for token in self._parts[first : at + 1 : 2]).lower()
        space, dot, _ = name.partition(".")
        if (
            name in _REFUSED_FUNCTIONS
            or name.startswith(("read_", "copy_", "load_"))
            or (dot and space not in _FUNCTION_SPACES)
        ):
            raise QueryRefused(f"the function {name} is not allowed: it may reach outside the graph")

    def _dotted(self, at: int) -> tuple[str, int]:
        """The dotted name that begins at `at`, and where it ends."""
        names = []
        while (token := self._at(at)) is not None and token.kind in ("word", "quoted"):
            names.append(token.text)
            at += 1
            if not self._is_mark(at, "."):
                break
            at += 1
        return ".".join(names), at

    def _is_name(self, at: int) -> bool:
        """Whether the word stands where no parser of either store can take it for a clause or operator."""
        before, after = self._at(at - 1), self._at(at + 1)
        if before is None:
            return False
        if before.kind == "mark":
            if before.text == ".":  # a property; "1. CREATE" and "n{.create}" are told apart
                owner = self._at(at - 2)
                return owner is not None and owner.kind != "number" and owner.text not in ("..", ".")
            if before.text in (":", "::"):
                return True
            if before.text in ("|", "&", "!", "%"):
                return self._in_label(at - 1)
            if before.text in _BEFORE_VALUES:
                return True
            if before.text == "{" and after is not None and after.text == ":" and after.kind == "mark":
                return True
            if before.text in ("(", "["):
                return after is not None and after.kind == "mark" and after.text in (")", ":", "]")
        if (
            after is not None
            and after.kind == "mark"
            and after.text in _FOLLOWS_NAMES
            and not self._is_complete(at - 1)
        ):
            return True
        # An alias: AS is surely the operator only after something that is surely complete.
        return before.upper == "AS" and self._is_surely_complete(at - 2)

    def _in_label(self, at: int) -> bool:
        """Whether the operator at `at` belongs to a label expression (`:A|B&!C`): only names lie between it and a
        colon."""
        for place in range(at, max(at - _LONGEST_LABEL, -1), -1):
            token = self._parts[place]
            if token.kind == "mark" and token.text in (":", "::"):
                return True
            if token.kind not in ("word", "quoted") and token.text not in ("|", "&", "!", "%"):
                return False
        return False

    def _is_complete(self, at: int) -> bool:
        token = self._at(at)
        if token is None:
            return False
        if token.kind == "mark":
            return token.text in (")", "]", "}") or (
                token.text == "*" and self._word_before(at) in ("WITH", "RETURN", "DISTINCT", "YIELD")
            )
        if token.kind != "word":
            return True
        return token.upper not in _OPENS or self._is_name(at)

    def _is_surely_complete(self, at: int) -> bool:
        token = self._at(at)
        if token is None:
            return False
        if token.kind == "word":
            return token.upper not in _OPENS | CONTINUES or token.upper == "END" or self._is_mark(at - 1, ".")
        return token.kind != "mark" or token.text in (")", "]", "}")

    def _at(self, at: int) -> Token | None:
        return self._parts[at] if 0 <= at < len(self._parts) else None

    def _is_mark(self, at: int, text: str) -> bool:
        token = self._at(at)
        return token is not None and token.kind == "mark" and token.text == text

    def _word_before(self, at: int) -> str:
        token = self._at(at - 1)
        return "" if token is None else token.upper


def _refused(word: str) -> QueryRefused:
    return QueryRefused(
        f"{word} is not allowed: queries only read (MATCH, WITH, UNWIND, RETURN …); if it is a name, write it in "
        "backticks"
    )


def _refuse_lost_order(parts: Sequence[Token]) -> None:
    """LadybugDB (0.19 to 0.22) drops the ORDER BY of `WITH x ORDER BY y LIMIT n` when an aggregate follows with
    nothing but projections between, and answers over the wrong rows. A MATCH or UNWIND between keeps it right."""
    depth = 0
    ordered = limited = False  # of the projection we are in
    pending = False  # an earlier WITH was ordered and limited, and only projections have followed
    projection = ""
    for at, token in enumerate(parts):
        if token.kind == "mark":
            depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token.text, 0)
            continue
        word = token.upper
        following = parts[at + 1] if at + 1 < len(parts) else None
        called = following is not None and following.kind == "mark" and following.text == "("
        if pending and projection and called and token.text.lower() in _AGGREGATES:
            raise QueryRefused(
                "LadybugDB loses the ORDER BY of WITH … ORDER BY … LIMIT when an aggregate follows, and would "
                "answer wrongly: write UNWIND [1] AS one between the LIMIT and the next WITH or RETURN"
            )
        if depth:
            continue
        starts = word == "WITH" and not (at and parts[at - 1].upper in ("STARTS", "ENDS"))
        if starts or word == "RETURN":
            pending = pending or (projection == "WITH" and ordered and limited)
            projection, ordered, limited = word, False, False
        elif word in ("MATCH", "UNWIND", "CALL", "UNION"):
            pending, projection, ordered, limited = False, "", False, False
        elif projection and word == "ORDER":
            ordered = True
        elif projection and word in ("LIMIT", "SKIP"):
            limited = True
