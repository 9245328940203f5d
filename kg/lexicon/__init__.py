"""Known names and cue words: data files with their sources and reasons, and the code that validates them."""
