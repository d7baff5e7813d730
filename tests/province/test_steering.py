"""Settings at the province: made, signed, sent again until the device has them."""

from __future__ import annotations

import msgspec
import pytest

from device.errors import InvalidField
from device.province_settings import ClerkEntry
from province.errors import RegistrationError
from province.roster import read_roster
from province.store import settings as store
from province.store.settings import Body
from sync.contract import topics
from sync.contract.assignment import open_assignment
from sync.contract.envelope import unwrap
from sync.contract.keys import KeySet
from sync.contract.messages import Order, Reply, Settings
from sync.contract.topics import UpName
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice


def due(bench: ProvinceBench, device: SimulatedDevice) -> Settings | None:
    answers = bench.dispatch.due(device.name)
    if not answers:
        return None
    (answer,) = answers
    assert answer.retain
    keys = KeySet([bench.key.public])
    message = unwrap(answer.payload, topic=topics.parse(answer.topic), keys=keys).message
    assert isinstance(message, Settings)
    return message


def test_a_changed_key_leaves_the_others_as_they_are(bench: ProvinceBench, device: SimulatedDevice) -> None:
    assert bench.steering.change_settings(device.name, {"window.number": "09", "visit.thanks_s": "2"}) == 1
    assert bench.steering.change_settings(device.name, {"window.name": "不动产", "visit.thanks_s": ""}) == 2
    settings = due(bench, device)
    assert settings is not None
    assert settings.names is not None
    assert (settings.version, settings.names.number, settings.names.name) == (2, "09", "不动产")
    assert settings.rules.thanks_s is None
    assert bench.nudged == [device.name, device.name]


def test_the_assignment_in_the_settings_stands_on_its_own(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    bench.steering.change_settings(device.name, {"window.id": "W09"})
    settings = due(bench, device)
    assert settings is not None
    assert settings.assignment is not None
    assignment = open_assignment(settings.assignment, device=device.name, keys=KeySet([bench.key.public]))
    assert (assignment.window, assignment.number) == ("W09", 2)


def test_settings_are_due_until_the_device_says_it_has_them(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    version = bench.steering.change_settings(device.name, {"window.number": "09"})
    bench.say(device, UpName.HELLO, device.hello())
    assert due(bench, device) is not None
    assert len(bench.dispatch.all_due()) == 1
    bench.say(device, UpName.HELLO, device.hello(settings_version=version))
    assert due(bench, device) is None
    assert bench.dispatch.all_due() == []


def test_a_restored_province_goes_on_after_the_version_that_is_in_force(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    bench.say(device, UpName.HELLO, device.hello(settings_version=41))
    assert bench.steering.change_settings(device.name, {"window.number": "09"}) == 42


def test_a_restored_province_goes_on_after_a_version_that_was_refused(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    bench.say(device, UpName.HELLO, device.hello(settings_version=1, settings_known=2))
    assert bench.steering.change_settings(device.name, {"window.number": "09"}) == 3


def test_settings_made_under_a_number_used_before_get_the_next_one_when_they_are_ignored(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    assert bench.steering.change_settings(device.name, {"window.number": "08"}) == 1
    assert bench.steering.change_settings(device.name, {"window.number": "09"}) == 2
    bench.say(device, UpName.HELLO, device.hello(settings_version=1, settings_known=2))
    for version in (1, 2, 2):  # one that somebody replayed, then the ones meant, said twice
        ignored = Reply(outcome="ignored", settings=version)
        bench.say(device, UpName.REPLY, device.wrap(ignored, UpName.REPLY))
    settings = due(bench, device)
    assert settings is not None
    assert settings.names is not None
    assert (settings.version, settings.names.number) == (3, "09")


def test_settings_that_a_device_refused_say_why(bench: ProvinceBench, device: SimulatedDevice) -> None:
    bench.steering.change_settings(device.name, {"visit.answer_s": "5"})
    reply = Reply(outcome="refused", settings=1, why="rules.answer_s: is 5.0")
    bench.say(device, UpName.REPLY, device.wrap(reply, UpName.REPLY))
    assert bench.steering.settings(device.name)["refused"] == "rules.answer_s: is 5.0"
    assert bench.alarm_codes() == ["settings_refused"]


def test_what_a_device_ignored_is_an_alarm(bench: ProvinceBench, device: SimulatedDevice) -> None:
    bench.say(device, UpName.REPLY, device.wrap(Reply(outcome="ignored", settings=1), UpName.REPLY))
    assert bench.alarm_codes() == ["replayed"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("window.colour", "red"),
        ("visit.answer_s", "soon"),
        ("window.number", "123456789"),
        ("window.id", ""),
        ("clerk.C1", "名" * 41),
        ("rules", "'; DROP TABLE settings; --"),
    ],
)
def test_a_wrong_change_is_refused_and_changes_nothing(
    bench: ProvinceBench, device: SimulatedDevice, key: str, value: str
) -> None:
    with pytest.raises(InvalidField):
        bench.steering.change_settings(device.name, {"window.name": "x", key: value})
    assert due(bench, device) is None


def test_a_whole_set_with_an_unknown_field_is_refused(bench: ProvinceBench, device: SimulatedDevice) -> None:
    with pytest.raises(InvalidField, match="unknown field"):
        bench.steering.replace_settings(device.name, {"names": {}, "colour": "red"})


def clerks(number: int, length: int) -> list[ClerkEntry]:
    return [ClerkEntry(id=code(n, length), shown="名" * 40, post="岗" * 40) for n in range(number)]


def code(number: int, length: int) -> str:
    return f"{number:04}".ljust(length, "号")


@pytest.mark.parametrize(("number", "length"), [(501, 4), (500, 64)])
def test_settings_that_no_message_carries_are_refused(
    bench: ProvinceBench, device: SimulatedDevice, number: int, length: int
) -> None:
    whole = {"clerks": msgspec.to_builtins(clerks(number, length))}
    with pytest.raises(InvalidField, match="settings"):
        bench.steering.replace_settings(device.name, whole)
    fewer = {"clerks": whole["clerks"][:300]}
    assert bench.steering.replace_settings(device.name, fewer) == 1
    settings = due(bench, device)
    assert settings is not None
    assert len(settings.clerks) == 300
    more = {f"clerk.{code(n, length)}": "名" * 40 for n in range(1000, 1000 + number - 300)}
    with pytest.raises(InvalidField, match="settings"):
        bench.steering.change_settings(device.name, more)


def test_settings_that_cannot_be_delivered_hold_up_nobody(
    bench: ProvinceBench, device: SimulatedDevice, caplog: pytest.LogCaptureFixture
) -> None:
    other = bench.registered("dev-002", window="W08")
    for one in (device, other):
        bench.say(one, UpName.HELLO, one.hello())
        bench.steering.change_settings(one.name, {"window.number": "09"})
        bench.steering.order(one.name, "restart", {})
    with bench.database.write() as connection:
        store.add(connection, device.name, Body(clerks=clerks(1000, 64)), at="2026-11-22T10:15:20.000+08:00")
    kinds = [answer.topic.rsplit("/", 2)[0::2] for answer in bench.dispatch.all_due()]
    assert sorted(kinds) == [
        [f"hcp/1/{device.name}", "order"],
        *([f"hcp/1/{other.name}", n] for n in ("order", "settings")),
    ]
    assert [answer.topic for answer in bench.dispatch.due(device.name)] == [f"hcp/1/{device.name}/down/order"]
    assert sum("cannot be delivered" in line for line in caplog.messages) == 1


def test_a_stranger_cannot_be_set(bench: ProvinceBench) -> None:
    with pytest.raises(RegistrationError, match="no device dev-999 is registered"):
        bench.steering.change_settings("dev-999", {"window.name": "x"})
    with pytest.raises(RegistrationError, match="no device dev-999 is registered"):
        bench.steering.order("dev-999", "restart", {})


def ordered(bench: ProvinceBench, device: SimulatedDevice) -> list[Order]:
    keys = KeySet([bench.key.public])
    found = []
    for answer in bench.dispatch.due(device.name):
        assert not answer.retain
        message = unwrap(answer.payload, topic=topics.parse(answer.topic), keys=keys).message
        assert isinstance(message, Order)
        found.append(message)
    return found


def test_an_order_is_addressed_to_the_session_that_is_on(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    id_ = bench.steering.order(device.name, "show_notice", {"text": "停电"})
    assert ordered(bench, device) == []
    bench.say(device, UpName.HELLO, device.hello())
    (order,) = ordered(bench, device)
    assert (order.id, order.session, order.arguments) == (id_, device.session, {"text": "停电"})
    device.session = "0123456789abcdef"
    bench.say(device, UpName.HELLO, device.hello())
    assert [(order.id, order.session) for order in ordered(bench, device)] == [(id_, device.session)]


def test_an_order_is_due_until_it_is_answered_or_has_run_out(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    bench.say(device, UpName.HELLO, device.hello())
    first = bench.steering.order(device.name, "restart", {})
    assert len(bench.dispatch.all_due()) == 1
    ignored = Reply(outcome="ignored", order=first)
    bench.say(device, UpName.REPLY, device.wrap(ignored, UpName.REPLY))
    assert len(ordered(bench, device)) == 1
    bench.say(device, UpName.REPLY, device.wrap(Reply(outcome="done", order=first), UpName.REPLY))
    assert ordered(bench, device) == []
    bench.steering.order(device.name, "restart", {})
    bench.clock.advance(600_001)
    assert bench.dispatch.all_due() == []


def test_a_device_cannot_answer_for_another(bench: ProvinceBench, device: SimulatedDevice) -> None:
    bench.say(device, UpName.HELLO, device.hello())
    order = bench.steering.order(device.name, "restart", {})
    other = bench.registered("dev-002", window="W08")
    bench.say(other, UpName.REPLY, other.wrap(Reply(outcome="done", order=order), UpName.REPLY))
    assert len(ordered(bench, device)) == 1


def test_the_list_of_devices_shows_what_became_of_the_newest_orders(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    for _ in range(7):
        order = bench.steering.order(device.name, "restart", {})
        bench.clock.advance(1_000)
    reply = Reply(outcome="refused", order=order, why="not now")
    bench.say(device, UpName.REPLY, device.wrap(reply, UpName.REPLY))
    with bench.database.read() as connection:
        (entry,) = read_roster(connection)
    assert len(entry.orders) == 5
    assert (entry.orders[0].id, entry.orders[0].outcome, entry.orders[0].why) == (order, "refused", "not now")


@pytest.mark.parametrize("arguments", [{"text": "x" * 401}, {str(n): "x" for n in range(17)}])
def test_an_order_that_no_message_holds_is_refused(
    bench: ProvinceBench, device: SimulatedDevice, arguments: dict[str, str]
) -> None:
    with pytest.raises(InvalidField):
        bench.steering.order(device.name, "show_notice", arguments)
