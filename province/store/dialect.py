"""The one place that knows which database is underneath: SQLite or PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.pool import QueuePool

from province.errors import StoreError
from province.store.columns import Truth

# How long a statement waits for another process's lock; ours hold theirs for milliseconds.
BUSY_S = 10.0
READERS = 8

_SYNCHRONOUS_FULL = 2
_MIGRATION = 0x686370  # "hcp": the number of our lock among PostgreSQL's advisory ones


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite `url`, None for a database server. Raises StoreError for no URL at all."""
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise StoreError(f"database.url is {url!r}, which is no URL; use sqlite:///FILE") from None
    if parsed.get_backend_name() != "sqlite":
        return None
    if not parsed.database or parsed.database == ":memory:":
        raise StoreError(f"database.url is {url!r}: what is received must be in a file; use sqlite:///FILE")
    return Path(parsed.database)


def writing_engine(url: str) -> sa.Engine:
    """The engine for what is written: on SQLite one connection, each transaction BEGIN IMMEDIATE."""
    if sqlite_file(url) is not None:
        return _sqlite_engine(url, "BEGIN IMMEDIATE", _set_durable, size=1)
    engine = sa.create_engine(_server_url(url), hide_parameters=True, pool_pre_ping=True)
    sa.event.listen(engine, "connect", _check_durable)
    return engine


def reading_engine(url: str) -> sa.Engine:
    """The engine for what is only read: its connections cannot write, each transaction sees one state."""
    if sqlite_file(url) is not None:
        return _sqlite_engine(url, "BEGIN", _set_query_only, size=READERS)
    return sa.create_engine(
        _server_url(url),
        hide_parameters=True,
        pool_pre_ping=True,
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
    )


def reason(error: sa.exc.SQLAlchemyError) -> str:
    """Why the database refused, without a word of what was to be stored."""
    cause = getattr(error, "orig", None)
    if isinstance(cause, psycopg.Error):
        return (
            (cause.diag.message_primary or str(cause).splitlines()[0]) if str(cause) else type(cause).__name__
        )
    return str(cause or type(error).__name__)


def migrate_alone(connection: sa.Connection) -> None:
    """Wait for another process that brings the tables to the present form; SQLite has but one writer."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION)))


def lock_out_writers(connection: sa.Connection, *tables: sa.Table) -> None:
    """Until this transaction ends nobody else writes to `tables`; SQLite has but one writer."""
    if connection.dialect.name == "postgresql":
        quote = connection.dialect.identifier_preparer.format_table
        names = ", ".join(quote(table) for table in tables)
        connection.exec_driver_sql(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


def insert_new(connection: sa.Connection, table: sa.Table) -> Any:
    """An INSERT into `table` that leaves alone what is already there under the same key."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def insert_adding(connection: sa.Connection, table: sa.Table, number: str) -> Any:
    """An INSERT into `table` that adds to the column `number` of what is there under the same key."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement: Any = insert(table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={number: table.c[number] + statement.excluded[number]},
    )


def insert_replacing(connection: sa.Connection, table: sa.Table, *columns: str) -> Any:
    """An INSERT into `table` that puts `columns` in the place of what is there under the same key."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement: Any = insert(table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={column: statement.excluded[column] for column in columns},
    )


def insert_rows(connection: sa.Connection, insert: Any, rows: Sequence[Mapping[str, Any]]) -> int:
    """Run `insert`, a plain one or one of the above, for all of `rows`; how many were inserted or changed.

    They have the same columns. On PostgreSQL all travel in one statement, which costs this end half as much.
    """
    counting = {"preserve_rowcount": True}
    if connection.dialect.name == "sqlite":
        return connection.execute(insert, rows, execution_options=counting).rowcount
    table = insert.table
    names = list(rows[0])
    truths = [name for name in names if isinstance(table.c[name].type, Truth)]
    columns = [sa.column(name, table.c[name].type) for name in names]
    given = sa.cast(sa.bindparam("given", type_=sa.Text), postgresql.JSONB)
    source = sa.func.jsonb_to_recordset(given).table_valued(*columns).render_derived(with_types=True)
    text = msgspec.json.encode([_without_truths(row, truths) for row in rows]).decode("utf-8")
    statement = insert.from_select(names, sa.select(source))
    return connection.execute(statement, {"given": text}, execution_options=counting).rowcount


def _without_truths(row: Mapping[str, Any], truths: Iterable[str]) -> dict[str, Any]:
    """The row with 1 and 0 for true and false: its columns are integers."""
    return {**row, **{name: int(row[name]) for name in truths if row[name] is not None}}


def is_among(
    connection: sa.Connection, column: sa.Column[Any], values: Collection[Any]
) -> sa.ColumnElement[bool]:
    """That `column` has one of `values`: on PostgreSQL as one parameter, whatever their number.

    There a statement with hundreds of parameters is taken apart anew each time.
    """
    if connection.dialect.name == "sqlite":
        return column.in_(list(values))
    return column == sa.any_(sa.bindparam(None, list(values), type_=postgresql.ARRAY(column.type)))


def by_index(statement: sa.Select[Any], table: sa.Table, index: str) -> sa.Select[Any]:
    """`statement`, reading `table` by this index on SQLite.

    It keeps no counts of what is in a table unless told to, and then guesses: often wrongly where a table has
    two indexes that begin alike.
    """
    return statement.with_hint(table, f"INDEXED BY {index}", "sqlite")


class _HintingCompiler(SQLiteCompiler):
    """SQLite's statements, with their hints: SQLAlchemy leaves these out."""

    def get_from_hint_text(self, table: object, text: str | None) -> str | None:  # noqa: ARG002 - as SQLAlchemy calls it
        """What is written behind the name of a table."""
        return text


def _server_url(url: str) -> sa.URL:
    """`url` with the one driver we use."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "postgresql":
        raise StoreError(
            f"database.url is of {parsed.get_backend_name()}; use sqlite:///FILE or postgresql://HOST/NAME"
        )
    return parsed.set(drivername="postgresql+psycopg")


def _check_durable(connection: Any, _record: object) -> None:
    """A commit that returns is on disk: asked for, and read back."""
    connection.execute("SET synchronous_commit = on")
    fsync, commit = connection.execute(
        "SELECT current_setting('fsync'), current_setting('synchronous_commit')"
    ).fetchone()
    connection.commit()
    if (fsync, commit) != ("on", "on"):
        raise psycopg.OperationalError(f"fsync is {fsync}, synchronous_commit is {commit}; both must be on")


def _sqlite_engine(url: str, begin: str, prepare: Any, *, size: int) -> sa.Engine:
    # Parameters are levels and handling numbers: they stay out of error messages.
    engine = sa.create_engine(
        url,
        hide_parameters=True,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": BUSY_S},
    )
    engine.dialect.statement_compiler = _HintingCompiler

    def connected(connection: sqlite3.Connection, _record: object) -> None:
        # sqlite3 would begin a deferred transaction late, by guessing from the statement; we say when.
        connection.isolation_level = None
        prepare(connection)

    def begun(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    sa.event.listen(engine, "connect", connected)
    sa.event.listen(engine, "begin", begun)
    return engine


def _set_durable(connection: sqlite3.Connection) -> None:
    """WAL with an fsync at each commit, read back: a setting that did not hold is no promise."""
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    level = connection.execute("PRAGMA synchronous").fetchone()[0]
    if mode != "wal" or level != _SYNCHRONOUS_FULL:
        raise sqlite3.OperationalError(
            f"journal_mode is {mode}, synchronous is {level}; wal and {_SYNCHRONOUS_FULL} are needed:"
            " put the database on a local file system"
        )


def _set_query_only(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA query_only = ON")
