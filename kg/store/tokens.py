"""Cypher as tokens, read the way both stores read it. What they could read differently is refused here:
escapes that Neo4j turns into characters before it reads, control characters, names with look-alike letters.
"""

import re
import unicodedata
from typing import Literal, NamedTuple

from kg.errors import QueryRefused

# What a person or program writes stays far below these; beyond them the stores' own parsers take minutes, and no
# time limit stops them.
MAX_LENGTH = 20_000  # characters of one statement
MAX_TOKENS = 4_000
MAX_DEPTH = 100  # brackets within brackets

TokenKind = Literal["word", "quoted", "string", "number", "parameter", "mark"]


class Token(NamedTuple):
    """One token. `text` of a quoted name is the name without its backticks; `upper` serves comparison of words."""

    kind: TokenKind
    text: str
    start: int

    @property
    def upper(self) -> str:
        return self.text.upper() if self.kind == "word" else ""


# Neo4j decodes \uXXXX anywhere in a statement, before it looks for quotes and comments; LadybugDB does not.
_UNICODE_ESCAPE = re.compile(r"\\+u+([0-9a-fA-F]{4})")
_RISKY_WHEN_DECODED = set("'\"`\\/*\n\r\u2028\u2029")
_SPACE = re.compile(r"\s+")
_TOKEN = re.compile(
    r"""
    (?P<line>//[^\n\r]*)
  | (?P<block>/\*.*?\*/)
  | (?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
  | (?P<quoted>`(?:[^`]|``)*`)
  | (?P<parameter>\$(?:\w+|`(?:[^`]|``)+`))
  | (?P<number>0[xX][0-9a-fA-F]+|0[oO][0-7]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
  | (?P<word>[^\W\d]\w*)
  | (?P<mark>\.\.|<=|>=|<>|=~|\+=|\|\||::|/(?!\*)|[-+*%^=<>(){}\[\],.;:|&!$])
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens(statement: str) -> list[Token]:
    """All tokens but blanks and comments. Raises QueryRefused where the text cannot be read without doubt."""
    if len(statement) > MAX_LENGTH:
        raise QueryRefused(
            f"the statement is longer than {MAX_LENGTH:,} characters: pass long values as parameters"
        )
    _check_characters(statement)
    found: list[Token] = []
    at = 0
    while at < len(statement):
        if space := _SPACE.match(statement, at):
            at = space.end()
            continue
        match = _TOKEN.match(statement, at)
        if match is None:
            raise QueryRefused(_unreadable(statement, at))
        kind, text = match.lastgroup, match.group()
        if kind == "quoted":
            found.append(Token("quoted", text[1:-1].replace("``", "`"), at))
        elif kind == "word":
            found.append(Token("word", _plain(text), at))
        elif kind in ("string", "number", "parameter", "mark"):
            found.append(Token(kind, text, at))  # type: ignore[arg-type]
        at = match.end()
    _check_size(found)
    return found


def _check_size(found: list[Token]) -> None:
    depth = deepest = 0
    for token in found:
        if token.kind == "mark":
            depth += (token.text in "([{") - (token.text in ")]}")
            deepest = max(deepest, depth)
    if len(found) > MAX_TOKENS or deepest > MAX_DEPTH:
        raise QueryRefused(
            f"the statement is too large ({len(found):,} words and marks, {deepest} brackets deep; at most "
            f"{MAX_TOKENS:,} and {MAX_DEPTH}): pass lists as parameters, or split it"
        )


def _check_characters(statement: str) -> None:
    for at, character in enumerate(statement):
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in "\t\n\r":
            raise QueryRefused(
                f"character {at + 1} of the statement is the invisible U+{ord(character):04X}: take it out, "
                "or pass the value as a parameter"
            )
    quoted = [(m.start(), m.end()) for m in _TOKEN.finditer(statement) if m.lastgroup == "string"]
    for match in _UNICODE_ESCAPE.finditer(statement):
        decoded = chr(int(match.group(1), 16))
        inside = any(start < match.start() and match.end() < end for start, end in quoted)
        if not inside or decoded in _RISKY_WHEN_DECODED or not decoded.isprintable():
            raise QueryRefused(
                f"the escape {match.group()} (character {match.start() + 1}) is not allowed: write the character "
                "itself, or pass the value as a parameter"
            )


def _plain(word: str) -> str:
    """The word, refused when a store could take one of its letters for an ASCII one (ſ, K, ｃ …)."""
    if word.isascii():
        return word
    for form in (unicodedata.normalize("NFKC", word), word.upper(), word.lower(), word.casefold()):
        if form.isascii():
            raise QueryRefused(f"the word {word!r} has look-alike letters: write it in plain letters or backticks")
    return word


def _unreadable(statement: str, at: int) -> str:
    character = statement[at]
    where = f"at character {at + 1} of the statement"
    if character in "'\"":
        return f"the string that begins {where} is not closed: close it with {character}"
    if character == "`":
        return f"the backticked name that begins {where} is not closed: close it with `"
    if statement.startswith("/*", at):
        return f"the comment that begins {where} is not closed: close it with */"
    return f"{character!r} {where} is no part of a query: take it out, or put it into a string"
