"""The names of a query's columns as Neo4j gives them: the alias, else the words of the query.

LadybugDB names a column without alias by the expression after its macros are put in, which nobody wrote.
"""

from kg.store.tokens import Token, tokens

_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_END = frozenset({"ORDER", "SKIP", "OFFSET", "LIMIT", "UNION"})


def column_names(statement: str) -> tuple[str, ...] | None:
    """One name for each item of the first RETURN, None where it is `RETURN *` or there is none."""
    depth = 0
    items: list[list[Token]] | None = None
    end = len(statement.rstrip().rstrip(";"))
    for token in tokens(statement):
        if token.kind == "mark":
            depth += (token.text in _OPEN) - (token.text in _CLOSE)
        if items is None:
            items = [[]] if depth == 0 and token.upper == "RETURN" else None
        elif depth == 0 and (token.upper in _END or token.text == ";"):
            end = token.start
            break
        elif depth == 0 and token.text == "," and token.kind == "mark":
            items.append([token])
        elif token.upper != "DISTINCT" or items[-1]:
            items[-1].append(token)
    if not items:
        return None
    starts = [item[0].start for item in items[1:]] + [end]
    names = []
    for item, stop in zip(items, starts, strict=True):
        own = item[1:] if item and item[0].text == "," and item[0].kind == "mark" else item
        if not own or own[0].text == "*":
            return None
        aliased = len(own) > 2 and own[-2].upper == "AS"
        names.append(own[-1].text if aliased else statement[own[0].start : stop].strip())
    return tuple(names)
