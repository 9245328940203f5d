"""Papers in: inputs → contents → records, and records of the same paper → one paper.

inputs.py      what the user names: files, folders, patterns, `-`
content.py     bytes, unpacked as a stream
detect.py      the one table of readers; content decides
hf_page.py hf_api.py jsonl.py    the readers
reading.py     joins these: `read`
merge.py       the same paper from several records: `merge`
"""

from kg.collect.merge import Merged, merge
from kg.collect.reading import InputFile, Item, Reading, read

__all__ = ["InputFile", "Item", "Merged", "Reading", "merge", "read"]
