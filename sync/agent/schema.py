"""The tables of sync.db, in the steps by which older files become the newest."""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("sync")


@migrations()
def m001_receipts(db: Database) -> None:
    """How far each log is receipted, and the newest receipts as they came."""
    db.execute("""
        CREATE TABLE watermark (
            log_id TEXT PRIMARY KEY,
            seq INTEGER NOT NULL,      -- the last row the province holds
            hash TEXT NOT NULL         -- of that row
        ) STRICT, WITHOUT ROWID
    """)
    # Whoever acts on a receipt verifies `jws` itself: the other columns are for finding it.
    db.execute("""
        CREATE TABLE receipts (
            id INTEGER PRIMARY KEY,    -- in the order in which they came
            log_id TEXT,
            through INTEGER NOT NULL,
            head TEXT,
            status TEXT NOT NULL,
            province_time TEXT NOT NULL,
            boot TEXT NOT NULL,        -- boot id and monotonic time of its arrival:
            mono_ms INTEGER NOT NULL,  -- the pair gives the province's time ever after
            jws BLOB NOT NULL
        ) STRICT
    """)


@migrations()
def m002_heads(db: Database) -> None:
    """Heads that were signed before the province had their rows."""
    db.execute("""
        CREATE TABLE heads (
            id INTEGER PRIMARY KEY,    -- in the order in which they were signed
            log_id TEXT NOT NULL,
            seq INTEGER NOT NULL,
            jws TEXT NOT NULL
        ) STRICT
    """)


@migrations()
def m030_settings(db: Database) -> None:
    """The newest settings as they came, for the device to find."""
    db.execute("""
        CREATE TABLE settings (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            version INTEGER NOT NULL,
            jws BLOB NOT NULL
        ) STRICT
    """)


@migrations()
def m031_orders(db: Database) -> None:
    """Orders as they came, for the device to find."""
    db.execute("""
        CREATE TABLE orders (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            jws BLOB NOT NULL,
            replied INTEGER NOT NULL   -- 1: the province was told the outcome
        ) STRICT
    """)


@migrations()
def m032_order_arrivals(db: Database) -> None:
    """When each order came: one that lies here for long, or over a reboot, is not obeyed."""
    db.execute("ALTER TABLE orders ADD COLUMN boot TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE orders ADD COLUMN mono_ms INTEGER NOT NULL DEFAULT 0")


@migrations()
def m082_sealed_receipts(db: Database) -> None:
    """The receipts of sealed blobs, by which the device may erase them."""
    # As with rows: whoever erases a blob verifies `receipt` (JWS) itself; its `re` is the blob's SHA-256.
    db.execute("""
        CREATE TABLE sealed_receipts (
            log_id TEXT NOT NULL,
            seq INTEGER NOT NULL,      -- the row that names the blob
            sha256 TEXT NOT NULL,
            receipt BLOB NOT NULL,
            at TEXT NOT NULL,          -- the province's time of it
            PRIMARY KEY (log_id, seq)
        ) STRICT, WITHOUT ROWID
    """)


@migrations()
def m034_errands(db: Database) -> None:
    """Orders that the agent carries out itself, each once, with what became of them."""
    db.execute("""
        CREATE TABLE errands (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            outcome TEXT,              -- null while it is being carried out
            why TEXT,
            sha256 TEXT,               -- of what it made
            size INTEGER
        ) STRICT
    """)


@migrations()
def m135_phone_key(db: Database) -> None:
    """The key that signs links to citizens' phones, for the device to find."""
    db.execute("""
        CREATE TABLE phone_key (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            public TEXT NOT NULL,      -- the province's, as in the settings that named it
            secret BLOB NOT NULL       -- derived with it: as good as the device's own key for these links
        ) STRICT
    """)
