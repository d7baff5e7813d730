"""Handing blobs out: to whom, by which words, and what is kept of it."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from device.clock import SystemClock
from province.case_key import CaseKey
from province.errors import OpeningError
from province.folder import ProvinceFolder
from province.ingest.ingest import Ingest
from province.role import Role
from province.store import openings
from province.store.database import Database
from province.store.openings import Opening
from sync.contract.keys import KeySet, KeyUse, PublicKey, SigningKey, open_key_set, sign_key_set
from sync.contract.topics import UpName
from tests.province.province_bench import ProvinceBench
from tests.province.province_process import Province
from tests.province.sealing import CONTACT, WORDS, Blob, leave, plain, sealed_to, wrapped
from tests.province.simulated_device import SimulatedDevice
from tests.province.site import BEARER, Site

Done = subprocess.CompletedProcess[str]
KEY, OTHER = CaseKey.generate(), CaseKey.generate()


def left(bench: ProvinceBench, device: SimulatedDevice) -> tuple[int, Blob]:
    """Something left, and arrived."""
    seq, blob = leave(device, KEY.public)
    bench.send(device)
    receipt = bench.say(device, UpName.SEALED, wrapped(device, blob, seq))
    assert receipt is not None
    assert receipt.status == "ok"
    return seq, blob


def kept(bench: ProvinceBench) -> list[Opening]:
    with bench.database.read() as connection:
        return openings.all_openings(connection)


def test_who_holds_the_key_is_handed_the_blob_and_that_is_kept(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    seq, blob = left(bench, device)
    handed = bench.office.hand_out(device.log.log_id, seq, by="王主任", kid=KEY.kid)
    assert (handed.sha256, handed.enc, handed.ct) == (blob.sha256, blob.enc, blob.ct)
    assert KEY.open(handed).words == WORDS
    bench.office.hand_out(device.log.log_id, seq, by="李", kid=KEY.kid)
    at = "2026-11-22T10:15:00.000+08:00"
    assert kept(bench) == [Opening(device.log.log_id, seq, by, KEY.kid, at) for by in ("王主任", "李")]


def test_the_last_row_of_a_visit_leads_to_the_blob_that_came_with_an_earlier_one(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    seq, blob = left(bench, device)
    visit = bench.stored()[0].row["visit"]
    last = device.rate(1, visit=visit, replaces=seq, sealed=blob.named)
    bench.send(device)
    handed = bench.office.hand_out(device.log.log_id, last, by="王主任", kid=KEY.kid)
    assert KEY.open(handed).contact == CONTACT


def test_what_is_not_there_is_named_and_nothing_is_kept(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    seq, _ = left(bench, device)
    plain_row = device.rate()
    unsent, _ = leave(device, KEY.public)
    bad, _ = leave(device, KEY.public, visit="no visit")
    bench.send(device)
    log = device.log.log_id
    for which, kid, said in (
        ((log, 99), KEY.kid, rf"^log {log} has no row 99 here"),
        (("f" * 32, 1), KEY.kid, rf"^log {'f' * 32} has no row 1 here"),
        ((log, plain_row), KEY.kid, r"names nothing sealed"),
        ((log, bad), KEY.kid, r"names nothing sealed"),
        ((log, unsent), KEY.kid, r"has not arrived here; try again later$"),
        ((log, seq), OTHER.kid, rf"is sealed to the key {KEY.kid}; the key given is {OTHER.kid}$"),
    ):
        with pytest.raises(OpeningError, match=said):
            bench.office.hand_out(*which, by="王主任", kid=kid)
    assert kept(bench) == []


def test_over_http_only_an_operator_is_handed_one(bench: ProvinceBench, device: SimulatedDevice) -> None:
    seq, _ = left(bench, device)
    wanted = {"log_id": device.log.log_id, "seq": seq, "by": "王主任", "kid": KEY.kid}
    viewer = bench.office.make_token("screen", role=Role.VIEWER, hall=None)
    with Site(bench) as site:

        def ask(headers: dict[str, str], **changed: object) -> httpx.Response:
            return site.client.post("/api/v1/openings", json={**wanted, **changed}, headers=headers)

        assert ask({}).status_code == 401
        assert ask({"Authorization": f"Bearer {viewer}"}).status_code == 403
        assert ask(BEARER, kid="a/b").status_code == 422
        refused = ask(BEARER, kid=OTHER.kid)
        assert (refused.status_code, refused.json()["error"]) == (409, "conflict")
        assert kept(bench) == []
        given = ask(BEARER)
    assert given.status_code == 200
    for secret in (WORDS, CONTACT):
        assert secret not in given.text
    assert [one.by for one in kept(bench)] == ["王主任"]


# The commands, on a province of their own.


class Place:
    """A province made by `init`, with one device whose citizen has left something."""

    def __init__(self, folder: Path) -> None:
        self.province = Province(folder)
        self.province.init()
        self.key = folder / "case" / "private.pem"
        self.device = SimulatedDevice("dev-001", datetime.now(UTC))
        out = self.province.add(self.device)
        keys = open_key_set(
            (out / "keys.jws").read_text(), PublicKey.from_certificate((out / "ca.crt").read_bytes())
        )
        assert keys.sealing is not None
        self.sealing = keys.sealing
        self.seq, self.blob = leave(self.device, self.sealing)
        self.take(self.device.ratings(1, self.seq), UpName.RATINGS)
        self.take(wrapped(self.device, self.blob, self.seq), UpName.SEALED)

    def take(self, payload: bytes, name: UpName) -> None:
        with Database(f"sqlite:///{self.province.folder / 'province.db'}") as database:
            ingest = Ingest(database, clock=SystemClock(), key=SigningKey.generate())
            assert ingest.take(self.device.topic(name), payload) is not None

    def open(self, *arguments: str | Path, key: Path | None = None, seq: int | None = None) -> Done:
        which = ("--log", self.device.log.log_id, "--seq", str(seq or self.seq))
        return self.province.command(
            "open", "--config", self.province.config, *which, "--key", key or self.key, *arguments
        )

    def openings(self) -> list[dict[str, object]]:
        done = self.province.command("openings", "list", "--config", self.province.config, "--json")
        assert done.returncode == 0, done.stderr
        found: list[dict[str, object]] = json.loads(done.stdout)
        return found


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path / "province")
    yield made
    process = made.province.process
    if process is not None and process.poll() is None:
        made.province.stop(signal.SIGKILL)


def test_the_command_prints_what_was_left_and_keeps_who_asked(place: Place) -> None:
    done = place.open("--by", "王主任")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"words    {WORDS}\ncontact  {CONTACT}\nconsent  2026-1\n"
    place.province.start()  # and while the province has the database
    done = place.open("--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "log_id": place.device.log.log_id,
        "seq": place.seq,
        "visit": json.loads(place.device.log.rows[0].canonical)["visit"],
        "purpose": "words_contact",
        "words": WORDS,
        "contact": CONTACT,
        "consent": "2026-1",
    }
    first, second = place.openings()
    assert (first["by"], first["log_id"], first["seq"]) == ("王主任", place.device.log.log_id, place.seq)
    assert (first["kid"], bool(second["by"])) == (place.sealing.kid, True)
    assert WORDS not in json.dumps([first, second], ensure_ascii=False)
    shown = place.province.command("openings", "list", "--config", place.province.config).stdout
    assert f"  王主任  log {place.device.log.log_id}  row {place.seq}  key {place.sealing.kid}" in shown
    log = (place.province.folder / "log").read_text()
    assert WORDS not in log
    assert CONTACT not in log
    assert place.province.stop() == 0


def test_a_key_that_others_may_read_or_that_is_anothers_is_refused_and_nothing_is_kept(
    place: Place, tmp_path: Path
) -> None:
    place.key.chmod(0o644)
    done = place.open()
    assert (done.returncode, done.stdout) == (78, "")
    assert done.stderr == f"{place.key}: others may read it (mode 644); chmod 600 {place.key}\n"
    other = tmp_path / "other.pem"
    other.write_bytes(OTHER.pem())
    other.chmod(0o600)
    done = place.open(key=other)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"is sealed to the key {place.sealing.kid}; the key given is {OTHER.kid}" in done.stderr
    done = place.open(key=place.province.folder / "signing.key")
    assert (done.returncode, done.stdout) == (1, "")
    assert place.openings() == []


def test_what_a_terminal_would_obey_is_shown_and_not_obeyed(place: Place) -> None:
    text = plain("好\x1b[2J\ncontact  1\u202e", None)
    visit = "c" * 32
    blob = sealed_to(place.sealing, text, visit=visit)
    seq = place.device.rate(1, visit=visit, sealed=blob.named)
    place.take(place.device.ratings(seq, seq), UpName.RATINGS)
    place.take(wrapped(place.device, blob, seq), UpName.SEALED)
    done = place.open(seq=seq)
    assert done.stdout == ("words    好\\u001b[2J\\u000acontact  1\\u202e\ncontact  -\nconsent  2026-1\n")
    done = place.open("--json", seq=seq)
    assert json.loads(done.stdout)["words"] == "好\x1b[2J\ncontact  1\u202e"
    assert "\u202e" not in done.stdout


# The key itself.


def keys_in(folder: Path) -> KeySet:
    root = PublicKey.from_certificate((folder / "ca" / "ca.crt").read_bytes())
    return open_key_set((folder / "keys.jws").read_text(), root)


def make(folder: Path) -> None:
    ProvinceFolder(folder).make(host="127.0.0.1", mqtt_port=1, web_port=1, now=datetime.now(UTC))


def test_init_makes_a_key_pair_whose_private_half_is_in_a_folder_of_its_own(place: Place) -> None:
    assert oct(place.key.stat().st_mode & 0o777) == "0o600"
    assert oct(place.key.parent.stat().st_mode & 0o777) == "0o700"
    assert [path.name for path in place.key.parent.iterdir()] == ["private.pem"]
    key = CaseKey.load(place.key)
    assert place.sealing == key.public
    assert place.sealing.use is KeyUse.SEAL
    port = str(place.province.mqtt_port)
    again = place.province.command(
        *("init", "--dir", place.province.folder, "--mqtt-port", port, "--web-port", port)
    )
    assert (
        f"{place.key}: opens what citizens leave; give it to the case role, off this machine" in again.stderr
    )


def test_a_key_that_was_carried_off_is_not_made_again(tmp_path: Path) -> None:
    make(tmp_path)
    before = (tmp_path / "keys.jws").read_bytes()
    key = tmp_path / "case" / "private.pem"
    away = key.read_bytes()
    key.unlink()
    key.parent.rmdir()
    make(tmp_path)
    assert not key.parent.exists()
    assert (tmp_path / "keys.jws").read_bytes() == before
    assert b"PRIVATE KEY" in away


def test_a_key_set_of_before_gets_a_sealing_key_and_keeps_its_others(tmp_path: Path) -> None:
    make(tmp_path)
    root = SigningKey.load(tmp_path / "ca" / "ca.key")
    signing, older = SigningKey.load(tmp_path / "signing.key"), SigningKey.generate()
    (tmp_path / "case" / "private.pem").unlink()
    old = sign_key_set(KeySet([signing.public, older.public]), root, datetime.now(UTC))
    (tmp_path / "keys.jws").write_text(old)
    assert keys_in(tmp_path).sealing is None
    make(tmp_path)
    keys = keys_in(tmp_path)
    assert [key.kid for key in keys][:2] == [signing.kid, older.kid]
    assert keys.sealing == CaseKey.load(tmp_path / "case" / "private.pem").public


def test_a_power_cut_between_key_and_key_set_costs_no_second_key(tmp_path: Path) -> None:
    make(tmp_path)
    before = keys_in(tmp_path).sealing
    (tmp_path / "keys.jws").unlink()
    make(tmp_path)
    assert keys_in(tmp_path).sealing == before


def test_another_signing_key_leaves_the_sealing_key_as_it_is(tmp_path: Path) -> None:
    make(tmp_path)
    sealing = keys_in(tmp_path).sealing
    new = SigningKey.generate()
    (tmp_path / "signing.key").write_bytes(new.pem())
    (tmp_path / "case" / "private.pem").unlink()
    make(tmp_path)
    assert list(keys_in(tmp_path)) == [new.public, sealing]
