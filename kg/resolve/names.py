"""Normalise: the key under which two spellings of a name are one, across papers.

Invariant: digits, and the marks `. + * #` that set versions and variants apart, survive in the key, and two
runs of digits never join: GPT-4.1 ≠ GPT-41, Llama-3-8B ≠ Llama-38B, C++ ≠ C.
"""

import re
import tomllib
import unicodedata
from functools import lru_cache
from pathlib import Path

from kg.text import normalise, stored

_RULES = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
_SPELLINGS: dict[str, str] = {rule["ending"]: rule["american"] for rule in _RULES["spelling"]}
_BRITISH = re.compile(rf"(?:{'|'.join(_SPELLINGS)})$")
HEADS: frozenset[str] = frozenset(_RULES["heads"]["words"])
_KEEP = frozenset(_RULES["plural"]["keep"])

_DIGIT_GAP = re.compile(r"(?<=\d)[^\w.+*#]+(?=\d)")
_INNER_DOT = re.compile(r"(?<=\d)\.(?=\d)")
_DROP = re.compile(r"[^\w+*#\x00\x01]+|_+")


@lru_cache(maxsize=1 << 18)
def name_key(name: str) -> str:
    """The folded key of a name.

    >>> name_key("LIBERO benchmark") == name_key("LIBERO")
    True
    >>> name_key("Direct Preference Optimisation") == name_key("direct-preference optimization")
    True
    >>> [name_key(n) for n in ("GPT-4.1", "GPT-41", "Llama-3-8B", "Llama-38B", "C++", "GANs")]
    ['gpt4.1', 'gpt41', 'llama3-8b', 'llama38b', 'c++', 'gan']
    """
    words = normalise(_without_head(name)).split()
    words = [_american(word) for word in words]
    if words:
        words[-1] = _singular(words[-1])
    text = " ".join(words)
    text = _DIGIT_GAP.sub("\x00", text)
    text = _INNER_DOT.sub("\x01", text)
    text = _DROP.sub("", text).replace("\x00", "-").replace("\x01", ".")
    return text or stored(unicodedata.normalize("NFKC", name).casefold())


def is_proper(name: str) -> bool:
    """True for a coined name: it holds a digit, or a capital after the first letter of one of its words.

    >>> [is_proper(n) for n in ("LoRA", "CURE", "R1", "Group Relative Policy Optimization", "Adam")]
    [True, True, True, False, False]
    """
    return any(c.isdigit() for c in name) or any(
        c.isupper() for word in re.split(r"[\s-]+", name) for c in word[1:]
    )


def numbers(name: str) -> tuple[str, ...]:
    """All runs of digits of a name: names that differ here are never merged by likeness."""
    return tuple(re.findall(r"\d+(?:\.\d+)?", name))


def _without_head(name: str) -> str:
    words = name.split()
    while len(words) > 1 and words[-1].lower() in HEADS and is_proper(" ".join(words[:-1])):
        words.pop()
    return " ".join(words)


def _american(word: str) -> str:
    if len(word) >= 5 and (match := _BRITISH.search(word)):
        return word[: match.start()] + _SPELLINGS[match[0]]
    return word


def _singular(word: str) -> str:
    if len(word) < 4 or word in _KEEP or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1]
