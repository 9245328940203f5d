"""Reading XML as a stream: elements one by one, and every way in which a file is none of ours as a DataError.

S314 does not apply: ElementTree fetches no external entities, and expat itself stops those that multiply.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, iterparse

from kg.errors import DataError


def elements(path: Path, names: Collection[str]) -> Iterator[Element]:
    """The elements of these local names, whole, in the file's order; each is emptied after use."""
    parents: list[Element] = []
    with path.open("rb") as file:
        for event, element in iterparse(file, events=("start", "end")):  # noqa: S314
            if event == "start":
                parents.append(element)
                continue
            parents.pop()
            if element.tag.rpartition("}")[2] in names:
                yield element
                element.clear()
                if parents:
                    parents[-1].remove(element)


@contextmanager
def reading(path: Path, root: str) -> Iterator[None]:
    """Turns what goes wrong inside into a DataError that names the file; checks the name of the root element."""
    try:
        with path.open("rb") as file:
            _, element = next(iter(iterparse(file, events=("start",))))  # noqa: S314
        if element.tag.rpartition("}")[2] != root:
            raise DataError(f"{path} is no {root} file: its root is <{element.tag.rpartition('}')[2]}>")
        yield
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from None
    except ParseError as error:
        raise DataError(f"{path} is damaged: {error}; export it again") from None
    except (KeyError, ValueError) as error:
        raise DataError(f"{path} was not written by `kg export`: {error}") from None
    except DataError as error:
        raise error if str(path) in str(error) else DataError(f"{path}: {error}") from None
