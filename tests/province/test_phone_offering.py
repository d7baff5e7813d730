"""The offer of rating by phone reaches every device in its settings, and goes when it is taken back."""

from __future__ import annotations

from device.province_settings import PhoneOffer
from province.phone.keys import PhoneKey
from province.phone.offering import LOOK_EVERY_MS, Offering
from province.store import settings

OFFER = PhoneOffer(base="https://hcp.sc.example.cn/r/", key=PhoneKey.generate().public)


def offered(bench, device):
    with bench.database.read() as connection:
        newest = settings.newest(connection, device.name)
    return (newest.version, newest.body.phone) if newest else None


def test_every_device_gets_the_offer_once_and_keeps_what_else_is_set(bench, device):
    bench.steering.change_settings(device.name, {"window.number": "07"})
    offering = Offering(bench.database, clock=bench.clock, offer=OFFER)
    for _ in range(3):
        offering.look()
        bench.clock.advance(LOOK_EVERY_MS)
    assert offered(bench, device) == (2, OFFER)
    later = bench.registered("dev-002")
    offering.look()
    assert offered(bench, later) == (1, OFFER)
    assert bench.steering.settings(device.name)["settings"]["names"] == {"number": "07"}


def test_whoever_sets_everything_anew_does_not_take_it_away(bench, device):
    offering = Offering(bench.database, clock=bench.clock, offer=OFFER)
    offering.look()
    bench.steering.replace_settings(device.name, {})
    bench.clock.advance(LOOK_EVERY_MS)
    offering.look()
    assert offered(bench, device) == (3, OFFER)


def test_an_offer_that_is_taken_back_goes_and_none_is_no_settings(bench, device):
    Offering(bench.database, clock=bench.clock, offer=OFFER).look()
    Offering(bench.database, clock=bench.clock, offer=None).look()
    assert offered(bench, device) == (2, None)
    other = bench.registered("dev-002")
    Offering(bench.database, clock=bench.clock, offer=None).look()
    assert offered(bench, other) is None


def test_the_signed_settings_carry_it(bench, device):
    Offering(bench.database, clock=bench.clock, offer=OFFER).look()
    bench.hello(device)
    (answer,) = bench.dispatch.due(device.name)
    assert answer.topic.endswith("/down/settings")
