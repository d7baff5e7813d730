"""Sealed blobs at the ingest: kept beside the row that names them, receipted on their own, never opened."""

from __future__ import annotations

import msgspec
import pytest

from device.chain import genesis
from province.case_key import CaseKey
from province.store import sealed
from province.store.alarms import latest
from province.store.sealed import MOST_ASIDE_OF_DEVICE
from sync.contract.messages import Receipt
from sync.contract.topics import UpName
from tests.province.province_bench import ProvinceBench
from tests.province.sealing import Blob, leave, plain, sealed_to, wrapped
from tests.province.simulated_device import SimulatedDevice, rating_row
from tests.province.site import Site

KEY = CaseKey.generate().public


def send(
    bench: ProvinceBench, device: SimulatedDevice, blob: Blob, seq: int, log_id: str | None = None
) -> Receipt:
    receipt = bench.say(device, UpName.SEALED, wrapped(device, blob, seq, log_id))
    assert receipt is not None
    return receipt


def kept(bench: ProvinceBench, device: SimulatedDevice, blob: Blob) -> sealed.Blob | None:
    with bench.database.read() as connection:
        return sealed.find(connection, device.log.log_id, blob.sha256)


def aside(bench: ProvinceBench) -> list[tuple[str, int, str]]:
    with bench.database.read() as connection:
        return [(one.device, one.seq, one.sha256) for one in sealed.asides(connection)]


def test_a_blob_is_kept_beside_its_row_and_receipted_by_its_name(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    seq, blob = leave(device, KEY)
    device.rate()
    bench.hello(device)
    bench.send(device)
    receipt = send(bench, device, blob, seq)
    assert (receipt.status, receipt.session) == ("ok", device.session)
    assert (receipt.log_id, receipt.through, receipt.head) == (device.log.log_id, 2, device.log.head)
    found = kept(bench, device, blob)
    assert found is not None
    assert (found.seq, found.kid, found.suite) == (seq, KEY.kid, blob.suite)
    assert (found.enc, found.ct) == (blob.enc, blob.ct)
    assert bench.alarm_codes() == []


def test_the_same_again_is_receipted_again_and_kept_once(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    seq, blob = leave(device, KEY)
    bench.send(device)
    assert [send(bench, device, blob, seq).status for _ in range(3)] == ["ok", "ok", "ok"]
    assert bench.alarm_codes() == []
    assert aside(bench) == []


def test_a_blob_before_its_row_is_asked_for_again(bench: ProvinceBench, device: SimulatedDevice) -> None:
    device.rate()
    seq, blob = leave(device, KEY)
    unknown = send(bench, device, blob, seq)
    assert (unknown.status, unknown.through, unknown.from_seq) == ("resend", 0, None)
    assert unknown.head == genesis(device.log.log_id)
    bench.send(device, 1, 1)
    early = send(bench, device, blob, seq)
    assert (early.status, early.through, early.head) == ("resend", 1, device.log.rows[0].hash)
    assert kept(bench, device, blob) is None
    bench.send(device, 2, 2)
    assert send(bench, device, blob, seq).status == "ok"
    assert bench.alarm_codes() == []


@pytest.mark.parametrize("case", ["other row", "row without", "other ct"])
def test_a_blob_that_its_row_does_not_name_is_alarmed_and_kept_aside(
    bench: ProvinceBench, device: SimulatedDevice, case: str
) -> None:
    seq, blob = leave(device, KEY)
    plain_row = device.rate()
    bench.send(device)
    assert send(bench, device, blob, seq).status == "ok"
    other = sealed_to(KEY, plain(), visit="0" * 32)
    sent, at = {
        "other row": (blob, plain_row),
        "row without": (other, plain_row),
        "other ct": (other, seq),
    }[case]
    receipt = send(bench, device, sent, at)
    assert (receipt.status, receipt.through) == ("quarantined", 2)
    assert bench.alarm_codes() == ["sealed_unknown"]
    assert aside(bench) == [(device.name, at, sent.sha256)]
    send(bench, device, sent, at)
    assert len(aside(bench)) == 1
    found = kept(bench, device, blob)
    assert found is not None
    assert found.ct == blob.ct


def test_a_blob_for_a_row_in_quarantine_is_kept_aside_until_it_is_admitted(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    for _ in range(2):
        device.rate()
    bench.send(device)
    fork = device.log.forked_at(1)
    fork.append(rating_row(at=device.at))
    device.log = fork
    seq, blob = leave(device, KEY)
    assert bench.send(device, 2, seq).status == "quarantined"
    assert send(bench, device, blob, seq).status == "quarantined"
    assert bench.office.admit(fork.log_id, first=seq, last=seq, by="王主任") == 1
    assert send(bench, device, blob, seq).status == "ok"


def test_a_blob_for_another_devices_log_is_refused_and_alarmed(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    seq, blob = leave(device, KEY)
    bench.send(device)
    thief = bench.registered("dev-002")
    receipt = send(bench, thief, blob, seq, device.log.log_id)
    assert (receipt.status, receipt.log_id, receipt.head) == ("refused", None, None)
    assert bench.alarm_codes() == ["sealed_unknown"]
    assert aside(bench) == [("dev-002", seq, blob.sha256)]
    assert kept(bench, device, blob) is None


def test_what_is_kept_aside_has_an_end(bench: ProvinceBench, device: SimulatedDevice) -> None:
    device.rate()
    bench.send(device)
    blobs = [Blob("k", b"%d" % number, b"ct") for number in range(MOST_ASIDE_OF_DEVICE + 1)]
    answers = [send(bench, device, blob, 1).status for blob in blobs]
    assert answers == ["quarantined"] * MOST_ASIDE_OF_DEVICE + ["refused"]
    assert len(aside(bench)) == MOST_ASIDE_OF_DEVICE
    with bench.database.read() as connection:
        (alarm,) = latest(connection, 10)
    assert alarm.times == MOST_ASIDE_OF_DEVICE + 1


@pytest.mark.parametrize(
    "changed", [{"ct": "A"}, {"ct": "QR"}, {"enc": "!"}, {"kid": "a b"}, {"log_id": "x"}]
)
def test_a_blob_that_cannot_be_read_is_refused(
    bench: ProvinceBench, device: SimulatedDevice, changed: dict[str, str]
) -> None:
    seq, blob = leave(device, KEY)
    bench.send(device)
    message = msgspec.structs.replace(blob.message(device.log.log_id, seq), **changed)
    receipt = bench.say(device, UpName.SEALED, device.wrap(message, UpName.SEALED))
    assert receipt is not None
    assert receipt.status == "refused"
    assert bench.alarm_codes() == ["unreadable"]


def test_rows_that_replace_one_another_may_name_the_same_blob(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    seq, blob = leave(device, KEY, visit="a" * 32)
    again = device.rate(2, visit="a" * 32, replaces=seq, sealed=blob.named)
    bench.send(device)
    assert send(bench, device, blob, seq).status == "ok"
    assert send(bench, device, blob, again).status == "ok"
    found = kept(bench, device, blob)
    assert found is not None
    assert found.seq == seq


@pytest.mark.parametrize("named", ["x", 7, {}, {"sha256": 7}, {"sha256": "X" * 64}, ["sha256"]])
def test_a_row_that_names_nothing_that_can_be_read_names_nothing(named: object) -> None:
    assert sealed.named_by({"sealed": named}) is None


def test_the_api_says_that_a_blob_is_held_and_nothing_of_it(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    seq, blob = leave(device, KEY)
    other, _ = leave(device, KEY)
    device.rate()
    bench.send(device)
    send(bench, device, blob, seq)
    with Site(bench) as site:
        answer = site.get("/api/v1/ratings")
    rows = answer.json()["ratings"]
    assert [(row["seq"], row["marks"]) for row in rows] == [(seq, ["sealed_held"]), (other, []), (3, [])]
    assert rows[0]["sealed"] == blob.named
    message = blob.message(device.log.log_id, seq)
    assert message.ct not in answer.text
    assert message.enc not in answer.text
