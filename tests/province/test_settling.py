"""When visits are settled, and what is noted then."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from province.ingest.ingest import Ingest
from province.ingest.rules import Rules
from province.store.ledger_tables import ratings
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice


def settled(bench: ProvinceBench) -> list[tuple[bool, bool, list[str]]]:
    """Of each row in order: whether it is settled, whether it counts, its marks."""
    with bench.database.read() as connection:
        rows = connection.execute(sa.select(ratings.c.id, ratings.c.settled_at))
        at = {row.id: row.settled_at for row in rows}
    return [(at[s.id] is not None, s.counted, list(s.marks)) for s in bench.stored()]


def bad(device: SimulatedDevice, visit: str, **changed: Any) -> int:
    return device.rate(2, visit=visit, **changed)


def test_a_row_of_another_visit_settles_the_one_before(bench: ProvinceBench, device: SimulatedDevice) -> None:
    bad(device, "v1")
    device.log.append({"kind": "clock"})
    bad(device, "v2")
    bench.send(device, 1, 2)
    assert settled(bench) == [(False, True, []), (False, False, [])]
    bench.send(device, 3, 3)
    assert settled(bench) == [(True, True, ["no_reason"]), (False, False, []), (False, True, [])]


def test_within_one_batch_all_visits_but_the_last_are_settled(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    bad(device, "v1")
    device.rate(2, visit="v1", replaces=1, indicators=["207"])
    bad(device, "v2", sealed={"sha256": "0" * 64, "purpose": "words"})
    bad(device, "v3")
    device.rate(5, visit="v4")
    bench.send(device)
    assert settled(bench) == [
        (True, False, ["replaced"]),
        (True, True, []),
        (True, True, []),
        (True, True, ["no_reason"]),
        (False, True, []),
    ]


def test_a_visit_of_which_nothing_came_for_300_seconds_is_settled(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    bad(device, "v1")
    bench.send(device)
    bench.clock.advance(299_000)
    bench.due(device)
    assert settled(bench) == [(False, True, [])]
    bench.clock.advance(5_000)
    bench.due(device)
    assert settled(bench) == [(True, True, ["no_reason"])]


def test_silence_is_counted_from_the_last_row_of_the_visit(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    bad(device, "v1")
    bench.send(device)
    bench.clock.advance(200_000)
    device.rate(2, visit="v1", replaces=1)
    bench.send(device, 2, 2)
    bench.clock.advance(200_000)
    bench.due(device)
    assert [row[0] for row in settled(bench)] == [False, False]


def test_only_the_worker_that_leads_settles_what_is_silent(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    other = Ingest(bench.database, clock=bench.clock, key=bench.key, leads=False)
    bad(device, "v1")
    bench.send(device)
    bench.clock.advance(400_000)
    assert not other.is_due
    assert bench.ingest.is_due


def test_a_row_after_its_visit_was_settled_counts_and_says_so(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    bad(device, "v1")
    bench.send(device)
    bench.clock.advance(400_000)
    bench.due(device)
    device.rate(2, visit="v1", replaces=1, indicators=["207"])
    bench.send(device, 2, 2)
    assert settled(bench) == [(True, False, ["no_reason", "replaced"]), (False, True, ["after_settled"])]


def test_where_no_reason_is_asked_for_none_is_missed(bench: ProvinceBench, device: SimulatedDevice) -> None:
    bench.ingest = Ingest(bench.database, clock=bench.clock, key=bench.key, rules=Rules(no_reason=False))
    bad(device, "v1")
    bad(device, "v2")
    bench.send(device)
    bench.clock.advance(400_000)
    bench.due(device)
    assert settled(bench) == [(True, True, []), (True, True, [])]
