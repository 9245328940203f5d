"""The text functions that every stage shares. Pure; none of them ever changes a stored text's meaning."""

import re
import unicodedata

_NOT_WORD = re.compile(r"[\W_]+")
_SLUG_GAP = re.compile(r"[^\w+.*#]+|_+")
_GREEK = {
    name: chr(code)
    for code in range(0x3B1, 0x3CA)
    if (name := unicodedata.name(chr(code)).removeprefix("GREEK SMALL LETTER ").lower()).isalpha()
}
_GREEK_LETTERS = str.maketrans({letter: f" {name} " for name, letter in _GREEK.items()})
_LATEX_WRAP = re.compile(r"\\(?:text|math)?(?:rm|bf|it|tt|sf|sc|textrm|textbf|textit|texttt)\s*\{([^{}]*)\}")
_LATEX_MARK = re.compile(r"[\\${}~^]+")


def stored(text: str) -> str:
    """The text as it is kept: every run of blanks becomes one blank, nothing else is changed.

    >>> stored("  Low-Rank\\n Adaptation ")
    'Low-Rank Adaptation'
    """
    return " ".join(text.split())


def normalise(name: str) -> str:
    r"""A name for comparison by people's eyes: one case, hyphens and underscores as blanks, LaTeX marks and
    Greek letters spelled out. Version and variant marks (digits, `.`, `+`, `*`, `#`) stay.

    >>> normalise("Low-Rank  Adaptation")
    'low rank adaptation'
    >>> normalise("$\\beta$-VAE") == normalise("β-VAE") == "beta vae"
    True
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    text = _LATEX_WRAP.sub(r"\1", text)
    text = _LATEX_MARK.sub(" ", text).translate(_GREEK_LETTERS)
    text = re.sub(r"[-‐-―_/]+", " ", text)
    return " ".join(text.split())


def fold(text: str) -> str:
    """Letters and digits only, in one case: the key under which titles and spellings meet.

    A text with neither keeps its own form, so that two such texts never meet by accident.

    >>> fold("Qwen 2.5-VL") == fold("qwen2.5 vl") == "qwen25vl"
    True
    >>> fold("???")
    '???'
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    return _NOT_WORD.sub("", text) or stored(text)


def slug(name: str) -> str:
    """The readable id of a name: small letters, digits, `+ . * #`, letters of every script, gaps as hyphens.

    >>> slug("Low-Rank Adaptation"), slug("GPT-4.1"), slug("C++"), slug("A*")
    ('low-rank-adaptation', 'gpt-4.1', 'c++', 'a*')
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    text = _LATEX_MARK.sub(" ", _LATEX_WRAP.sub(r"\1", text)).translate(_GREEK_LETTERS)
    return _SLUG_GAP.sub("-", text).strip("-.") or "x" + stored(text).encode().hex()
