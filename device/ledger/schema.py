"""The tables of ratings.db with the triggers that refuse tampering, as named migrations."""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

RECEIPT_IN_HAND = "hcp_receipt_in_hand"  # SQL function: is this the receipt being acted on?
APPLICATION_ID = 0x68637031  # "hcp1"

migrations = Migrations("ledger")


@migrations()
def m001_ledger(db: Database) -> None:
    """The log's identity, its rows, the floor of retention."""
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute("""
        CREATE TABLE log (
            log_id TEXT NOT NULL,      -- random 128-bit hex, made with the file
            prior TEXT,                -- the log this one follows, when that one was damaged or diverged
            first_prev TEXT NOT NULL   -- the hash before the first row
        ) STRICT
    """)
    # prev stands beside hash so that each row can be judged by itself when a damaged file is salvaged.
    db.execute("""
        CREATE TABLE ledger (
            seq INTEGER PRIMARY KEY,
            prev TEXT NOT NULL,
            hash TEXT NOT NULL,
            canonical TEXT NOT NULL,   -- the row, RFC 8785, without its hash
            service_key TEXT           -- of its handling, for 一次一评
        ) STRICT
    """)
    # The only index, and not UNIQUE: a UNIQUE constraint would let INSERT OR REPLACE remove another row.
    db.execute("CREATE INDEX ledger_service ON ledger (service_key) WHERE service_key IS NOT NULL")
    db.execute("""
        CREATE TABLE floor (
            seq INTEGER NOT NULL,      -- rows up to here may be gone
            hash TEXT NOT NULL,        -- of the row with this seq: the chain is verified from here
            receipt TEXT NOT NULL      -- the province's signed word that it holds them
        ) STRICT
    """)
    _refuse_tampering(db)


def _refuse_tampering(db: Database) -> None:
    last_seq = "coalesce((SELECT max(seq) FROM ledger), (SELECT max(seq) FROM floor), 0)"
    last_hash = f"""coalesce(
        (SELECT hash FROM ledger WHERE seq = {last_seq}),
        (SELECT hash FROM floor ORDER BY seq DESC LIMIT 1),
        (SELECT first_prev FROM log))"""
    # "seq = last + 1" also stops INSERT OR REPLACE from a shell, where recursive_triggers is off and a
    # DELETE trigger would not fire for the replaced row.
    db.execute(f"""
        CREATE TRIGGER ledger_append_only_insert BEFORE INSERT ON ledger
        WHEN NEW.seq IS NOT {last_seq} + 1 OR NEW.prev IS NOT {last_hash}
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: seq must be the last + 1'); END
    """)
    db.execute("""
        CREATE TRIGGER ledger_append_only_update BEFORE UPDATE ON ledger
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: no row may change'); END
    """)
    db.execute("""
        CREATE TRIGGER ledger_append_only_delete BEFORE DELETE ON ledger
        WHEN OLD.seq > coalesce((SELECT max(seq) FROM floor), 0)
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: no row above the floor may go'); END
    """)
    # The function is known to the product's own connection only: a shell cannot raise the floor at all.
    db.execute(f"""
        CREATE TRIGGER floor_insert BEFORE INSERT ON floor
        WHEN NOT {RECEIPT_IN_HAND}(NEW.receipt)
            OR NEW.hash IS NOT (SELECT hash FROM ledger WHERE seq = NEW.seq)
        BEGIN SELECT RAISE(ABORT, 'the floor must be a row that the province has receipted'); END
    """)
    for table in ("floor", "log"):
        for verb in ("UPDATE", "DELETE"):
            db.execute(f"""
                CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}
                BEGIN SELECT RAISE(ABORT, 'the {table} of a ledger never changes'); END
            """)
    db.execute("""
        CREATE TRIGGER log_single BEFORE INSERT ON log WHEN (SELECT count(*) FROM log) > 0
        BEGIN SELECT RAISE(ABORT, 'a ledger file holds one log'); END
    """)


@migrations()
def m002_ends(db: Database) -> None:
    """How a log ended, and which rows it lost: a closed log's file says all about itself."""
    db.execute("""
        CREATE TABLE closing (
            state TEXT NOT NULL,       -- "closed" or "damaged", as on the wire
            why TEXT NOT NULL
        ) STRICT
    """)
    db.execute("""
        CREATE TABLE lost (
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            why TEXT NOT NULL
        ) STRICT
    """)
    for table in ("ledger", "lost", "closing"):
        db.execute(f"""
            CREATE TRIGGER {table}_closed BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM closing)
            BEGIN SELECT RAISE(ABORT, 'a closed log takes nothing more'); END
        """)
    for table in ("closing", "lost"):
        for verb in ("UPDATE", "DELETE"):
            db.execute(f"""
                CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}
                BEGIN SELECT RAISE(ABORT, 'what a log lost and how it ended never changes'); END
            """)


@migrations()
def m003_sealed(db: Database) -> None:
    """Sealed blobs beside the chain, which names them by their hash: erasable without breaking it."""
    db.execute("""
        CREATE TABLE sealed (
            sha256 TEXT PRIMARY KEY,   -- of enc and ct, as the row names it
            seq INTEGER NOT NULL,      -- of that row
            kid TEXT NOT NULL,         -- the province's key that opens it
            suite TEXT NOT NULL,
            enc BLOB NOT NULL,
            ct BLOB NOT NULL
        ) STRICT
    """)
    db.execute("CREATE INDEX sealed_seq ON sealed (seq)")
    db.execute("""
        CREATE TABLE erased (
            sha256 TEXT PRIMARY KEY,   -- of a blob that is gone
            seq INTEGER NOT NULL,
            receipt TEXT NOT NULL      -- the province's signed word that it holds it
        ) STRICT
    """)
    # "not held yet" stops INSERT OR REPLACE, which would put another blob in its place.
    db.execute("""
        CREATE TRIGGER sealed_insert BEFORE INSERT ON sealed
        WHEN EXISTS (SELECT 1 FROM sealed WHERE sha256 = NEW.sha256) OR NOT EXISTS (
            SELECT 1 FROM ledger WHERE seq = NEW.seq AND seq = (SELECT max(seq) FROM ledger)
                AND instr(canonical, '"sha256":"' || NEW.sha256 || '"'))
        BEGIN SELECT RAISE(ABORT, 'a blob is written once, with the row that names it'); END
    """)
    db.execute("""
        CREATE TRIGGER sealed_closed BEFORE INSERT ON sealed WHEN EXISTS (SELECT 1 FROM closing)
        BEGIN SELECT RAISE(ABORT, 'a closed log takes nothing more'); END
    """)
    db.execute("""
        CREATE TRIGGER sealed_no_update BEFORE UPDATE ON sealed
        BEGIN SELECT RAISE(ABORT, 'a sealed blob never changes'); END
    """)
    db.execute("""
        CREATE TRIGGER sealed_delete BEFORE DELETE ON sealed
        WHEN NOT EXISTS (SELECT 1 FROM erased WHERE sha256 = OLD.sha256)
        BEGIN SELECT RAISE(ABORT, 'a blob goes only when the province has receipted it'); END
    """)
    db.execute(f"""
        CREATE TRIGGER erased_insert BEFORE INSERT ON erased
        WHEN NOT {RECEIPT_IN_HAND}(NEW.receipt)
            OR NEW.seq IS NOT (SELECT seq FROM sealed WHERE sha256 = NEW.sha256)
        BEGIN SELECT RAISE(ABORT, 'what is erased must be a blob that the province has receipted'); END
    """)
    db.execute("""
        CREATE TRIGGER erased_no_update BEFORE UPDATE ON erased
        BEGIN SELECT RAISE(ABORT, 'the proof of an erasure never changes'); END
    """)
    db.execute("""
        CREATE TRIGGER erased_delete BEFORE DELETE ON erased
        WHEN EXISTS (SELECT 1 FROM ledger WHERE seq = OLD.seq)
        BEGIN SELECT RAISE(ABORT, 'the proof of an erasure stays as long as the row that names the blob'); END
    """)
