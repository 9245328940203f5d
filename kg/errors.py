"""Every error that `kg` raises on purpose.

KgError
├── UsageError          the call itself is wrong (exit code 2)
│   └── QueryRefused    Cypher that the guard does not let through
├── InputError          an input cannot be read at all (exit code 1)
├── DataError           a file of ours (build folder, lexicon, schema) is not what it should be (1)
│   └── NotFound        a query, paper or entity by that name does not exist (1)
└── StoreError          a store refused or failed (1)
    ├── StoreUnreachable  no server there, or wrong password (4)
    └── StoreBusy         another process holds the embedded store (4)

A message says what was wrong, where, and what to do. A record that is wrong inside a good input is no
error: it becomes a `model.Reject` and the reading goes on.
"""


class KgError(Exception):
    """Root of the tree; `exit_code` is what the command line returns for it."""

    exit_code = 1


class UsageError(KgError):
    """The call itself is wrong: an option, a parameter or a name that does not exist."""

    exit_code = 2


class QueryRefused(UsageError):
    """The guard does not let this Cypher through; the message names the clause or procedure."""


class InputError(KgError):
    """An input cannot be read at all: no such file, no format of ours, an archive cut short."""


class DataError(KgError):
    """A file of ours (build folder, lexicon, schema, judgement) is missing or not what it should be."""


class NotFound(DataError):
    """No query, paper or entity of that name; the message names near ones."""


class StoreError(KgError):
    """A store refused a statement or failed while loading."""


class StoreUnreachable(StoreError):
    """No server answers at the address, or it does not accept the password."""

    exit_code = 4


class StoreBusy(StoreError):
    """Another process holds the embedded store open; the message names it."""

    exit_code = 4
