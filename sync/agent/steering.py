"""What the province sets and orders: taken in for the device, and answered."""

from __future__ import annotations

from collections.abc import Callable

from device.clock import Clock
from device.errors import SyncError
from sync.agent.province_word import ProvinceWord
from sync.agent.replies import Replies
from sync.agent.state_log import StateLog
from sync.contract.errors import Refusable
from sync.contract.messages import Order, Reply, Settings
from sync.mqtt import Published


class Steering:
    """Belongs to the agent's thread. A file that cannot be written is said, and costs but repetition."""

    def __init__(self, *, word: ProvinceWord, clock: Clock, said: StateLog) -> None:
        self._word = word
        self._replies = Replies(clock)
        self._said = said

    def begin_session(self) -> None:
        """What was ordered in earlier sessions is let go."""
        try:
            self._word.begin_session()
        except SyncError as error:
            self._said.trouble("store", f"orders of an earlier session are not let go: {error}")

    def take(self, message: Settings | Order, payload: bytes, *, session: str) -> None:
        """Settings or an order came, signed, as `payload`."""
        try:
            if isinstance(message, Settings):
                reply = self._word.take_settings(message, payload)
            else:
                reply = self._word.take_order(message, payload, session=session)
        except SyncError as error:
            self._said.trouble("store", f"the province's word is not kept: {error}")
            return
        if reply is not None:
            self._replies.put(reply)

    def ignored(self, error: Refusable) -> None:
        """Something came that the contract lets nobody take: whoever sent it is told."""
        self._replies.put(Reply(outcome="ignored", order=error.re[:64], why=error.why))

    def look(self) -> bool:
        """What the device has done since. Whether its condition may have changed by it."""
        try:
            changed, replies = self._word.look()
        except SyncError as error:
            self._said.trouble("store", f"the device's answers are not told: {error}")
            return False
        for reply in replies:
            self._replies.put(reply)
        return changed

    def send(self, hand_over: Callable[[Reply], int | None]) -> None:
        """Tell what is due; `hand_over` gives the link's number for it, None without a link."""
        for reply in self._replies.due():
            number = hand_over(reply)
            if number is None:
                self._replies.put(reply)
            else:
                self._replies.sent(number, reply)

    def published(self, event: Published) -> None:
        """The broker has answered for a message, which may have been a reply."""
        reply = self._replies.published(event.mid, event.reason)
        if reply is None:
            return
        try:
            self._word.told(reply)
        except SyncError as error:
            self._said.trouble("store", f"that an answer was told is not kept: {error}")

    def link_lost(self) -> None:
        """What was on its way is to be told again."""
        self._replies.link_lost()
