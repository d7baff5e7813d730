"""`chuangping wire decode`: what it prints of what it is given, and its exit code."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from device.clock import FakeClock
from sync.contract import jws
from sync.contract.batch import check_batch
from sync.contract.envelope import device_path, wrap
from sync.contract.heads import sign_head
from sync.contract.inspection import SignatureState, inspect
from sync.contract.keys import KeySet, SigningKey, sign_key_set
from sync.contract.messages import Ratings, SignedHead, Status
from sync.contract.topics import UpName
from tests.sync.contract.test_golden import HEAD, LOG_ID, MESSAGES, golden

NOW = datetime(2026, 11, 22, 2, 15, tzinfo=UTC)


class Done:
    """How a run ended."""

    def __init__(self, done: subprocess.CompletedProcess[bytes]) -> None:
        self.code = done.returncode
        self.out = done.stdout.decode("utf-8")
        self.err = done.stderr.decode("utf-8")

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


def decode(given_bytes: bytes, *arguments: str | Path) -> Done:
    return Done(
        subprocess.run(
            [sys.executable, "-m", "provisioning", "wire", "decode", *map(str, arguments)],
            input=given_bytes,
            capture_output=True,
            timeout=60,
            check=False,
        )
    )


def token(name: str) -> bytes:
    return str(golden(name)["token"]).encode("ascii")


def key_file(folder: Path, name: str = "hello") -> Path:
    path = folder / "keys.json"
    path.write_text(json.dumps({"keys": [golden(name)["key"], golden("status-full")["key"]]}), "utf-8")
    return path


def test_a_message_alone_is_printed_as_header_event_and_data() -> None:
    done = decode(token("hello"))
    assert done.code == 0, done.err
    assert '"typ": "hcp+jws"' in done.out
    assert "signature not checked" in done.out
    assert '"id": "id-hello"' in done.out
    assert '"active": "00112233445566778899aabbccddeeff"' in done.out


def test_what_mosquitto_sub_prints_is_read_line_by_line(tmp_path: Path) -> None:
    names = ["hello", "ratings", "status", "receipt", "status-full"]
    given_lines = b"\n\n".join(golden(n)["topic"].encode() + b" " + token(n) for n in names)
    done = decode(given_lines, "--json", "--keys", key_file(tmp_path))
    assert [line["topic"] for line in done.lines] == [golden(name)["topic"] for name in names]
    assert [line["line"] for line in done.lines] == [1, 3, 5, 7, 9]
    assert [line["data"] for line in done.lines] == [golden(name)["event"]["data"] for name in names]
    assert {line["signature"] for line in done.lines} == {"holds"}
    assert [line["rows_hold"] for line in done.lines] == [None, True, None, None, None]


def test_a_signature_by_another_key_fails_the_run_and_says_so(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(json.dumps(SigningKey.generate().public.jwk), "utf-8")
    done = decode(token("hello"), "--keys", other)
    assert done.code == 1
    assert "signature by a key that was not given" in done.out


def test_an_altered_message_is_read_and_its_signature_said_not_to_hold(tmp_path: Path) -> None:
    header, payload, signature = token("receipt").split(b".")
    event = json.loads(base64.urlsafe_b64decode(payload + b"=="))
    event["data"]["through"] += 1
    altered = base64.urlsafe_b64encode(json.dumps(event).encode()).rstrip(b"=")
    done = decode(b".".join([header, altered, signature]), "--keys", key_file(tmp_path), "--json")
    assert done.code == 1
    (line,) = done.lines
    assert (line["signature"], line["data"]["through"]) == ("does not hold", event["data"]["through"])


def test_a_batch_whose_rows_were_altered_by_the_signer_itself_is_found_out() -> None:
    ratings = MESSAGES[UpName.RATINGS]
    assert isinstance(ratings, Ratings)
    check_batch(ratings)
    rows = [{**row, "level": 5} for row in ratings.rows]
    key = SigningKey.generate()
    wrong = wrap(
        Ratings(log_id=LOG_ID, first=1, last=3, prev=ratings.prev, head=HEAD, rows=rows),
        name=UpName.RATINGS,
        source=device_path("d-0001"),
        subject=None,
        at=NOW,
        key=key,
        id="id",
    )
    done = decode(wrong)
    assert done.code == 1
    assert "rows DO NOT HOLD" in done.out
    assert "line 1: its rows do not hold together: row 1: its hash does not follow" in done.err


def test_a_head_in_a_status_is_opened_and_its_own_signature_checked(tmp_path: Path) -> None:
    key, stranger = SigningKey.generate(), SigningKey.generate()
    head = SignedHead(log_id=LOG_ID, seq=3, hash=HEAD)
    heads = [sign_head(head, FakeClock().now(), signer) for signer in (key, stranger)]
    status = Status(
        session="s", online=True, queue=3, software="x", sent_at="2026-11-22T10:15:20.000+08:00",
        clock="trusted", head=head, heads=heads,
    )  # fmt: skip
    message = wrap(
        status, name=UpName.STATUS, source=device_path("d-0001"), subject=None, at=NOW, key=key, id="id"
    )
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(KeySet([key.public]).to_jwks()), "utf-8")
    done = decode(message, "--keys", keys, "--json")
    assert done.code == 1
    (line,) = done.lines
    assert line["signature"] == "holds"
    assert [h["signature"] for h in line["heads"]] == ["holds", "by a key that was not given"]
    assert line["heads"][0]["claim"]["head"] == {"log_id": LOG_ID, "seq": 3, "hash": HEAD}


def test_a_sealed_blob_is_shown_by_its_name_and_not_opened(tmp_path: Path) -> None:
    message = golden("sealed")
    (done,) = decode(token("sealed"), "--json").lines
    assert (done["blob"], done["data"], done["faults"]) == (
        message["event"]["id"],
        message["event"]["data"],
        [],
    )
    text = decode(token("sealed"))
    assert text.code == 0, text.err
    assert f"sealed blob {message['event']['id']}: for the province's case role alone" in text.out
    key = SigningKey.generate()
    event = {**message["event"], "data": {**message["event"]["data"], "ct": "QR"}}
    broken = decode(jws.sign(json.dumps(event).encode(), key))
    assert (broken.code, "its sealed blob cannot be read: ct has bits after" in broken.err) == (1, True)


def test_a_signature_by_a_key_for_sealing_is_that_of_a_key_not_given(tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({**golden("hello")["key"], "use": "enc"}), "utf-8")
    done = decode(token("hello"), "--json", "--keys", keys)
    assert (done.code, done.lines[0]["signature"]) == (1, "by a key that was not given")


def test_a_message_on_the_topic_of_another_device_is_named() -> None:
    done = decode(b"hcp/1/d-0002/up/hello " + token("hello"))
    assert done.code == 1
    assert "line 1: is not what its topic says: source is '/devices/d-0001'" in done.err


def certificate(key: SigningKey, name: str) -> bytes:
    private = serialization.load_pem_private_key(key.pem(), None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(private, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )


def signed_by(key: SigningKey) -> bytes:
    message = MESSAGES[UpName.STATUS]
    return wrap(
        message, name=UpName.STATUS, source=device_path("d-0001"), subject=None, at=NOW, key=key, id="id"
    )


def test_keys_may_be_pem_certificates_several_in_one_file(tmp_path: Path) -> None:
    keys = [SigningKey.generate(), SigningKey.generate()]
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(b"".join(certificate(key, f"d-000{n}") for n, key in enumerate(keys)))
    done = decode(signed_by(keys[1]), "--keys", bundle)
    assert done.code == 0, done.err
    assert "signature holds" in done.out


def test_a_signed_key_set_is_proven_by_its_root_or_said_not_to_be(tmp_path: Path) -> None:
    root, key = SigningKey.generate(), SigningKey.generate()
    key_set = tmp_path / "keys.jws"
    key_set.write_text(sign_key_set(KeySet([key.public]), root, NOW), "ascii")
    root_file = tmp_path / "root.crt"
    root_file.write_bytes(certificate(root, "root"))
    alone = decode(signed_by(key), "--keys", key_set)
    assert alone.code == 0
    assert "keys.jws: is taken at its word" in alone.err
    proven = decode(signed_by(key), "--keys", key_set, "--keys", root_file)
    assert (proven.code, proven.err) == (0, "")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"hello", "line 2: is not a compact JWS: three parts, with a dot between"),
        (b"a b c", "line 2: has 3 words; allowed: a message, or a topic and a message"),
        (b"!.!.!", "line 2: its header is not JSON in base64url"),
        (b"W10.W10.W10", "line 2: "),
        (b"bm8.bm8.bm8", "line 2: its payload is not JSON in base64url"),
        (b"eyJ0eXAiOiJKV1QifQ.e30.", "line 2: its header has typ 'JWT', which is none of this contract's"),
        (b"sensors/1 e30.e30.e30", "line 2: 'sensors/1' is no topic of hcp/1"),
        (b"\xff\xfe.\x00.\x01", "line 2: its header is not JSON in base64url"),
        (b"x" * 300_000, "line 2: is longer than any message and its topic"),
        (base64.urlsafe_b64encode(b"[" * 100_000) + b".e30.e30", "line 2: its header is not JSON"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_bad_input_is_named_by_its_line_and_the_rest_is_read(line: bytes, said: str) -> None:
    done = decode(token("hello") + b"\n" + line + b"\n" + token("status") + b"\n", "--json")
    assert done.code == 1
    assert said in done.err
    assert "Traceback" not in done.err
    assert [one["line"] for one in done.lines] == [1, 2, 3]
    assert not done.lines[0]["faults"] + done.lines[2]["faults"]


def test_no_input_is_a_failure_that_says_what_to_do() -> None:
    done = decode(b"\n\n")
    assert (done.code, done.out) == (1, "")
    assert "pipe one in" in done.err


def test_a_key_file_that_is_not_there_or_holds_no_keys_is_named(tmp_path: Path) -> None:
    missing = decode(token("hello"), "--keys", tmp_path / "missing.jws")
    assert missing.code == 74
    assert "missing.jws: cannot be read: No such file" in missing.err
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("no keys", "ascii")
    nonsense = decode(token("hello"), "--keys", wrong)
    assert nonsense.code == 1
    assert "wrong.txt: holds no keys; allowed: a JWK Set" in nonsense.err
    assert decode(b"", "--nonsense").code == 2


def test_characters_that_a_terminal_obeys_are_shown_by_their_escapes() -> None:
    header = base64.urlsafe_b64encode('{"typ":"\u009b2J\u202e"}'.encode()).rstrip(b"=")
    done = decode(header + b".e30.e30")
    assert "\\u009b2J\\u202e" in done.out
    assert not {"\u009b", "\u202e"} & set(done.out + done.err)


@given(st.binary(max_size=200) | st.lists(st.binary(max_size=40), min_size=3, max_size=3).map(b".".join))
def test_whatever_bytes_come_they_are_taken_apart_without_an_error(token: bytes) -> None:
    found = inspect(token, keys=KeySet([]))
    assert found.signature is not SignatureState.HOLDS


def test_a_head_never_passes_for_a_message() -> None:
    key = SigningKey.generate()
    head = sign_head(SignedHead(log_id=LOG_ID, seq=3, hash=HEAD), FakeClock().now(), key)
    with pytest.raises(jws.NotJws):
        jws.verify(head.encode("ascii"), KeySet([key.public]))
    found = inspect(head.encode("ascii"), keys=KeySet([key.public]))
    assert (found.signature, found.event, found.data["head"]["seq"]) == (SignatureState.HOLDS, None, 3)
