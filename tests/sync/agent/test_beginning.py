"""What the enrolment gives the agent before it has ever spoken with the province."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from device.clock import wall_text
from device.enrolled import Enrolled
from device.errors import ConfigError
from device.province_settings import Assignment, VisitRules
from sync.agent.beginning import Beginning, read_beginning
from sync.agent.identity import Identity
from sync.contract.assignment import sign_assignment
from sync.contract.enrolment import BrokerAddress, Enrolment, sign_enrolment
from sync.contract.envelope import PROVINCE, wrap
from sync.contract.keys import KeySet, SigningKey
from sync.contract.messages import Settings
from sync.contract.topics import DownName

KEY = SigningKey.generate()
AT = datetime(2026, 11, 22, 2, 15, tzinfo=UTC)
SETTINGS = Settings(version=3, rules=VisitRules(answer_s=30))
BROKER = BrokerAddress(host="h", port=1, probe_port=2)


def settings_for(device: str, key: SigningKey = KEY) -> str:
    message = wrap(
        SETTINGS,
        name=DownName.SETTINGS,
        source=PROVINCE,
        subject=f"/devices/{device}",
        at=AT,
        key=key,
        id="id",
    )
    return message.decode("ascii")


def kept(tmp_path: Path, settings: str | None, *, key: SigningKey = KEY) -> Path:
    assignment = sign_assignment(Assignment(device="d-0001", window="W07", number=4), key)
    enrolment = Enrolment(
        device="d-0001",
        ticket="0123456789abcdef",
        issued_at=wall_text(AT),
        broker=BROKER,
        url="https://h:1",
        assignment=assignment,
        settings=settings,
    )
    enrolled = Enrolled(
        device="d-0001",
        ticket=enrolment.ticket,
        window="W07",
        issued_at=enrolment.issued_at,
        statement=sign_enrolment(enrolment, key),
        board="4711",
    )
    path = tmp_path / "enrolment.json"
    path.write_bytes(msgspec.json.encode(enrolled))
    return path


@pytest.fixture
def identity() -> Identity:
    return Identity("d-0001", SigningKey.generate(), KeySet([KEY.public]))


def test_it_knows_a_time_that_has_passed_and_its_first_settings(tmp_path: Path, identity: Identity) -> None:
    token = settings_for("d-0001")
    beginning = read_beginning(kept(tmp_path, token), identity, board="4711")
    assert beginning.floor == AT
    assert beginning.settings is not None
    assert (beginning.settings.settings, beginning.settings.token) == (SETTINGS, token.encode())


def test_without_an_enrolment_it_knows_nothing(identity: Identity) -> None:
    assert read_beginning(None, identity, board="4711") == Beginning()


@pytest.mark.parametrize(
    "settings", [None, settings_for("d-0002"), settings_for("d-0001", SigningKey.generate()), "x"]
)
def test_settings_that_are_not_for_it_are_not_taken(
    settings: str | None, tmp_path: Path, identity: Identity
) -> None:
    assert read_beginning(kept(tmp_path, settings), identity, board=None) == Beginning(AT, None)


def test_an_enrolment_signed_by_nobody_known_gives_no_settings(tmp_path: Path, identity: Identity) -> None:
    path = kept(tmp_path, settings_for("d-0001"), key=SigningKey.generate())
    assert read_beginning(path, identity, board="4711").settings is None


def test_in_another_box_the_agent_does_not_start(tmp_path: Path, identity: Identity) -> None:
    with pytest.raises(ConfigError, match=r"enrolled in the box with the serial number 4711, this is 4712"):
        read_beginning(kept(tmp_path, None), identity, board="4712")
