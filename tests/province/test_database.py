"""The database file: durable, migrated, one writer, readers that cannot write."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from province.errors import InUse, StoreError
from province.store.columns import Truth
from province.store.database import Database
from province.store.schema import metadata


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Database]:
    with Database(f"sqlite:///{tmp_path / 'province.db'}") as opened:
        yield opened


def test_a_commit_is_an_fsync_in_wal_mode(on_sqlite: Database) -> None:
    with on_sqlite.write() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_the_migrated_tables_are_those_of_the_schema(database: Database) -> None:
    with database.write() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": _same_type})
        assert compare_metadata(context, metadata) == []


def _same_type(_context: object, _inspected: object, _column: object, found: object, wanted: object) -> bool:
    if isinstance(wanted, Truth):  # kept as an integer
        return not isinstance(found, sa.Integer)
    return False


def test_tables_are_strict(on_sqlite: Database) -> None:
    statement = "INSERT INTO alarms VALUES (1, '', '', 'many', '', '', '', NULL, NULL)"
    with (
        pytest.raises(StoreError, match="cannot store TEXT value in INTEGER column"),
        on_sqlite.write() as connection,
    ):
        connection.exec_driver_sql(statement)


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StoreError, match=r"readonly|read-only"), database.read() as connection:
        connection.exec_driver_sql("DELETE FROM alarms")


def test_what_fails_leaves_nothing_behind(database: Database) -> None:
    def insert_twice() -> None:
        with database.write() as connection:
            for _ in range(2):
                connection.exec_driver_sql("INSERT INTO logins VALUES ('a', 'b')")

    with pytest.raises(StoreError, match=r"UNIQUE constraint failed|duplicate key"):
        insert_twice()
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM logins").scalar() == 0


def test_an_error_does_not_tell_what_was_to_be_stored(database: Database) -> None:
    with pytest.raises(StoreError) as caught, database.write() as connection:
        connection.execute(sa.text("INSERT INTO ratings (device) VALUES (:d)"), {"d": "secret"})
    assert "secret" not in str(caught.value)
    assert "secret" not in str(caught.value.__cause__)


def test_only_one_may_have_it_for_writing(on_sqlite: Database, tmp_path: Path) -> None:
    second = Database(f"sqlite:///{tmp_path / 'province.db'}")
    with pytest.raises(InUse, match=r"another province process has it; stop that one first$"):
        second.open()
    second.open_to_read()
    with second.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM ratings").scalar() == 0
    second.close()


def test_opening_again_keeps_what_is_there(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'p.db'}"
    with Database(url) as database, database.write() as connection:
        connection.exec_driver_sql("INSERT INTO logins VALUES ('a', 'b')")
    with Database(url) as database, database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM logins").scalar() == 1


def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "p.db"
    with Database(f"sqlite:///{file}"):
        pass
    with sqlite3.connect(file) as shell:
        shell.execute("UPDATE alembic_version SET version_num = '9999'")
    shell.close()
    with pytest.raises(StoreError, match=r"^the database has the form 9999, made by a newer program"):
        Database(f"sqlite:///{file}").open()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", "^database.url is 'nonsense', which is no URL"),
        ("sqlite://", "^database.url is 'sqlite://': what is received must be in a file"),
        ("sqlite:////nowhere/at/all/p.db", "cannot be made"),
    ],
)
def test_a_url_that_cannot_be_used_is_told(url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        Database(url).open()


def test_a_file_that_is_no_database_is_told_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "p.db"
    file.write_bytes(b"something else entirely, long enough to be looked at" * 100)
    before = file.read_bytes()
    with pytest.raises(StoreError, match="file is not a database"):
        Database(f"sqlite:///{file}").open()
    assert file.read_bytes() == before


def test_a_commit_on_postgresql_is_on_disk(postgres_url: str) -> None:
    with Database(postgres_url) as database, database.write() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"


def test_many_may_have_postgresql_for_writing(postgres_url: str) -> None:
    with Database(postgres_url) as one, Database(postgres_url) as other:
        assert one.takes_many_writers
        with one.write() as first, other.write() as second:
            for connection, secret in ((first, "a"), (second, "b")):
                connection.exec_driver_sql(f"INSERT INTO logins VALUES ('{secret}', 'x')")
        with one.read() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM logins").scalar() == 2


def test_a_postgresql_that_is_away_is_told_without_its_password() -> None:
    with pytest.raises(StoreError, match="cannot be used") as caught:
        Database("postgresql://someone:hidden@/p?host=/nowhere").open()
    assert "hidden" not in str(caught.value)


def test_another_kind_of_server_is_refused() -> None:
    with pytest.raises(StoreError, match=r"use sqlite:///FILE or postgresql://HOST/NAME$"):
        Database("mysql://host/p").open()


def test_it_is_told_why_a_connection_broke(postgres_url: str) -> None:
    with (
        Database(postgres_url) as database,
        pytest.raises(StoreError, match="terminating connection"),
        database.write() as connection,
    ):
        connection.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))
