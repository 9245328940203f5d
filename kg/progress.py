"""What long work tells whoever waits for it."""

from typing import Protocol


class Progress(Protocol):
    """The step, how much of it is done, and of how much (None: not known)."""

    def __call__(self, step: str, done: int, total: int | None) -> None: ...


def quiet(step: str, done: int, total: int | None) -> None:
    """A Progress that says nothing."""
