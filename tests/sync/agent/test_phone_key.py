"""The key for links to phones: derived before the settings that want it are there, for the device to find."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from device.clock import FakeClock
from device.down_store import DownStore
from device.invitation_store import InvitationStore
from device.phone import read_phone_key
from device.phone_link import derive_key, point_text, read_point
from device.province_settings import PhoneOffer
from sync.agent.device_file import DeviceFile
from sync.agent.province_word import ProvinceWord
from sync.agent.store import SyncStore
from sync.contract.keys import PublicKey, SigningKey
from sync.contract.messages import Settings

BASE = "https://hcp.sc.example.cn/r/"


def word(folder: Path, store: SyncStore, key: SigningKey) -> ProvinceWord:
    file = InvitationStore(folder / "device.db")
    file.open(FakeClock().now())
    assert DownStore(file).is_open
    return ProvinceWord(
        store=store,
        device=DeviceFile(folder / "device.db"),
        clock=FakeClock(),
        phone_key=lambda public: key.share(read_point(public), device="d-0001"),
    )


def test_the_device_finds_the_key_that_the_province_derives_too(tmp_path: Path) -> None:
    key, province = SigningKey.generate(), ec.generate_private_key(ec.SECP256R1())
    public = point_text(province.public_key())
    with SyncStore(tmp_path / "sync.db") as store:
        settings = Settings(version=1, phone=PhoneOffer(base=BASE, key=public))
        assert word(tmp_path, store, key).take_settings(settings, b"signed") is None
        assert store.settings_version() == 1
    found = read_phone_key(tmp_path / "sync.db", public)
    assert found == derive_key(province, _public(key.public), device="d-0001")
    assert read_phone_key(tmp_path / "sync.db", point_text(_public(SigningKey.generate().public))) is None


def test_a_key_that_is_none_costs_the_phones_and_nothing_else(tmp_path: Path) -> None:
    with SyncStore(tmp_path / "sync.db") as store:
        settings = Settings(version=1, phone=PhoneOffer(base=BASE, key="A" * 44))
        assert word(tmp_path, store, SigningKey.generate()).take_settings(settings, b"signed") is None
        assert store.settings_version() == 1
    assert read_phone_key(tmp_path / "sync.db", "A" * 44) is None


def test_before_there_is_an_agent_there_is_no_key(tmp_path: Path) -> None:
    assert read_phone_key(tmp_path / "sync.db", "A" * 44) is None


def _public(key: PublicKey) -> ec.EllipticCurvePublicKey:
    public = key.jose.public_key
    assert isinstance(public, ec.EllipticCurvePublicKey)
    return public
