"""The questions of the counter that wait for the device loop's answer."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from device.counter import CounterAnswer, CounterQuestion, Refusal, Refused
from device.events import CounterCall
from device.inbox import Inbox

_log = logging.getLogger(__name__)

ANSWER_LIMIT_S = 5.0
"""The device loop answers in milliseconds; one that takes longer than this cannot record."""

_SILENT = Refused(
    Refusal.CANNOT_RECORD, "The device does not answer; if this lasts, restart it.", fault="no_answer"
)
_STOPPING = Refused(Refusal.CANNOT_RECORD, "The device is stopping; ask again soon.", fault="stopping")


class Calls:
    """Puts questions in the inbox and waits, in the I/O thread, for what the device loop replies."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._waiting: set[asyncio.Future[CounterAnswer]] = set()
        self._silent = False
        self._closed = False

    async def ask(
        self, question: CounterQuestion, *, on_answer: Callable[[CounterAnswer], None] | None = None
    ) -> CounterAnswer:
        """The device loop's answer, or `cannot_record` when none comes within ANSWER_LIMIT_S. I/O thread.

        `on_answer` is called with the answer before anything that the device loop announces after it is
        handled; not for an answer that comes too late.
        """
        if self._closed:
            return _STOPPING
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[CounterAnswer] = loop.create_future()

        def settle(answer: CounterAnswer) -> None:
            if answered.done():
                return
            if on_answer is not None:
                on_answer(answer)
            answered.set_result(answer)

        def reply(answer: CounterAnswer) -> None:
            """Device loop."""
            with contextlib.suppress(RuntimeError):  # the loop was closed: the link stopped, nobody waits
                loop.call_soon_threadsafe(settle, answer)

        self._waiting.add(answered)
        self._inbox.put(CounterCall(question, reply))
        try:
            async with asyncio.timeout(ANSWER_LIMIT_S):
                answer = await answered
        except TimeoutError:
            self._note_silence(True)
            return _SILENT
        finally:
            self._waiting.discard(answered)
        self._note_silence(False)
        return answer

    def close(self) -> None:
        """Let nobody wait any longer; questions from now on are refused. I/O thread."""
        self._closed = True
        for answered in self._waiting:
            if not answered.done():
                answered.set_result(_STOPPING)

    def _note_silence(self, silent: bool) -> None:
        if silent and not self._silent:
            _log.error("device loop does not answer limit_s=%g", ANSWER_LIMIT_S)
        elif self._silent and not silent:
            _log.info("device loop answers again")
        self._silent = silent
