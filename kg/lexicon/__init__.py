"""Known names and cue words: data files with their sources and reasons, and the code that validates them.

`load.load()` gives the `Lexicon`; `hosts.parse_link()` tells what a link leads to.
"""
