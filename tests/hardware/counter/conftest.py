"""A counter link on a free port, and a thread that stands in for the device loop."""

from __future__ import annotations

import asyncio
import contextlib
import selectors
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest

from device.counter import (
    CounterAction,
    CounterAnswer,
    CounterQuestion,
    DeviceQuery,
    DeviceStatus,
    Done,
    InvitationCancel,
    InvitationQuery,
    InvitationRequest,
    InvitationState,
    InvitationStatus,
    Invited,
    OpenInvitations,
    OpenInvitationsQuery,
)
from device.events import CounterCall, Stop
from device.inbox import Inbox
from hardware.counter.link import CounterLink
from tests.patience import PATIENCE_S

TOKEN = "test-token.0123456789"
ORIGIN = "https://hall.example.gov.cn"
EXPIRES_AT = "2026-11-22T10:17:02.113+08:00"


class AnsweringLoop:
    """Answers each question from `answers`, by its type, in one thread, and keeps the questions in `asked`.

    `before_answer` runs in that thread before an answer is given, `after_answer` after it.
    """

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._thread = threading.Thread(target=self._run, name="answering-loop")
        self.reset()

    def reset(self) -> None:
        """Forget what was asked and answer as at first."""
        self.asked: list[CounterQuestion] = []
        self.answers: dict[type, CounterAnswer] = {
            InvitationRequest: Invited("a1", InvitationState.WAITING, EXPIRES_AT),
            InvitationQuery: InvitationStatus("a1", InvitationState.WAITING),
            InvitationCancel: Done(),
            OpenInvitationsQuery: OpenInvitations(()),
            DeviceQuery: DeviceStatus(ready=True, fault=None),
            CounterAction: Done(),
        }
        self.before_answer: Callable[[CounterQuestion], object] = lambda question: None
        self.after_answer: Callable[[CounterQuestion], object] = lambda question: None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._inbox.put(Stop())
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        while not isinstance(event := self._inbox.get(None), Stop):
            assert isinstance(event, CounterCall)
            self.asked.append(event.question)
            self.before_answer(event.question)
            event.reply(self.answers[type(event.question)])
            self.after_answer(event.question)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def answered(inbox: Inbox) -> Iterator[Inbox]:
    """An inbox out of which every question is answered."""
    loop = AnsweringLoop(inbox)
    loop.start()
    yield inbox
    loop.stop()


@dataclass(frozen=True, slots=True)
class Pair:
    """A started link and the loop that answers what it asks."""

    link: CounterLink
    loop: AnsweringLoop


@contextlib.contextmanager
def started() -> Iterator[Pair]:
    inbox = Inbox()
    loop = AnsweringLoop(inbox)
    link = CounterLink(host="127.0.0.1", port=0, token=TOKEN, origins=[ORIGIN], inbox=inbox)
    loop.start()
    link.start()
    yield Pair(link, loop)
    link.stop()
    loop.stop()


@pytest.fixture(scope="session")
def shared() -> Iterator[Pair]:
    """One pair for all tests that do not stop it: starting and stopping takes longer than most of them."""
    with started() as pair:
        yield pair


@pytest.fixture
def own() -> Iterator[Pair]:
    """A pair for one test, which may stop the link."""
    with started() as pair:
        yield pair


@pytest.fixture
def link(shared: Pair) -> CounterLink:
    return shared.link


@pytest.fixture
def loop(shared: Pair) -> AnsweringLoop:
    shared.loop.reset()
    return shared.loop


@pytest.fixture(scope="session")
def _with_token(shared: Pair) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(
        base_url=shared.link.url, headers=headers, trust_env=False, timeout=PATIENCE_S
    ) as client:
        yield client


@pytest.fixture(scope="session")
def _without_token(shared: Pair) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=shared.link.url, trust_env=False, timeout=PATIENCE_S) as client:
        yield client


@pytest.fixture
def counter(_with_token: httpx.Client, loop: AnsweringLoop) -> httpx.Client:
    """The counter's side: a client that carries the token."""
    return _with_token


@pytest.fixture
def stranger(_without_token: httpx.Client, loop: AnsweringLoop) -> httpx.Client:
    """A client without the token."""
    return _without_token


class _SkippingSelector(selectors.DefaultSelector):
    """Where the loop would wait idly, time jumps ahead instead."""

    skipped_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is not None:
            self.skipped_s += timeout
        return ready


class SkippingLoop(asyncio.SelectorEventLoop):
    """An event loop in which only waiting takes time, and that is skipped: limits are tested exactly."""

    def __init__(self) -> None:
        self._skipping = _SkippingSelector()
        super().__init__(self._skipping)

    def time(self) -> float:
        return self._skipping.skipped_s


@pytest.fixture
def skipping() -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        yield runner
