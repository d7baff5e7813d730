"""Ratings by phone: each link once, joined with what the device says, held once and counted once."""

from __future__ import annotations

import pytest

from device.confided import Confided
from device.level import Level
from device.phone_link import read_link
from device.sealing import SealingKey
from province.opening import hand_out
from province.phone.desk import Place, Taken, Unable
from province.phone_log import phone_log
from province.store import recount
from province.store.openings import Opening
from tests.device.sealed import opened
from tests.province.phone_site import PhoneSite, new_visit
from tests.province.simulated_device import SimulatedLog, handling

DAY_MS = 24 * 3600 * 1000


@pytest.fixture
def site(bench):
    site = PhoneSite(bench)
    yield site
    with bench.database.read() as connection:
        assert recount.differences(connection) == []


@pytest.fixture
def visit():
    return new_visit()


def rated(site, token, level=2):
    place = site.desk.of_link(token)
    assert isinstance(place, Place)
    assert place.visit is not None
    taken = site.desk.rate(place, Level(level), language="zh-Hans", visit=place.visit)
    assert isinstance(taken, Taken)
    return taken


def counted(site):
    return [stored for stored in site.bench.stored() if stored.counted]


def test_a_rating_is_counted_at_the_window_before_the_device_has_said_a_word(site, device, visit):
    rated(site, site.link(device, visit))
    (row,) = counted(site)
    assert (row.row["channel"], row.row["level"], row.window, row.row["visit"]) == (3, 2, "W07", visit)
    assert (row.log_id, row.seq, row.row["handling"]) == (phone_log(device.name), 1, None)
    assert site.told == [(device.name, visit)]


@pytest.mark.parametrize("phone_first", [True, False])
def test_whichever_comes_first_one_rating_counts_and_has_the_handling(site, device, visit, phone_first):
    token, named = site.link(device, visit), handling("p-17")
    if phone_first:
        rated(site, token)
    site.silence(device, visit, handling=named)
    if not phone_first:
        rated(site, token)
    (row,) = counted(site)
    assert (row.row["channel"], row.row["level"], row.row["handling"]) == (3, 2, named)
    assert (row.row["clerk"], row.window, row.row["invite"]["via"]) == ("C0231", "W07", "http")
    (silence,) = [stored for stored in site.bench.stored() if stored.row["channel"] == 4]
    assert (silence.counted, silence.marks) == (False, ("rated_by_phone",))
    assert bool(site.told) is phone_first
    assert site.bench.alarm_codes() == []


def test_what_a_power_cut_left_of_the_visit_is_joined_too(site, device, visit):
    rated(site, site.link(device, visit))
    site.silence(device, visit, flags=["interrupted"])
    assert [stored.row["channel"] for stored in counted(site)] == [3]


def test_silence_that_never_went_to_a_phone_stays_what_it_was(site, device, visit):
    site.silence(device, visit)
    (row,) = counted(site)
    assert (row.row["outcome"], row.marks) == ("unanswered", ())


def test_a_level_at_the_window_after_the_phone_does_not_count_and_is_an_alarm(site, device, visit):
    rated(site, site.link(device, visit))
    device.rate(5, visit=visit, flags=["phone_offered"])
    site.bench.hello(device)
    site.bench.send(device)
    assert [(stored.row["channel"], stored.row["level"]) for stored in counted(site)] == [(3, 2)]
    assert site.bench.alarm_codes() == ["duplicate_service"]


def test_after_a_level_at_the_window_the_link_is_used(site, device, visit):
    token = site.link(device, visit)
    device.rate(5, visit=visit, flags=["phone_offered"])
    site.bench.hello(device)
    site.bench.send(device)
    assert site.desk.of_link(token) is Unable.USED
    assert [stored.row["channel"] for stored in counted(site)] == [4]


def test_a_service_that_another_visit_rated_first_is_rated_once(site, device, visit):
    device.rate(5, handling=handling("p-17"))
    site.bench.hello(device)
    site.bench.send(device)
    rated(site, site.link(device, visit))
    site.silence(device, visit, handling=handling("p-17"))
    assert [stored.row["channel"] for stored in counted(site)] == [4]
    assert site.bench.alarm_codes() == ["duplicate_service"]


def test_a_link_is_good_for_one_rating(site, device, visit):
    token = site.link(device, visit)
    place = site.desk.of_link(token)
    assert isinstance(place, Place)
    rated(site, token)
    assert site.desk.of_link(token) is Unable.USED
    # Two telephones had the page open.
    assert site.desk.rate(place, Level(5), language="en", visit=visit) is Unable.USED
    assert [stored.row["level"] for stored in counted(site)] == [2]


def test_a_link_that_was_changed_or_made_up_rates_nothing(site, bench, device, visit):
    token = site.link(device, visit)
    other = site.link(bench.registered("dev-002"), visit)
    found = read_link(token)
    assert found is not None
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "Q"), other[:8] + token[8:], "x", "好", ""):
        assert site.desk.of_link(wrong) is Unable.UNKNOWN


def test_a_link_ends_after_its_days_and_one_without_a_time_with_its_use(site, device, visit):
    timed, untimed = site.link(device, visit), site.link(device, new_visit(), timed=False)
    site.bench.clock.advance(7 * DAY_MS + 60_000)
    assert site.desk.of_link(timed) is Unable.OVER
    rated(site, untimed)
    assert site.desk.of_link(untimed) is Unable.USED


def test_a_device_that_was_shut_out_gives_no_rating(site, device, visit):
    token = site.link(device, visit)
    site.bench.office.revoke(device.name, why="stolen", by="wang")
    assert site.desk.of_link(token) is Unable.OVER


def test_reasons_and_words_are_added_once_and_only_the_case_key_reads_the_words(site, device, visit):
    taken = rated(site, site.link(device, visit))
    codes = [code for code, _ in site.desk.reasons(taken)]
    assert all(code.startswith("2") for code in codes)
    confided = Confided("排队太久", "13900001234", "2026-1")
    assert site.desk.add(taken, [codes[1], "101", codes[0]], confided)
    (row,) = counted(site)
    assert (row.row["indicators"], row.row["anonymous"], row.row["level"]) == (codes[:2], False, 2)
    with site.bench.database.write() as connection:
        kid = SealingKey(site.private.public_key()).kid
        blob = hand_out(connection, Opening(row.log_id, row.seq, "li", kid, "now"))
    assert opened(blob.enc, blob.ct, visit=visit, private=site.private)["contact"] == "13900001234"
    assert not site.desk.add(taken, [codes[2]], None)
    assert "13900001234" not in str(site.bench.stored())


def test_reasons_hold_when_the_device_is_heard_before_or_after_them(site, device, visit):
    taken = rated(site, site.link(device, visit))
    site.silence(device, visit, handling=handling("p-17"))
    code = site.desk.reasons(taken)[0][0]
    assert site.desk.add(taken, [code], None)
    (row,) = counted(site)
    assert (row.row["indicators"], row.row["handling"]) == ([code], handling("p-17"))


def test_nothing_can_be_added_half_an_hour_later_or_by_a_pass_that_was_made_up(site, device, visit):
    taken = rated(site, site.link(device, visit))
    passed = site.desk.pass_of(taken)
    assert site.desk.taken_by(passed) == taken
    assert site.desk.taken_by(passed.replace(visit, new_visit())) is None
    assert site.desk.taken_by("x") is None
    assert site.desk.taken_by("好") is None
    site.bench.clock.advance(30 * 60_000 + 1)
    assert not site.desk.add(taken, [site.desk.reasons(taken)[0][0]], None)


def test_a_poster_rates_its_window_uninvited_and_every_time_anew(site, device):
    token = site.key.window_token("W07")
    place = site.desk.of_window(token)
    assert isinstance(place, Place)
    for _ in range(2):
        assert isinstance(site.desk.rate(place, Level(4), language="zh-Hans", visit=new_visit()), Taken)
    rows = counted(site)
    assert [(r.row["channel"], r.row["flags"], r.marks, r.window) for r in rows] == [
        (3, ["uninvited"], ("uninvited",), "W07")
    ] * 2
    assert site.told == []


@pytest.mark.parametrize("wrong", ["", "好", "AAAA", "A" * 32])
def test_a_poster_of_no_window_rates_nothing(site, device, wrong):
    assert site.desk.of_window(wrong) is Unable.UNKNOWN
    token = site.key.window_token("W07")
    assert site.desk.of_window(token[:-1] + ("A" if token[-1] != "A" else "Q")) is Unable.UNKNOWN


def test_a_device_cannot_take_the_provinces_log_for_its_own(site, bench, device, visit):
    taken = SimulatedLog(phone_log(device.name))
    taken.append({"kind": "note"})
    bench.hello(device, taken)
    assert bench.alarm_codes() == ["foreign_log"]
    rated(site, site.link(device, visit))
    assert len(counted(site)) == 1
