"""The command line: each command parses, calls one library function, and prints.

People's output, progress and warnings go to stderr or as tables to stdout; `--json` puts one JSON document on
stdout. Exit codes: 0 done · 1 nothing could be done · 2 wrong usage · 3 done, but some records were rejected ·
4 store not reachable.
"""

import functools
import json as json_module
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer
from pydantic import SecretStr
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table as RichTable

from kg import __version__, progress, settings
from kg.errors import DataError, KgError, UsageError
from kg.resources import folder

# spaCy, pyarrow and the stores take a second to import: each command imports what it runs.
if TYPE_CHECKING:
    from kg.graph.statistics import Statistics
    from kg.pipeline import BuildReport
    from kg.store import Table
    from kg.store.queries import NamedQuery

app = typer.Typer(
    name="kg",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    help="Turn research papers into a knowledge graph that people can trust.",
)
_WIDTH = max(Console().width, 40)  # below that nothing readable is left of a table
err = Console(stderr=True, soft_wrap=True, width=_WIDTH)
out = Console(soft_wrap=True, width=_WIDTH)

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LONGEST_MESSAGE = 600  # characters
_NARROW = 24  # characters to which a column of a table may be folded before rows are printed one cell a line

From = Annotated[
    str | None,
    typer.Option("--from", metavar="DIR|URI", help="Build folder or Neo4j address to read (default ./kg-build)."),
]
Parameters = Annotated[
    list[str] | None, typer.Option("-p", "--param", metavar="KEY=VALUE", help="A parameter; may be repeated.")
]
Processes = Annotated[int | None, typer.Option("--processes", min=1, help="Processes that extract (default 1).")]


def _command(function: Callable[..., None]) -> Callable[..., None]:
    """Registers a command; here, since Typer would answer both in its own way, Ctrl-C and a closed pipe end it."""

    @functools.wraps(function)
    def run(*args: Any, **options: Any) -> None:
        try:
            function(*args, **options)
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader has what it wanted; what Python still flushes at the end goes nowhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except KeyboardInterrupt:
            err.print("[bold]kg[/]: stopped; run the same command again to finish")
            raise typer.Exit(130) from None

    app.command()(run)
    return run


def main() -> None:
    """Entry point of `kg`: errors of ours become one line and their exit code."""
    try:
        app()
    except KgError as error:
        _say_error(error)
        sys.exit(error.exit_code)


def _say_error(error: KgError) -> None:
    message = _visible(" ".join(str(error).split()))
    if len(message) > _LONGEST_MESSAGE:
        message = f"{message[:_LONGEST_MESSAGE]} …"
    err.print(f"[bold red]kg[/]: {escape(message)}", highlight=False)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        out.print(f"kg {__version__}", highlight=False)
        raise typer.Exit


@_command
def build(
    inputs: Annotated[
        list[str] | None, typer.Argument(metavar="[INPUT]...", help="Files, folders, globs, or - for stdin.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Build folder (default ./kg-build).")
    ] = None,
    store: Annotated[
        list[str] | None,
        typer.Option("--store", metavar="URI", help="Also load this store: neo4j://host:7687. May be repeated."),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start from nothing; only judgements.jsonl is kept.")
    ] = False,
    processes: Processes = None,
    json: Json = False,
) -> None:
    """Read papers into a build folder and build its graph.

    Building into an existing folder adds to it. Without INPUT the folder is resolved and assembled again.
    """
    from kg import pipeline

    options = settings.load(out=to, stores=tuple(store) if store else None, processes=processes)
    options = _password_for(options.stores, options)
    with _progress(json) as tell:
        report = pipeline.build(
            inputs or [], out=options.out, stores=options.stores, fresh=fresh, settings=options, progress=tell
        )
    if json:
        _print_json(report.model_dump(mode="json"))
    else:
        _print_build(report)
    for load in report.loads:
        if load.error:
            err.print(
                f"[bold red]kg[/]: {escape(load.error)}; the graph in {report.folder} is built", highlight=False
            )
    raise typer.Exit(report.exit_code)


@_command
def extract(
    inputs: Annotated[
        list[str], typer.Argument(metavar="INPUT...", help="Files, folders, globs, or - for stdin.")
    ],
    processes: Processes = None,
) -> None:
    """Print one JSON line per paper: mentions, entities, repos and results, with offsets into title + abstract."""
    from kg import pipeline

    options = settings.load(processes=processes)
    rejects = []
    read = 0
    with _progress(not err.is_terminal) as tell:
        for item in pipeline.extract_records(inputs, processes=options.processes, progress=tell):
            if isinstance(item, dict):
                sys.stdout.buffer.write(orjson.dumps(item) + b"\n")
                read += 1
            else:
                rejects.append(item)
    sys.stdout.flush()
    for reject in rejects[:20]:
        err.print(f"rejected: {escape(f'{reject.source}, {reject.where}: {reject.reason}')}", highlight=False)
    if len(rejects) > 20:
        err.print(f"and {len(rejects) - 20} more rejected", highlight=False)
    raise typer.Exit((3 if read else 1) if rejects else 0)


@_command
def query(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="A query of the library.")] = None,
    param: Parameters = None,
    source: From = None,
    list_: Annotated[bool, typer.Option("--list", help="List the queries and their parameters.")] = False,
    json: Json = False,
) -> None:
    """Run a named query: `kg query shared-benchmark -p paper="…"`."""
    if list_ or name is None:
        from kg.store.queries import named_queries

        queries = named_queries()
        if json:
            _print_json([query.to_dict() for query in queries])
        else:
            _print_queries(queries)
        return
    options = settings.load(source=source)
    options = _password_for([options.source], options)
    from kg import reading

    table = reading.ask(name, _pairs(param), settings=options)
    _print_rows(table, json)


@_command
def cypher(
    statement: Annotated[str, typer.Argument(help="A reading Cypher statement, or - for stdin.")],
    param: Parameters = None,
    source: From = None,
    json: Json = False,
) -> None:
    """Run Cypher that reads. Anything that would write or touch a file is refused."""
    options = settings.load(source=source)
    options = _password_for([options.source], options)
    text = sys.stdin.read() if statement == "-" else statement
    from kg import reading

    table = reading.cypher(text, {k: _typed(v) for k, v in _pairs(param).items()}, settings=options)
    _print_rows(table, json)


@_command
def export(
    format: Annotated[str, typer.Argument(metavar="FORMAT", help="graphml, gexf or node-link.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    source: From = None,
    json: Json = False,
) -> None:
    """Write the graph for Gephi (gexf), Cytoscape and yEd (graphml), or notebooks (node-link)."""
    options = settings.load(source=source)
    options = _password_for([options.source], options)
    from kg import reading

    report = reading.export(format, file, settings=options)
    if json:
        _print_json(report.model_dump(mode="json"))
    else:
        err.print(
            f"wrote {file}: {report.nodes:,} nodes, {report.edges:,} edges, {report.bytes:,} bytes",
            highlight=False,
        )


@_command
def stats(source: From = None, json: Json = False) -> None:
    """Count what a graph holds: papers, entities, links, evidence."""
    options = settings.load(source=source)
    options = _password_for([options.source], options)
    from kg import reading

    counts = reading.stats(settings=options)
    if json:
        _print_json(counts.model_dump(mode="json"))
    else:
        _print_statistics(counts)


@_command
def schema(
    to: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder (default: schemas/).")] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail where a file is stale.")] = False,
) -> None:
    """Write the JSON Schemas of every record that crosses a file boundary."""
    from kg import schema as schemas

    if check:
        if stale := schemas.check(to or folder("schemas")):
            raise DataError(f"stale: {', '.join(stale)}; run `kg schema`")
        err.print("the schemas are fresh")
        return
    written = schemas.write(to or folder("schemas"))
    err.print(f"wrote {len(written)} schemas to {written[0].parent}", highlight=False)


@_command
def evaluate(
    gold: Annotated[
        list[str], typer.Argument(metavar="GOLD...", help="Gold JSON lines with mentions and entities.")
    ],
    processes: Processes = None,
    json: Json = False,
) -> None:
    """Extract from gold papers and score against their annotations."""
    from kg import pipeline

    options = settings.load(processes=processes)
    with _progress(json) as tell:
        scores = pipeline.evaluate(gold, processes=options.processes, progress=tell)
    if json:
        _print_json(scores.to_dict())
    else:
        _print_scores(scores.to_dict())


# --- printing -------------------------------------------------------------------------------------------


@contextmanager
def _progress(silent: bool) -> Iterator[progress.Progress]:
    """A progress display on stderr, or none where a program or a log reads."""
    if silent or not err.is_terminal:
        yield progress.quiet
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True) as display:
        tasks: dict[str, Any] = {}

        def show(step: str, done: int, total: int | None) -> None:
            if step not in tasks:
                tasks[step] = display.add_task(step, total=total)
            display.update(tasks[step], completed=done, total=total)

        yield show


def _password_for(stores: Iterable[str], options: settings.Settings) -> settings.Settings:
    """Asks for the server's password where the environment has none and a person is there to answer."""
    if options.neo4j_password is not None or not any("://" in store for store in stores):
        return options
    if not (sys.stdin.isatty() and err.is_terminal):
        return options
    password = typer.prompt(f"Password of {options.neo4j_user}", hide_input=True, err=True)
    return options.model_copy(update={"neo4j_password": SecretStr(password)})


def _pairs(given: list[str] | None) -> dict[str, str]:
    pairs = {}
    for text in given or []:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise UsageError(f"-p {text!r}: write it as -p key=value")
        pairs[key] = value
    return pairs


def _typed(text: str) -> object:
    """A parameter of the user's own Cypher: a number, true, false, or text."""
    try:
        value: object = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return value if isinstance(value, bool | int | float) else text


def _print_json(document: Any) -> None:
    try:
        text = orjson.dumps(document, option=orjson.OPT_INDENT_2)
    except TypeError:  # a whole number of more than 64 bits, as Cypher can make one
        text = json_module.dumps(document, ensure_ascii=False, indent=2, default=str).encode()
    sys.stdout.buffer.write(text + b"\n")
    sys.stdout.flush()


def _grid(*headers: str, title: str | None = None) -> RichTable:
    table = RichTable(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for number, header in enumerate(headers):
        table.add_column(header, justify="left" if number == 0 else "right")
    return table


def _print_build(report: "BuildReport") -> None:
    sums = _grid("records", "read", "loaded", "merged", "rejected")
    sums.add_row("this run", *(f"{n:,}" for n in (report.read, report.loaded, report.merged, report.rejected)))
    sums.add_row(report.folder, *(f"{report.total[key]:,}" for key in ("read", "loaded", "merged", "rejected")))
    err.print(sums)
    err.print(
        f"{report.read:,} read = {report.loaded:,} loaded ({report.new:,} new) + {report.merged:,} merged"
        f" + {report.rejected:,} rejected",
        highlight=False,
    )
    for reject in report.rejects[:5]:
        err.print(escape(f"rejected: {reject.source}, {reject.where}: {reject.reason}"), highlight=False)
    if report.rejects:
        more = f"and {len(report.rejects) - 5:,} more; " if len(report.rejects) > 5 else ""
        err.print(f"{more}every reject with its reason: {report.rejects_file}", highlight=False)
    err.print()
    _print_statistics(report.statistics, console=err)
    loads = _grid("store", "created", "updated", "deleted", "unchanged")
    for load in report.loads:
        if load.error:
            loads.add_row(escape(load.store), "not loaded", "", "", "")
        else:
            counts = (load.created, load.updated, load.deleted, load.unchanged)
            loads.add_row(escape(load.store), *(f"{n:,}" for n in counts))
    err.print(loads)
    steps = "  ".join(f"{step} {seconds:.1f}" for step, seconds in report.seconds.items())
    err.print(f"seconds: {sum(report.seconds.values()):.1f}  ({steps})", highlight=False)


def _print_statistics(counts: "Statistics", *, console: Console = out) -> None:
    dates = f" ({counts.first_published} to {counts.last_published})" if counts.first_published else ""
    nodes = _grid("nodes", "")
    nodes.add_row(f"Paper{dates}", f"{counts.papers:,}")
    for kind, number in counts.entities.items():
        nodes.add_row(kind, f"{number:,}")
    for kind, number in counts.repos.items():
        nodes.add_row(f"Repo ({kind})", f"{number:,}")
    if counts.results:
        nodes.add_row("Result", f"{counts.results:,}")
    links = _grid("links", "")
    for relation, number in counts.links.items():
        links.add_row(relation, f"{number:,}")
    links.add_row("evidence", f"{counts.evidence:,}")
    both = RichTable.grid(padding=(0, 4))
    both.add_row(nodes, links)
    console.print(both)
    console.print()


def _print_queries(queries: "Sequence[NamedQuery]") -> None:
    for query in queries:
        out.print(f"[bold]{escape(query.name)}[/]  {escape(query.purpose)}", highlight=False)
        for parameter in query.parameters:
            default = "" if parameter.required else f" (default {parameter.default!r})"
            out.print(escape(f"    -p {parameter.name}=…  {parameter.meaning}{default}"), highlight=False)


def _print_rows(table: "Table", json: bool) -> None:
    if json:
        _print_json([dict(zip(table.columns, row, strict=True)) for row in table.rows])
        return
    cells = [[_cell(value) for value in row] for row in table.rows]
    widths = [
        max(len(column), *(len(row[number]) for row in cells), 0) for number, column in enumerate(table.columns)
    ]
    if len(widths) * 2 + sum(min(width, _NARROW) for width in widths) > out.width:
        _print_records(table.columns, cells)
    else:
        _print_grid(table, cells)
    err.print(f"{len(table.rows):,} rows", highlight=False)


def _print_grid(table: "Table", cells: list[list[str]]) -> None:
    grid = RichTable(box=None, pad_edge=False, header_style="bold")
    for number, column in enumerate(table.columns):
        numeric = bool(table.rows) and all(isinstance(row[number], int | float) for row in table.rows)
        grid.add_column(escape(column), justify="right" if numeric else "left", overflow="fold")
    for row in cells:
        grid.add_row(*map(escape, row))
    out.print(grid)


def _print_records(columns: tuple[str, ...], cells: list[list[str]]) -> None:
    """Rows too wide for the terminal, one cell a line."""
    margin = max(map(len, columns)) + 2
    for row in cells:
        grid = RichTable.grid(padding=(0, 2))
        grid.add_column(width=margin, style="bold")
        grid.add_column(overflow="fold")
        for column, value in zip(columns, row, strict=True):
            if value:
                grid.add_row(escape(column), escape(value))
        out.print(grid)
        out.print()


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list | tuple):
        return ", ".join(_cell(item) for item in value)
    if isinstance(value, dict):
        return orjson.dumps(value).decode()
    return "" if value is None else _visible(str(value))


def _visible(text: str) -> str:
    """Control characters as escapes: a title must not be able to write to the terminal."""
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


def _print_scores(scores: dict[str, dict[str, dict[str, float]]]) -> None:
    table = _grid("figure", "type", "precision", "recall", "F1", "right", "predicted", "gold")
    for level, types in scores.items():
        for kind, f in types.items():
            table.add_row(
                level, kind, f"{f['p']:.3f}", f"{f['r']:.3f}", f"{f['f1']:.3f}",
                f"{f['tp']:,}", f"{f['pred']:,}", f"{f['gold']:,}",
            )  # fmt: skip
    out.print(table)
