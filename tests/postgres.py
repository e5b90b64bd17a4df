"""A PostgreSQL of the tests' own: a cluster in a folder of its own, reached over its socket, gone with the session."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers import lacking

_BINARIES = "/usr/lib/postgresql/*/bin"


@contextmanager
def postgres() -> Iterator[str]:
    """Start it, and give the URL of its first database."""
    programs = sorted(Path("/").glob(_BINARIES[1:]))
    if not programs:
        lacking("postgresql is not installed")
    place = Path(tempfile.mkdtemp(prefix="rekam17-pg-"))
    as_user: list[str] = []
    if os.geteuid() == 0:  # it refuses to run as root
        shutil.chown(place, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]

    def call(program: str, *arguments: str) -> None:
        subprocess.run(
            [*as_user, str(programs[-1] / program), *arguments], check=True, stdout=subprocess.DEVNULL, cwd=place
        )

    data = str(place / "data")
    call("initdb", "-D", data, "-A", "trust", "-U", "rekam17", "-E", "UTF8", "--no-locale", "--no-sync")
    settings = f"-c listen_addresses= -c unix_socket_directories={place} -c fsync=off"
    call("pg_ctl", "-D", data, "-w", "-l", str(place / "log"), "-o", settings, "start")
    try:
        yield f"postgresql:///postgres?host={place}&user=rekam17"
    finally:
        call("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(place)


def fresh_database(url: str, name: str) -> str:
    """Make an empty database, and return its URL."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return url.replace("///postgres?", f"///{name}?")
