"""Keys, and the province's key set under its root."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from device.errors import ConfigError, ContractError
from sync.contract.errors import BadSignature, NotJws, UnknownKey
from sync.contract.jws import sign
from sync.contract.keys import KeySet, KeyUse, PublicKey, SigningKey, open_key_set, sign_key_set
from tests.sync.throwaway_ca import ThrowawayCa

NOW = datetime(2026, 11, 22, 2, 15, tzinfo=UTC)
# RFC 7517, appendix A.1; the thumbprint was made with `openssl dgst -sha256` over RFC 7638's JSON.
RFC_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
}
RFC_KEY_THUMBPRINT = "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"


def test_a_key_is_named_by_its_rfc_7638_thumbprint() -> None:
    assert PublicKey.from_jwk(RFC_KEY).kid == RFC_KEY_THUMBPRINT


def test_a_key_and_its_certificate_have_one_name(tmp_path: Path) -> None:
    certificate, key = ThrowawayCa(tmp_path / "ca").issue("d-0001")
    assert SigningKey.load(key).kid == PublicKey.from_certificate(certificate.read_bytes()).kid


def test_a_key_written_is_read_again(tmp_path: Path) -> None:
    key = SigningKey.generate()
    (tmp_path / "key.pem").write_bytes(key.pem())
    assert SigningKey.load(tmp_path / "key.pem").public == key.public


def test_a_key_file_that_cannot_be_used_is_a_configuration_error_naming_it(tmp_path: Path) -> None:
    unusable = {
        "none.pem": None,
        "text.pem": b"no key",
        "p384.pem": ec.generate_private_key(ec.SECP384R1()),
        "ed25519.pem": ed25519.Ed25519PrivateKey.generate(),
    }
    for name, content in unusable.items():
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif content is not None:
            path.write_bytes(
                content.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            )
        with pytest.raises(ConfigError, match=name):
            SigningKey.load(path)


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {**RFC_KEY, "kty": "RSA"},
        {**RFC_KEY, "crv": "P-384"},
        {**RFC_KEY, "x": "AAAA"},
        {**RFC_KEY, "x": 7},
        {**RFC_KEY, "kid": "another"},
        {name: RFC_KEY[name] for name in ("kty", "crv", "x")},
    ],
)
def test_a_jwk_that_is_no_p_256_key_is_refused(jwk: dict[str, object]) -> None:
    with pytest.raises(ContractError):
        PublicKey.from_jwk(jwk)


def test_a_key_is_for_signatures_unless_it_says_otherwise() -> None:
    assert PublicKey.from_jwk(RFC_KEY).use is KeyUse.SIGN
    sealing = PublicKey.from_jwk({**RFC_KEY, "use": "enc"})
    assert sealing.use is KeyUse.SEAL
    assert sealing.jwk == {**RFC_KEY, "kid": RFC_KEY_THUMBPRINT, "use": "enc"}
    assert sealing != PublicKey.from_jwk(RFC_KEY)
    with pytest.raises(ContractError, match=r"^JWK for the use 'wrap'; allowed: sig, enc$"):
        PublicKey.from_jwk({**RFC_KEY, "use": "wrap"})


def test_a_key_for_sealing_checks_no_signature_and_one_for_signatures_is_not_sealed_to() -> None:
    signing = SigningKey.generate().public
    sealing = PublicKey.from_jwk({**RFC_KEY, "use": "enc"})
    keys = KeySet([signing, sealing])
    assert (keys.get(signing.kid), keys.get(sealing.kid)) == (signing, None)
    assert keys.sealing == sealing
    assert KeySet([signing]).sealing is None
    assert list(KeySet.from_jwks(keys.to_jwks())) == [signing, sealing]


def test_one_key_is_not_for_both_uses() -> None:
    with pytest.raises(ContractError, match="for signatures and for sealing; allowed: one use"):
        KeySet.from_jwks({"keys": [RFC_KEY, {**RFC_KEY, "use": "enc"}]})


def test_a_key_of_a_use_not_known_here_is_passed_over_in_a_set() -> None:
    assert len(KeySet.from_jwks({"keys": [{**RFC_KEY, "use": "wrap"}]})) == 0


def test_a_key_set_signed_by_a_key_for_sealing_is_not_believed() -> None:
    root = SigningKey.generate()
    token = sign_key_set(KeySet([]), root, NOW)
    with pytest.raises(UnknownKey):
        open_key_set(token, PublicKey.from_jwk({**root.public.jwk, "use": "enc"}))


def test_a_private_jwk_is_read_as_its_public_half() -> None:
    assert "d" not in PublicKey.from_jwk({**RFC_KEY, "d": "c2VjcmV0"}).jwk


def test_a_key_set_comes_back_as_it_was_made() -> None:
    keys = KeySet([SigningKey.generate().public, SigningKey.generate().public])
    assert list(KeySet.from_jwks(keys.to_jwks())) == list(keys)


@pytest.mark.parametrize("jwks", [{}, {"keys": 7}, {"keys": [7]}, {"keys": [{}]}])
def test_what_is_no_key_set_is_refused(jwks: dict[str, object]) -> None:
    with pytest.raises(ContractError):
        KeySet.from_jwks(jwks)


def test_the_provinces_keys_are_taken_from_its_root_only() -> None:
    root, province = SigningKey.generate(), SigningKey.generate()
    token = sign_key_set(KeySet([province.public]), root, NOW)
    assert list(open_key_set(token + "\n", root.public)) == [province.public]
    with pytest.raises(UnknownKey):
        open_key_set(token, SigningKey.generate().public)
    header, payload, _ = token.split(".")
    with pytest.raises(BadSignature):
        open_key_set(f"{header}.{payload}.{'A' * 86}", root.public)


def test_a_message_does_not_pass_for_a_key_set_nor_a_key_set_for_a_message() -> None:
    root = SigningKey.generate()
    message = sign(b'{"keys":[]}', root).decode()
    with pytest.raises(NotJws, match="typ"):
        open_key_set(message, root.public)
