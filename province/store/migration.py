"""Bringing a database to the form this version of the program expects."""

from __future__ import annotations

import functools

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from province.errors import StoreError
from province.store.dialect import migrate_alone


def migrate(connection: sa.Connection) -> None:
    """Run the steps that are missing, in the transaction of `connection`: all of them or none.

    Raises StoreError for a database that a newer program has changed.
    """
    migrate_alone(connection)
    steps = _steps()
    known = {step.revision for step in steps.walk_revisions()}
    present = MigrationContext.configure(connection).get_current_heads()
    if not known.issuperset(present):
        raise StoreError(
            f"the database has the form {', '.join(present)}, made by a newer program; install that one"
        )
    if set(present) == set(steps.get_heads()):
        return
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@functools.cache
def _steps() -> ScriptDirectory:
    """The steps of this package: reading them takes longer than all else here, and they do not change."""
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "province:migrations")
    config.set_main_option("path_separator", "os")
    return config
