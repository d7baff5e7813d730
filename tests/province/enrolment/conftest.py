"""What the tests of enrolment share: a hall with windows, tickets, the real listener, boxes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from device.clock import FakeClock
from tests.province.enrolment.enrolment_bench import EnrolmentBench
from tests.province.province_bench import ProvinceBench


@pytest.fixture
def clock() -> FakeClock:
    """At the machine's time, by which TLS judges certificates."""
    clock = FakeClock()
    clock.set_wall(datetime.now(UTC))
    return clock


@pytest.fixture
def est(bench: ProvinceBench, tmp_path: Path) -> Iterator[EnrolmentBench]:
    with EnrolmentBench(bench, tmp_path) as made:
        yield made
