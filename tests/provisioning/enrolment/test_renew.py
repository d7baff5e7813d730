"""`chuangping renew`: fetched beside, proven on the broker, switched; an ended one waits for a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import msgspec
import pytest
from cryptography import x509

from device.clock import Belief, FakeClock
from device.clock_judgement import RELEASED_AT
from provisioning.enrolment.box_line import BoxLine
from provisioning.enrolment.connection_trial import BrokerTrial
from provisioning.enrolment.progress import Progress
from provisioning.enrolment.renewer import Renewed, Renewer
from provisioning.telling import Telling
from provisioning.texts import load_texts
from tests.provisioning.enrolment.blank_box import BlankBox, said
from tests.provisioning.enrolment.office import answer
from tests.provisioning.enrolment.service import No, Service

BELIEVED = Belief("trusted", "kernel")

pytestmark = pytest.mark.usefixtures("broker")


def serial(box: BlankBox) -> int:
    return x509.load_pem_x509_certificate((box.folder / "identity/device.crt").read_bytes()).serial_number


def key(box: BlankBox) -> bytes:
    return (box.folder / "identity" / "device.key").read_bytes()


def renewed(box: BlankBox, *, belief: Belief = BELIEVED, not_before: datetime = RELEASED_AT) -> Renewed:
    """What comes of it, by a clock that shows now and is believed as `belief` says."""
    clock = FakeClock(belief=belief)
    clock.set_wall(datetime.now(UTC))
    renewer = Renewer(
        box.folder,
        open_line=partial(BoxLine, dates_from=lambda: None),
        trial=BrokerTrial(dates_from=lambda: None, dates_at=lambda: None),
        clock=clock,
        not_before=not_before,
        progress=Progress(Telling(load_texts("en"), say=lambda _: None)),
    )
    return renewer.run(at_once=False, dry_run=False)


@pytest.fixture
def enrolled(service: Service, box: BlankBox) -> BlankBox:
    assert box.enrol(service.ticket()).returncode == 0
    return box


def test_a_fresh_certificate_is_not_due(service: Service, enrolled: BlankBox) -> None:
    asked = len(service.asked)
    assert renewed(enrolled) is Renewed.NOT_DUE
    assert len(service.asked) == asked


@pytest.mark.parametrize(("days", "outcome"), [(276, Renewed.NOT_DUE), (274, Renewed.RENEWED)])
def test_it_is_due_when_less_than_a_third_of_its_life_is_left(
    days: int, outcome: Renewed, service: Service, box: BlankBox
) -> None:
    service.days = days
    box.enrol(service.ticket())
    assert renewed(box) is outcome


def test_without_a_clock_it_goes_by_what_the_province_said_last(service: Service, enrolled: BlankBox) -> None:
    nobody_knows = Belief()
    assert renewed(enrolled, belief=nobody_knows) is Renewed.NO_CLOCK
    late = datetime.now(UTC) + timedelta(days=600)
    assert renewed(enrolled, belief=nobody_knows, not_before=late) is Renewed.RENEWED


def test_the_key_and_the_name_stay(service: Service, enrolled: BlankBox) -> None:
    before, old = key(enrolled), serial(enrolled)
    done = enrolled.renew("--now", "--json")
    assert (done.returncode, said(done)) == (0, {"renewed": "renewed"}), done.stderr
    assert (key(enrolled), serial(enrolled) == old) == (before, False)
    enrolled.check_whole(enrolled.enrolled.device)
    assert enrolled.enrol(service.ticket()).returncode == 0  # still enrolled, and still confirmed
    assert len(service.confirmed) == 1
    assert not (enrolled.folder / "renewal.new").exists()


def test_a_dry_run_asks_for_nothing(service: Service, enrolled: BlankBox) -> None:
    asked, before = len(service.asked), enrolled.state()
    assert "would get a new certificate" in enrolled.renew("--now", "--dry-run").stderr
    assert (len(service.asked), enrolled.state()) == (asked, before)


def test_one_that_the_broker_does_not_take_is_not_switched_to(service: Service, enrolled: BlankBox) -> None:
    old = serial(enrolled)
    statement = enrolled.folder / "identity" / "enrolment.json"
    service.probe_port = 1
    record = enrolled.enrolled
    other = service.enrolment(record.device)
    statement.write_text(statement.read_text().replace(record.statement, other))
    done = enrolled.renew("--now")
    assert (done.returncode, "the broker 127.0.0.1:1 cannot be reached" in done.stderr) == (69, True)
    assert serial(enrolled) == old


def test_an_ended_certificate_waits_for_a_person(service: Service, box: BlankBox) -> None:
    service.days = -1
    token = service.ticket()
    # An answer by the stick: a certificate that has ended would not come in over the network.
    stick = box.folder.with_name("stick")
    stick.mkdir()
    box.run("enrol", "--ticket", box.ticket(token), "--stick", stick, "--offline")
    (request,) = stick.glob("*.request.json")
    answer(service, request)
    service.no["/device/v1/enrolment/confirmed"] = No(503, "unavailable")
    assert box.run("enrol", "--stick", stick, "--yes").returncode == 0
    assert renewed(box) is Renewed.AWAITS
    service.approved = True
    assert renewed(box) is Renewed.RENEWED
    assert serial(box)
    box.check_whole(box.enrolled.device)


def test_an_unconfirmed_box_is_confirmed_by_the_timer(service: Service, box: BlankBox) -> None:
    service.no["/device/v1/enrolment/confirmed"] = No(503, "unavailable")
    assert box.enrol(service.ticket()).returncode == 69
    service.no.clear()
    assert renewed(box) is Renewed.NOT_DUE
    assert service.confirmed == [box.enrolled.device]


def test_a_revoked_device_is_told_so(service: Service, enrolled: BlankBox) -> None:
    service.no["/.well-known/est/simplereenroll"] = No(403, "revoked")
    done = enrolled.renew("--now")
    assert (done.returncode, "certificate was revoked" in done.stderr) == (1, True)


def test_a_box_that_was_never_enrolled_is_78(box: BlankBox) -> None:
    box.folder.mkdir()
    assert box.renew().returncode == 78


def test_one_that_ended_unnoticed_is_found_out_by_the_province_s_tls(service: Service, box: BlankBox) -> None:
    """A box that does not know the time shows its certificate in good faith."""
    service.days = -1
    stick = box.folder.with_name("stick")
    stick.mkdir()
    box.run("enrol", "--ticket", box.ticket(service.ticket()), "--stick", stick, "--offline")
    (request,) = stick.glob("*.request.json")
    answer(service, request)
    box.run("enrol", "--stick", stick, "--yes")
    record = box.folder / "identity" / "enrolment.json"
    early = msgspec.structs.replace(box.enrolled, issued_at="2026-11-02T00:00:00.000+08:00")
    record.write_bytes(msgspec.json.encode(early))
    assert renewed(box, belief=Belief()) is Renewed.AWAITS
    assert service.asked[-1] == "/device/v1/renewals"
