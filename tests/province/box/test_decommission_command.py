"""`chuangping decommission` on a box, against a province over HTTPS."""

from __future__ import annotations

import dataclasses
import threading
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from device.events import Stop, TechnicianCall
from device.inbox import Inbox
from device.technician import TechnicianAnswer, TechnicianVerb
from hardware.control_socket import ControlSocket
from province.decommissions import Decommissions
from province.errors import Declined
from province.store import decommissions
from provisioning.kept_files import destroy_file
from sync.contract.decommission import Decommission, open_decommission
from sync.contract.keys import KeySet
from sync.contract.messages import SignedHead
from sync.contract.topics import UpName
from tests.patience import PATIENCE_S
from tests.province.box.boxes import act, arrived, places_of, receipted, refused, said
from tests.province.province_bench import ProvinceBench
from tests.province.rescue.cards import fill
from tests.province.simulated_device import SimulatedDevice, SimulatedLog
from tests.province.technician_site import TechnicianSite
from tests.provisioning.console import chuangping_here


def test_a_device_with_undelivered_rows_is_not_decommissioned(
    bench: ProvinceBench, site: TechnicianSite, pem: Path, root: Path
) -> None:
    nothing = act("decommission", root, pem, "--yes")
    assert refused(nothing) == "undelivered"
    assert "7 rows and 0 sealed blobs have not arrived" in nothing.stderr
    receipted(root, 4)
    assert "3 rows and 0 sealed" in act("decommission", root, pem, "--yes").stderr
    receipted(root, 7)  # by a file that says more than the province holds
    assert refused(act("decommission", root, pem, "--yes")) == "rows_missing"
    assert (root / "etc/chuangping/identity/device.key").exists()
    assert places_of(bench, "dev-001")[-1].until_at is None


def test_a_device_is_decommissioned_with_a_receipt_and_without_its_key(
    bench: ProvinceBench, site: TechnicianSite, pem: Path, root: Path
) -> None:
    arrived(root, pem)
    key = root / "etc/chuangping/identity/device.key"
    dry = act("decommission", root, pem, "--dry-run")
    assert (said(dry)["dry_run"], key.exists()) == (True, True)
    assert refused(act("decommission", root, pem)) == "nobody"
    done = said(act("decommission", root, pem, "--yes"))
    assert not key.exists()
    assert (root / "var/lib/chuangping/ratings.db").exists()
    statement = Path(done["receipt"]).read_text().strip()
    told = open_decommission(statement, device="dev-001", keys=KeySet([bench.key.public]))
    assert (told.by, told.lost, [log.seq for log in told.logs]) == ("zhang", 0, [7])
    (place,) = places_of(bench, "dev-001")
    assert place.until_at == told.at
    again = act("decommission", root, pem, "--yes")
    assert said(again)["at"] == told.at
    assert "was decommissioned at" in again.stderr
    assert refused(act("move", root, pem, "--to", "W08", "--yes")) == "decommissioned"


def test_what_ended_after_the_provinces_word_and_before_the_key_is_finished_by_the_next_run(
    bench: ProvinceBench, site: TechnicianSite, pem: Path, root: Path
) -> None:
    arrived(root, pem)
    key = root / "etc/chuangping/identity/device.key"
    content = key.read_bytes()
    first = said(act("decommission", root, pem, "--yes"))
    key.write_bytes(content)
    Path(first["receipt"]).unlink()
    second = said(act("decommission", root, pem, "--yes"))
    assert (second["at"], key.exists()) == (first["at"], False)
    key.write_bytes(content)
    said(act("decommission", root, pem, "--yes"))
    assert not key.exists()


def test_rows_may_be_lost_on_the_technicians_word_and_the_receipt_says_how_many(
    bench: ProvinceBench, site: TechnicianSite, pem: Path, root: Path
) -> None:
    assert refused(act("decommission", root, pem, "--yes", "--lose", "6")) == "undelivered"
    done = act("decommission", root, pem, "--yes", "--lose", "7")
    assert said(done)["lost"] == 7
    assert "7 rows and 0 sealed blobs that the province does not have may be lost" in done.stderr
    with bench.database.read() as connection:
        kept = decommissions.find(connection, "dev-001")
    assert kept is not None
    assert (kept.technician, kept.lost) == ("zhang", 7)
    told: Decommission = open_decommission(kept.statement, device="dev-001", keys=KeySet([bench.key.public]))
    assert told.lost == 7


class LastVisit:
    """A device in whose window somebody is served: the last row is appended before the visit is over."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.inbox = Inbox()
        self.asked: list[TechnicianVerb] = []

    def __call__(self) -> None:
        answer = TechnicianAnswer(True, None, None, True, "00" * 16, 7, 3, "W07", 2)
        while isinstance(event := self.inbox.get(None), TechnicianCall):
            self.asked.append(event.verb)
            if len(self.asked) == 2:
                fill(self.root / "var/lib/chuangping", 8, 8).close()
                receipted(self.root, 8)  # by a file that says more than the province holds
            event.reply(dataclasses.replace(answer, serving=len(self.asked) < 3))


def test_a_visit_that_had_begun_is_waited_for_and_what_was_said_in_it_is_not_lost(
    bench: ProvinceBench, site: TechnicianSite, pem: Path, root: Path
) -> None:
    arrived(root, pem)
    data = root / "var/lib/chuangping"
    (root / "etc/chuangping/device.toml").write_text(
        f'kind = "device"\n[device]\nid = "dev-001"\nfolder = "{data}"\n[counter]\ntoken_file = "token"\n'
    )
    token = root / "etc/chuangping/token"
    token.write_text("secret" * 10)
    token.chmod(0o600)
    visit = LastVisit(root)
    answering = threading.Thread(target=visit, name="answers")
    control = ControlSocket(data, visit.inbox)
    answering.start()
    control.start()
    try:
        done = act("decommission", root, pem, "--yes")
    finally:
        control.stop()
        visit.inbox.put(Stop())
        answering.join(PATIENCE_S)
    assert visit.asked[:3] == [TechnicianVerb.PAUSE, TechnicianVerb.SHOW, TechnicianVerb.SHOW]
    assert refused(done) == "rows_missing"  # the agent, which would have sent it, is not there
    assert "waiting until that visit is over" in done.stderr
    assert visit.asked[-1] is TechnicianVerb.RESUME
    assert (root / "etc/chuangping/identity/device.key").exists()


def test_rows_of_a_decommissioned_device_are_rescued_at_the_window_where_they_were_given(
    bench: ProvinceBench, site: TechnicianSite, pem: Path, root: Path
) -> None:
    said(act("decommission", root, pem, "--yes", "--lose", "7"))
    bench.registered("dev-002", "W07")
    done = chuangping_here("rescue", root, "--technician", pem, "--yes", "--json")
    assert said(done)["rows"] == 7
    assert {(s.device, s.window) for s in bench.stored()} == {("dev-001", "W07")}


def test_a_box_of_another_province_is_refused_by_the_technicians_file(
    bench: ProvinceBench, site: TechnicianSite, pem: Path, root: Path
) -> None:
    foreign = type(bench.ca).make(bench.clock.now().wall)
    (root / "etc/chuangping/identity/ca.crt").write_bytes(foreign.pem[0])
    assert refused(act("move", root, pem, "--to", "W08", "--yes")) == "other_province"
    assert (
        refused(chuangping_here("move", "--to", "W08", "--dir", root, "--technician", pem, "--json"))
        == "no_box"
    )


class Marked:
    """Shuts devices out in its own list."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str, str]] = []
        self.settled = 0

    def mark(self, connection: sa.Connection, device: str, why: str, by: str) -> None:
        assert connection.in_transaction()
        self.said.append((device, why, by))

    def settle(self) -> None:
        self.settled += 1


def test_a_decommissioned_device_is_shut_out_once_and_the_broker_told_each_time(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    marked = Marked()
    service = Decommissions(bench.database, clock=bench.clock, key=bench.key, shut_out=marked)
    first = service.end(device.name, [], by="zhang", lose=0, dry_run=True)
    assert (first.statement, marked.said, marked.settled) == ("", [], 0)
    ended = [service.end(device.name, [], by=by, lose=0, dry_run=False) for by in ("zhang", "li")]
    assert ended[0] == ended[1]
    assert (marked.said, marked.settled) == ([("dev-001", "decommissioned", "zhang")], 2)


def test_the_log_of_another_device_is_not_what_a_device_has_delivered(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    other = bench.registered("dev-002", "W08")
    other.rate()
    bench.hello(other)
    bench.send(other)
    head = SignedHead(log_id=other.log.log_id, seq=1, hash=other.log.head)
    service = Decommissions(bench.database, clock=bench.clock, key=bench.key)
    with pytest.raises(Declined, match="1 rows of device dev-001 have not arrived") as missing:
        service.end(device.name, [head], by="zhang", lose=0, dry_run=False)
    assert missing.value.facts["rows"] == 1
    differs = SignedHead(log_id=other.log.log_id, seq=1, hash="0" * 64)
    with pytest.raises(Declined, match="is another here than on the device"):
        service.end(other.name, [differs], by="zhang", lose=9, dry_run=False)
    assert places_of(bench, other.name)[-1].until_at is None


def test_rows_of_a_card_put_back_to_an_older_state_are_not_taken_for_those_that_are_held(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    for _ in range(6):
        device.rate()
    bench.hello(device)
    bench.send(device)
    older = device.log.forked_at(3)
    device.log = older
    device.rate(1)  # a fourth row that the province has never seen, in the place of one that it has
    end = SignedHead(log_id=older.log_id, seq=4, hash=older.head)
    service = Decommissions(bench.database, clock=bench.clock, key=bench.key)
    with pytest.raises(Declined, match="is another here than on the device"):
        service.end(device.name, [end], by="zhang", lose=0, dry_run=False)
    assert bench.send(device, 4, 4).status == "diverged"
    closed = msgspec.structs.replace(older.state(), state="closed")
    new = SimulatedLog()
    bench.say(device, UpName.HELLO, device.hello(new, logs=[closed, new.state()]))
    assert bench.send(device, 4, 4).status == "quarantined"  # held now, beside the others
    assert service.end(device.name, [end], by="zhang", lose=0, dry_run=False).lost == 0


def test_what_a_device_announced_and_its_card_does_not_have_any_more_is_missing(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    for _ in range(5):
        device.rate()
    bench.hello(device)
    bench.send(device, 1, 2)
    head = SignedHead(log_id=device.log.log_id, seq=5, hash=device.log.head)
    bench.say(device, UpName.STATUS, device.status(online=True, head=head))
    service = Decommissions(bench.database, clock=bench.clock, key=bench.key)
    for ends in ([], [SignedHead(log_id=device.log.log_id, seq=2, hash=device.log.rows[1].hash)]):
        with pytest.raises(Declined, match="3 rows of device dev-001 have not arrived"):
            service.end(device.name, ends, by="zhang", lose=0, dry_run=False)
    assert service.end(device.name, [], by="zhang", lose=3, dry_run=False).lost == 3


def test_a_destroyed_file_is_overwritten_before_it_goes(tmp_path: Path) -> None:
    secret, witness = tmp_path / "key", tmp_path / "witness"
    secret.write_bytes(b"secret" * 100)
    witness.hardlink_to(secret)  # the same blocks, by another name
    destroy_file(secret)
    assert not secret.exists()
    assert witness.read_bytes() == bytes(600)
    destroy_file(secret)
