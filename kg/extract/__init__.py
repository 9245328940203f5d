"""From one text to its mentions, entities, claims and links: a spaCy pipeline of our own components.

`pipeline.extract()` reads (title, abstract) pairs; `record.to_record()` writes the command line's record.
"""
