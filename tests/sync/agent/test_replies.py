"""Replies are said until somebody hears them."""

from __future__ import annotations

from device.clock import FakeClock
from sync import mqtt
from sync.agent.replies import AGAIN_MS, MOST, Replies
from sync.contract.messages import Reply

REPLY = Reply(outcome="done", order="o-1")


def test_a_reply_that_was_passed_on_is_said_once() -> None:
    replies = Replies(FakeClock())
    replies.put(REPLY)
    assert replies.due() == [REPLY]
    replies.sent(7, REPLY)
    replies.published(7, 0)
    replies.link_lost()
    assert replies.due() == []


def test_a_reply_that_nobody_heard_is_said_again_a_little_later() -> None:
    clock = FakeClock()
    replies = Replies(clock)
    replies.sent(7, REPLY)
    replies.published(7, mqtt.NO_MATCHING_SUBSCRIBERS)
    assert replies.due() == []
    clock.advance(AGAIN_MS)
    assert replies.due() == [REPLY]


def test_a_reply_without_an_answer_is_said_again_on_the_next_connection() -> None:
    replies = Replies(FakeClock())
    replies.sent(7, REPLY)
    replies.link_lost()
    replies.published(7, 0)
    assert replies.due() == [REPLY]


def test_a_flood_is_bounded() -> None:
    replies = Replies(FakeClock())
    for number in range(2 * MOST):
        replies.put(Reply(outcome="done", order=f"o-{number}"))
    assert len(replies.due()) == MOST


def test_only_a_reply_that_somebody_heard_has_been_told() -> None:
    replies = Replies(FakeClock())
    for number, reason in enumerate((0, mqtt.NO_MATCHING_SUBSCRIBERS, 0x87)):
        replies.sent(number, REPLY)
        assert replies.published(number, reason) == (REPLY if reason == 0 else None)
    assert replies.published(9, 0) is None
