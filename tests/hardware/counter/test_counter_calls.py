"""A question to the device loop: answered once, in order, in time, or refused."""

from __future__ import annotations

import asyncio

import pytest

from device.counter import (
    DeviceQuery,
    DeviceStatus,
    InvitationQuery,
    InvitationState,
    InvitationStatus,
    Refused,
)
from hardware.counter.calls import ANSWER_LIMIT_S, Calls

READY = DeviceStatus(ready=True, fault=None)


def test_a_device_loop_that_is_silent_for_five_seconds_cannot_record(skipping, inbox, caplog):
    caplog.set_level("INFO")
    calls = Calls(inbox)

    async def ask():
        began_s = skipping.get_loop().time()
        for _ in range(2):
            answer = await calls.ask(DeviceQuery())
            assert isinstance(answer, Refused)
            assert (answer.error, answer.fault) == ("cannot_record", "no_answer")
        return skipping.get_loop().time() - began_s

    assert skipping.run(ask()) == pytest.approx(2 * ANSWER_LIMIT_S, abs=0.5)
    assert ANSWER_LIMIT_S == 5

    async def ask_again():
        asking = asyncio.create_task(calls.ask(DeviceQuery()))
        await asyncio.sleep(0)
        while (call := inbox.get(0)) is not None:
            call.reply(READY)  # the first two come too late and are for nobody
        return await asking

    assert skipping.run(ask_again()) == READY
    assert [r.getMessage() for r in caplog.records if r.name == "hardware.counter.calls"] == [
        "device loop does not answer limit_s=5",
        "device loop answers again",
    ]


def test_a_late_answer_starts_nothing(skipping, inbox):
    calls = Calls(inbox)
    started = []

    async def ask():
        await calls.ask(DeviceQuery(), on_answer=started.append)
        inbox.get(0).reply(READY)
        await asyncio.sleep(0.1)

    skipping.run(ask())
    assert started == []


def test_only_the_first_reply_counts(skipping, inbox):
    calls = Calls(inbox)

    async def ask():
        asking = asyncio.create_task(calls.ask(InvitationQuery("a1")))
        await asyncio.sleep(0)
        reply = inbox.get(0).reply
        reply(InvitationStatus("a1", InvitationState.ANSWERED))
        reply(InvitationStatus("a1", InvitationState.CLOSED))
        return await asking

    assert skipping.run(ask()) == InvitationStatus("a1", InvitationState.ANSWERED)


def test_closing_lets_nobody_wait_and_takes_no_more(skipping, inbox):
    calls = Calls(inbox)

    async def ask():
        asking = asyncio.create_task(calls.ask(DeviceQuery()))
        await asyncio.sleep(0)
        calls.close()
        return await asking, await calls.ask(DeviceQuery())

    for answer in skipping.run(ask()):
        assert (answer.error, answer.fault) == ("cannot_record", "stopping")
    assert inbox.get(0) is not None
    assert inbox.get(0) is None


def test_a_reply_after_the_link_has_gone_is_harmless(inbox):
    calls = Calls(inbox)

    async def ask():
        asking = asyncio.create_task(calls.ask(DeviceQuery()))
        await asyncio.sleep(0)
        calls.close()
        await asking

    with asyncio.Runner() as runner:
        runner.run(ask())
    inbox.get(0).reply(READY)
