"""Records read off the pages are those that SQLite wrote, whatever their size and wherever they stand."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing

import pytest

from device.ledger.leaf_pages import PAGE_BYTES, LeafPages

SIZES = (0, 1, 60, 200, 850, 950, 980, 1020, 2100, 9000)


def filled(path, rows):
    """A file with a table of text, blobs and integers, an index, and rows still in the write-ahead log."""
    noise = random.Random(7)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE thing (seq INTEGER PRIMARY KEY, n INTEGER, t TEXT, b BLOB)")
    connection.execute("CREATE INDEX by_t ON thing (t) WHERE t IS NOT NULL")
    for seq in range(1, rows + 1):
        number = noise.choice((None, 0, 1, -1, 200, -40_000, 2**23, 2**31, -(2**46), 2**62))
        text = None if seq % 7 == 0 else "x" * noise.choice(SIZES[:5]) + str(seq)
        connection.execute(
            "INSERT INTO thing VALUES (?, ?, ?, ?)", (seq, number, text, noise.randbytes(noise.choice(SIZES)))
        )
        if seq == rows // 2:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return connection


def as_bytes(row):
    return tuple(value.encode() if isinstance(value, str) else value for value in row)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "any.db"


def test_every_row_is_read_and_can_be_read_again_at_its_place(path):
    with closing(filled(path, 300)) as connection:
        rows = {as_bytes(row) for row in connection.execute("SELECT NULL, n, t, b FROM thing")}
        pages = LeafPages(path)
        found = dict(pages.records())
        assert rows <= set(found.values())
        assert all(pages.record(place) == record for place, record in found.items())
        assert {place.in_wal for place in found} == {True, False}
        pages.close()


def test_an_index_names_rows_without_their_table(path):
    with closing(filled(path, 300)) as connection:
        entries = {
            as_bytes(row) for row in connection.execute("SELECT t, seq FROM thing WHERE t IS NOT NULL")
        }
        pages = LeafPages(path)
        found = set(pages.index_entries())
        assert found <= entries
        assert len(found) > 200  # the others stand on pages above the leaves
        pages.close()


def test_nothing_is_read_where_there_is_nothing(path):
    pages = LeafPages(path)
    assert (list(pages.records()), list(pages.index_entries()), pages.pages) == ([], [], 0)
    pages.close()
    path.write_bytes(b"short")
    pages = LeafPages(path)
    assert list(pages.records()) == []
    pages.close()


def test_noise_is_read_to_its_end_and_never_fails(path):
    filled(path, 60).close()
    image = path.read_bytes()
    noise = random.Random(11)
    for _ in range(60):
        data = bytearray(image)
        for _ in range(200):
            data[noise.randrange(len(data))] = noise.randrange(256)
        path.write_bytes(data)
        pages = LeafPages(path)
        assert len(list(pages.records())) <= len(data)
        list(pages.index_entries())
        pages.close()
