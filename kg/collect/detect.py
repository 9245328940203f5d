"""The one table of readers. A content is read by the first whose `sniff` knows its first bytes; names of files
are never looked at."""

from kg.collect import hf_api, hf_page, jsonl
from kg.collect.content import is_binary
from kg.collect.reader import Reader

# Narrow formats before wide ones: every Daily Papers body is JSON as well.
READERS: tuple[Reader, ...] = (
    Reader(hf_api.NAME, hf_api.sniff, hf_api.read),
    Reader(jsonl.NAME, jsonl.sniff, jsonl.read),
    Reader(hf_page.NAME, hf_page.sniff, hf_page.read),
)


def detect(head: bytes) -> Reader | None:
    """The reader for a content with these first bytes (without byte order mark), or None."""
    return next((reader for reader in READERS if reader.sniff(head)), None)


def unknown(head: bytes) -> str:
    """Why no reader knows a content with these first bytes, and what to do."""
    if not head.strip():
        return "it is empty"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "it is UTF-16: save it as UTF-8"
    if head.startswith(b"%PDF"):
        return "it is a PDF, which kg does not read: give it titles and abstracts"
    if head.lstrip()[:1] == b"<":
        return "it is HTML or XML, which kg does not read: save the page as plain text"
    if is_binary(head):
        return "it is binary data of no known format"
    return f"it is of no known format (known: {', '.join(reader.name for reader in READERS)})"
