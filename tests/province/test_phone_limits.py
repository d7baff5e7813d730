"""The bounds of posters: how much within an hour, and how little is remembered of who only asks."""

from __future__ import annotations

import gc
import sys

from province.phone.limits import HOUR_MS, MOST_PLACES, HourlyLimit


def size(limit: HourlyLimit) -> int:
    """The bytes held by `limit`, whatever it is made of."""
    seen, found = set[int](), 0
    waiting: list[object] = [limit]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type):
            continue
        seen.add(id(one))
        found += sys.getsizeof(one)
        waiting.extend(gc.get_referents(one))
    return found


def test_places_that_only_ask_leave_nothing_behind() -> None:
    limit = HourlyLimit(1)
    before = size(limit)
    assert all(limit.has_room(f"made up {number}", 0) for number in range(1_000))
    assert size(limit) == before


def test_a_place_has_its_bound_within_any_hour() -> None:
    limit = HourlyLimit(2)
    limit.take("W07", 0)
    limit.take("W07", 1_000)
    assert not limit.has_room("W07", HOUR_MS - 1)
    assert limit.has_room("W08", HOUR_MS - 1)
    assert limit.has_room("W07", HOUR_MS)
    limit.take("W07", HOUR_MS)
    assert not limit.has_room("W07", HOUR_MS)


def test_the_place_heard_of_longest_ago_is_forgotten_first() -> None:
    limit = HourlyLimit(1)
    for number in range(MOST_PLACES + 1):
        limit.take(str(number), 0)
    assert limit.has_room("0", 1)
    assert not limit.has_room("1", 1)
