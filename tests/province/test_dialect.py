"""What differs between the databases is one thing to the stores."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from province.store.database import Database
from province.store.dialect import insert_adding, insert_new, insert_rows, is_among
from province.store.figure_tables import tallies
from province.store.ledger_tables import heads, logs, services

LOG = "0" * 32
AT = "2026-11-22T10:15:02.113+08:00"


def service(number: int, visit: str = "v") -> dict[str, Any]:
    return {"project_no": f"p{number}", "service_no": 1, "assessment": 1, "device": "d", "visit": visit}


def line(name: str, number: int) -> dict[str, Any]:
    return {
        **dict.fromkeys(("scope", "day", "figure", "code"), "x"),
        "name": name,
        "slot": 0,
        "number": number,
    }


def test_all_rows_are_inserted_as_they_are(database: Database) -> None:
    head = {"log_id": LOG, "hash": "h", "session": "s", "announced_at": AT}
    rows = [
        {**head, "seq": 2**53 - 1, "jws": '{"words":"\\u0000 \\" 很好 \U0001f600"}', "contradicted": True},
        {**head, "seq": 1, "jws": None, "contradicted": False},
    ]
    with database.write() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO devices (device, kid, certificate, registered_at) VALUES ('d', 'k', 'c', 't')"
            ),
        )
        connection.execute(
            sa.insert(logs).values(
                log_id=LOG, device="d", seq=0, head="", quarantined=False, repeated=0, announced_at=AT
            )
        )
        assert insert_rows(connection, sa.insert(heads), rows) == 2
    with database.read() as connection:
        found = connection.execute(sa.select(heads).order_by(heads.c.seq.desc())).mappings().all()
    assert [dict(row) for row in found] == rows


def test_only_those_that_were_not_there_are_new(database: Database) -> None:
    with database.write() as connection:
        assert insert_rows(connection, insert_new(connection, services), [service(1), service(2)]) == 2
        again = [service(2, "another"), service(3)]
        assert insert_rows(connection, insert_new(connection, services), again) == 1
        found = connection.execute(sa.select(services.c.project_no, services.c.visit)).all()
        held = dict(tuple(row) for row in found)
    assert held == {"p1": "v", "p2": "v", "p3": "v"}


def test_numbers_are_added_to_those_that_are_there(database: Database) -> None:
    with database.write() as connection:
        adding = insert_adding(connection, tallies, "number")
        insert_rows(connection, adding, [line("a", 1), line("b", 2)])
        insert_rows(connection, adding, [line("b", -5), line("c", 3)])
        found = connection.execute(sa.select(tallies.c.name, tallies.c.number)).all()
        held = dict(tuple(row) for row in found)
    assert held == {"a": 1, "b": -3, "c": 3}


def test_rows_are_found_by_any_number_of_values(database: Database) -> None:
    with database.write() as connection:
        insert_rows(connection, insert_new(connection, services), [service(n) for n in range(3000)])
    wanted = [f"p{n}" for n in range(0, 6000, 2)]
    with database.read() as connection:

        def found(values: list[str]) -> set[str]:
            some = sa.select(services.c.project_no).where(is_among(connection, services.c.project_no, values))
            return set(connection.execute(some).scalars())

        assert found(wanted) == {f"p{n}" for n in range(0, 3000, 2)}
        assert found([]) == set()
