"""EST as others speak it: curl and openssl enrol a box, knowing nothing of ours."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.province.enrolment.enrolment_bench import EnrolmentBench


def run(*command: str | Path, given: bytes | None = None) -> bytes:
    return subprocess.run(list(map(str, command)), input=given, capture_output=True, check=True).stdout


def curl(est: EnrolmentBench, path: str, *more: str | Path) -> bytes:
    url = f"https://localhost:{est.server.port}/.well-known/est/{path}"
    return run("curl", "--silent", "--fail", "--noproxy", "*", "--cacert", est.folder / "ca.crt", *more, url)


def pem(answer: bytes) -> bytes:
    """The certificates in an answer of EST."""
    der = run("openssl", "base64", "-d", given=answer)
    return run("openssl", "pkcs7", "-inform", "DER", "-print_certs", given=der)


def test_curl_and_openssl_enrol_and_renew(est: EnrolmentBench, tmp_path: Path) -> None:
    key, csr, certificate = (tmp_path / name for name in ("box.key", "box.csr", "box.crt"))
    run("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
    run("openssl", "req", "-new", "-key", key, "-subj", "/CN=cp-foreign234", "-outform", "DER", "-out", csr)
    (tmp_path / "body").write_bytes(run("openssl", "base64", "-in", csr))
    ticket = est.ticket()
    (tmp_path / "root.pem").write_bytes(pem(curl(est, "cacerts")))
    sent = ("--data-binary", f"@{tmp_path / 'body'}", "-H", "Content-Type: application/pkcs10")
    certificate.write_bytes(
        pem(curl(est, "simpleenroll", *sent, "--basic", "--user", f"{ticket.id}:{ticket.ticket}"))
    )
    assert b"OK" in run("openssl", "verify", "-CAfile", tmp_path / "root.pem", certificate)
    again = pem(curl(est, "simplereenroll", *sent, "--cert", certificate, "--key", key))
    subject = run("openssl", "x509", "-noout", "-subject", given=again)
    assert subject.decode().split() == ["subject=CN", "=", "cp-foreign234"]
    keys = [
        run("openssl", "x509", "-noout", "-pubkey", given=one) for one in (certificate.read_bytes(), again)
    ]
    assert keys[0] == keys[1] == run("openssl", "pkey", "-in", key, "-pubout")
