"""The tables of the province's database, all of them."""

from __future__ import annotations

from province.store import account_tables, device_tables, figure_tables, identity_tables, ledger_tables
from province.store.columns import every_table

_OF = (account_tables, device_tables, figure_tables, identity_tables, ledger_tables)
"""A module's tables are among `every_table` once it is imported."""

metadata = every_table
