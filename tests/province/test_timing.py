"""Rows of a device without a clock get their time from what the province learns of its boots."""

from __future__ import annotations

import sqlalchemy as sa

from province.store.ledger_tables import ratings
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import BOOT, SimulatedDevice

IN_1970 = {"at": "1970-01-01T08:05:00.000+08:00", "clock": "unknown"}


def times(bench: ProvinceBench) -> list[tuple[str | None, str]]:
    """Of each row, its corrected time and its day."""
    with bench.database.read() as connection:
        rows = connection.execute(sa.select(ratings.c.at_corrected, ratings.c.day).order_by(ratings.c.id))
        return [(row.at_corrected, row.day) for row in rows]


def test_hello_gives_the_rows_of_its_boot_their_time(bench: ProvinceBench, device: SimulatedDevice) -> None:
    # The province's clock shows 10:15 when the device's has run for an hour.
    bench.say(device, *hello(device, mono_ms=3_600_000))
    device.rate(5, mono_ms=0, **IN_1970)
    device.rate(5, mono_ms=3_000_000, **IN_1970)
    bench.send(device)
    assert times(bench) == [
        ("2026-11-22T09:15:00.000+08:00", "2026-11-22"),
        ("2026-11-22T10:05:00.000+08:00", "2026-11-22"),
    ]
    assert bench.stored()[0].row["at"] == IN_1970["at"]  # what was hashed stays


def test_rows_of_another_boot_stay_without_until_something_is_known_of_it(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    bench.say(device, *hello(device, mono_ms=0))
    device.rate(5, mono_ms=0, boot="another", **IN_1970)
    bench.send(device)
    assert times(bench) == [(None, "2026-11-22")]
    at = "2026-11-20T00:10:00.000+08:00"
    device.log.append(
        {"kind": "clock", "boot": "another", "mono_ms": 1_200_000, "at": at, "clock": "trusted"}
    )
    bench.send(device, 2, 2)
    assert times(bench)[0] == ("2026-11-19T23:50:00.000+08:00", "2026-11-19")


def test_a_rating_of_the_same_boot_with_a_trusted_clock_is_an_anchor(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    device.rate(4, mono_ms=1_000, **IN_1970)
    device.rate(4, mono_ms=61_000, at="2026-11-21T09:01:00.000+08:00")
    bench.send(device)
    assert times(bench) == [("2026-11-21T09:00:00.000+08:00", "2026-11-21"), (None, "2026-11-21")]


def test_what_is_no_boot_or_no_time_is_no_anchor(bench: ProvinceBench, device: SimulatedDevice) -> None:
    for row in (
        {"boot": "a\0b", "mono_ms": 1, "at": "2026-11-21T09:00:00+08:00"},
        {"boot": BOOT, "mono_ms": True, "at": "2026-11-21T09:00:00+08:00"},
        {"boot": BOOT, "mono_ms": 1, "at": "2026-11-21T09:00:00"},
        {"boot": BOOT, "mono_ms": 1, "at": None},
        {"boot": 7, "mono_ms": -1, "at": "never"},
    ):
        device.log.append({"kind": "clock", "clock": "trusted", **row})
    device.rate(5, mono_ms=0, **IN_1970)
    bench.say(device, *hello(device, boot="a\0b"))
    assert bench.send(device).status == "ok"
    assert times(bench)[-1] == (None, "2026-11-22")


def hello(device: SimulatedDevice, **changed: object):  # type: ignore[no-untyped-def]
    from sync.contract.topics import UpName

    return UpName.HELLO, device.hello(clock="unknown", sent_at="1970-01-01T00:00:00Z", **changed)
