"""A real PostgreSQL in a temporary folder, on a Unix socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from province.store.database import Database
from province.store.schema import metadata

PATIENCE_S = 60.0


def programs() -> Path:
    """The folder of initdb and postgres: Debian keeps them off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise RuntimeError("PostgreSQL is missing: install the Debian package postgresql")
    return found[-1].parent


class Postgres:
    """A server with one database, migrated once and emptied for each test: making a new one takes longer."""

    def __init__(self, *, under: Path | None = None) -> None:
        """`under`: the folder in which its own is made, by default that of temporary files."""
        self._folder = Path(tempfile.mkdtemp(prefix="chuangping-pg-", dir=under))
        self._process: subprocess.Popen[bytes] | None = None
        # PostgreSQL refuses to run as root.
        self._user = "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name

    def start(self) -> None:
        data = self._folder / "data"
        if os.getuid() == 0:
            shutil.chown(self._folder, self._user)
        access = ("-U", self._user, "-A", "trust")
        form = ("-E", "UTF8", "--locale=C", "--no-sync")
        subprocess.run(
            [*self._as_user(), programs() / "initdb", "-D", data, *access, *form],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        settings = ("listen_addresses=", "max_connections=60")
        given = [part for setting in settings for part in ("-c", setting)]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [*self._as_user(), programs() / "postgres", "-D", data, "-k", self._folder, *given],
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                self._execute("CREATE DATABASE province", "postgres")
                break
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise
                time.sleep(0.05)
        with Database(self.url):
            pass

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # fast shutdown
            self._process.wait(PATIENCE_S)
        shutil.rmtree(self._folder)

    @property
    def url(self) -> str:
        return f"postgresql://{self._user}@/province?host={self._folder}"

    def empty(self) -> None:
        """Leave every table as it was made."""
        # A tenth of the time that TRUNCATE takes, which gives every table and index a new file.
        deletes = "; ".join(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables))
        restarts = "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"
        self._execute(f"{deletes}; {restarts}", "province")

    def _execute(self, statement: str, database: str) -> None:
        address = f"host={self._folder} user={self._user} dbname={database}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)

    def _as_user(self) -> list[str | Path]:
        """What starts a program as that user, to end with us even when we are killed."""
        user = [f"--reuid={self._user}", "--clear-groups"] if os.getuid() == 0 else []
        return ["setpriv", *user, "--pdeathsig", "INT", "--"]
