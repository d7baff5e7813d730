"""Who the agent is: files that fit together, and every way in which they do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from device.configuration import read_configuration
from device.errors import ConfigError
from sync.agent.identity import load_identity
from sync.agent.settings import SyncConfig
from sync.contract.keys import KeySet, SigningKey, sign_key_set
from tests.sync.throwaway_ca import ThrowawayCa

PROVINCE = SigningKey.generate()


@pytest.fixture
def config(tmp_path: Path, ca: ThrowawayCa) -> SyncConfig:
    ca.issue("d-0001")
    key_set = sign_key_set(KeySet([PROVINCE.public]), SigningKey(ca.key), datetime.now(UTC))
    (tmp_path / "keys.jws").write_text(key_set)
    path = tmp_path / "sync.toml"
    path.write_text(
        'kind = "sync"\n[device]\nid = "d-0001"\nfolder = "."\n[sync]\ndatabase = "sync.db"\n'
        '[broker]\nhost = "127.0.0.1"\nca = "ca/ca.crt"\n'
        'certificate = "ca/d-0001.crt"\nkey = "ca/d-0001.key"\n'
        '[province]\nkey_set = "keys.jws"\nroot = "ca/ca.crt"\n'
    )
    return read_configuration(path, SyncConfig, "sync")


def test_files_of_one_enrolment_make_an_identity(config: SyncConfig) -> None:
    identity = load_identity(config)
    assert identity.device == "d-0001"
    assert identity.key.kid == SigningKey.load(config.broker.key).kid
    assert identity.province.get(PROVINCE.kid) == PROVINCE.public


def test_a_certificate_of_another_key_is_refused(config: SyncConfig, ca: ThrowawayCa) -> None:
    certificate, _ = ca.issue("d-0002")
    wrong = replace(config, broker=replace(config.broker, certificate=certificate))
    with pytest.raises(ConfigError, match=r"d-0002\.crt: is not the certificate of the key .*d-0001\.key"):
        load_identity(wrong)


def test_a_certificate_of_another_device_is_refused(config: SyncConfig) -> None:
    wrong = replace(config, device=replace(config.device, id="d-0009"))
    with pytest.raises(ConfigError, match=r"d-0001\.crt: its CN is not 'd-0009'"):
        load_identity(wrong)


def test_an_id_that_cannot_stand_in_a_topic_is_refused(config: SyncConfig) -> None:
    wrong = replace(config, device=replace(config.device, id="a/b"))
    with pytest.raises(ConfigError, match=r"^device\.id: 'a/b' is no device id"):
        load_identity(wrong)


def test_a_key_set_not_signed_by_the_root_is_refused(config: SyncConfig) -> None:
    other = sign_key_set(KeySet([PROVINCE.public]), SigningKey.generate(), datetime.now(UTC))
    config.province.key_set.write_text(other)
    with pytest.raises(ConfigError, match=r"keys\.jws: is not a key set signed by the root in .*ca\.crt"):
        load_identity(config)


@pytest.mark.parametrize("content", [b"", b"not a token", "令牌".encode(), b"a.b.c"])
def test_what_is_no_key_set_is_refused(config: SyncConfig, content: bytes) -> None:
    config.province.key_set.write_bytes(content)
    with pytest.raises(ConfigError, match=r"keys\.jws: is not a key set"):
        load_identity(config)


def test_a_file_that_is_missing_is_named(config: SyncConfig) -> None:
    config.province.key_set.unlink()
    with pytest.raises(ConfigError, match=r"keys\.jws: cannot be read: No such file or directory$"):
        load_identity(config)
    config.broker.certificate.write_text("no certificate")
    with pytest.raises(ConfigError, match=r"d-0001\.crt: this is not a PEM certificate"):
        load_identity(config)
