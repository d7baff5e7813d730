"""The pure verdicts: a table of cases, then any order, doubling and loss of batches."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from province.ingest.verdict import Accept, Diverged, Head, Quarantine, Resend, Verdict, has_diverged, judge
from sync.contract.messages import Ratings
from tests.province.simulated_device import SimulatedLog, rating_row

AT = datetime(2026, 11, 22, tzinfo=UTC)


def log_of(rows: int) -> SimulatedLog:
    log = SimulatedLog("0" * 32)
    for number in range(rows):
        log.append(rating_row(visit=f"{number:032x}", invite=None, handling=None, at=AT))
    return log


LOG = log_of(8)
FORK = LOG.forked_at(4)
for _ in range(4):
    FORK.append(rating_row(level_of_another=True, at=AT))


def head_of(log: SimulatedLog, seq: int) -> Head:
    return Head(seq, log.rows[seq - 1].hash if seq else log.forked_at(0).head)


def judged(through: int, log: SimulatedLog, first: int, last: int) -> Verdict:
    """The verdict on a batch of `log` where LOG is committed up to `through`."""
    known = {row.seq: {row.hash} for row in LOG.rows[:through]}
    return judge(head_of(LOG, through), log.batch(first, last), known)


@pytest.mark.parametrize(
    ("through", "first", "last", "new", "repeated"),
    [(0, 1, 1, 1, 0), (0, 1, 8, 8, 0), (3, 4, 6, 3, 0), (3, 2, 6, 3, 2), (3, 1, 3, 0, 3), (8, 2, 3, 0, 2)],
)
def test_rows_that_follow_or_repeat_are_accepted(
    through: int, first: int, last: int, new: int, repeated: int
) -> None:
    verdict = judged(through, LOG, first, last)
    assert isinstance(verdict, Accept)
    assert (len(verdict.new), verdict.repeated) == (new, repeated)
    assert verdict.head == head_of(LOG, max(through, last))


@pytest.mark.parametrize(("through", "first"), [(0, 2), (3, 5), (3, 8)])
def test_a_gap_is_asked_for_from_the_first_missing_row(through: int, first: int) -> None:
    assert judged(through, LOG, first, 8) == Resend(through + 1)


@pytest.mark.parametrize(
    ("through", "first", "last", "verdict"),
    [
        (6, 5, 8, Quarantine(head_of(FORK, 8))),  # other rows under held numbers, and new ones
        (6, 7, 8, Quarantine(head_of(FORK, 8))),  # only new ones, whose history is another
        (6, 4, 7, Quarantine(head_of(FORK, 7))),  # a common row, then others
        (6, 5, 6, Diverged()),
        (8, 4, 5, Diverged()),
        (5, 7, 8, Resend(6)),  # what lies between is not known yet
    ],
)
def test_what_contradicts_is_quarantined_or_has_diverged(
    through: int, first: int, last: int, verdict: Verdict
) -> None:
    assert judged(through, FORK, first, last) == verdict


def test_a_known_row_that_is_not_the_head_does_not_carry_new_ones() -> None:
    known = {5: {LOG.rows[4].hash, FORK.rows[4].hash}}
    verdict = judge(head_of(FORK, 5), LOG.batch(5, 6), known)
    assert verdict == Quarantine(head_of(LOG, 6))


@pytest.mark.parametrize(
    ("through", "log", "diverged"),
    [
        (0, LOG.forked_at(0), False),
        (3, LOG.forked_at(3), False),
        (3, LOG, False),
        (4, LOG.forked_at(3), True),
        (6, FORK.forked_at(6), True),
        (6, FORK, False),  # longer: told apart when its rows come
    ],
)
def test_a_log_that_is_behind_or_other_at_the_same_place_has_diverged(
    through: int, log: SimulatedLog, diverged: bool
) -> None:
    assert has_diverged(head_of(LOG, through), log.state()) is diverged


class Model:
    """A province that holds what the verdicts tell it to."""

    def __init__(self) -> None:
        self.head = head_of(LOG, 0)
        self.held: list[str] = []

    def take(self, batch: Ratings) -> Verdict:
        known = {seq: {text} for seq, text in enumerate(self.held, start=1)}
        verdict = judge(self.head, batch, known)
        if isinstance(verdict, Accept):
            self.held += [row["hash"] for row in verdict.new]
            self.head = verdict.head
        return verdict


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(1, 8), st.integers(0, 7)), max_size=30))
def test_any_order_and_doubling_of_batches_ends_with_each_row_once_in_order(
    spans: list[tuple[int, int]],
) -> None:
    model = Model()
    for first, more in spans:
        verdict = model.take(LOG.batch(first, min(8, first + more)))
        assert isinstance(verdict, Accept | Resend)
        if isinstance(verdict, Resend):
            assert verdict.from_seq == len(model.held) + 1
    while len(model.held) < 8:  # the device sends from where the province says
        model.take(LOG.batch(len(model.held) + 1, 8))
    assert model.held == [row.hash for row in LOG.rows]
    assert model.head == head_of(LOG, 8)
