"""A foreign MQTT client with an auditor's certificate sees only JWS, and `wire decode` reads them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S, until
from tests.sync.agent.rows import rate
from tests.sync.agent.test_agent import Setting
from tests.sync.mosquitto import Mosquitto
from tests.sync.throwaway_ca import ThrowawayCa

SUBSCRIBER = shutil.which("mosquitto_sub")
pytestmark = pytest.mark.skipif(SUBSCRIBER is None, reason="needs the Debian package mosquitto-clients")


@pytest.fixture
def setting(tmp_path: Path) -> Iterator[Setting]:
    broker = Mosquitto(tmp_path / "broker", ThrowawayCa(tmp_path / "ca"))
    broker.start()
    setting = Setting(tmp_path, broker)
    yield setting
    setting.stop_agent()
    setting.ledger.close()
    broker.kill()


def test_mosquitto_sub_with_an_auditors_certificate_sees_only_jws_and_wire_decode_reads_it(
    setting: Setting, tmp_path: Path
) -> None:
    broker = setting.broker
    certificate, key = broker.ca.issue("auditor")
    heard = tmp_path / "heard.txt"
    with heard.open("wb") as out:
        subscriber = subprocess.Popen(
            [
                *("stdbuf", "-oL", str(SUBSCRIBER), "-V", "mqttv5", "-v", "-t", "hcp/1/#", "-h", broker.host),
                *("-p", str(broker.port), "-i", "auditor", "--cafile", str(broker.ca.certificate)),
                *("--cert", str(certificate), "--key", str(key), "--insecure", "-d"),
            ],
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            until(lambda: b"Subscribed" in heard.read_bytes())
            with setting.province() as province:
                setting.start_agent()
                rate(setting.ledger, 3)
                until(lambda: len(province.rows) == 3 and bool(province.statuses))
                until(
                    lambda: all(f"/{name} ".encode() in heard.read_bytes() for name in ("ratings", "status"))
                )
                until(lambda: heard.read_bytes().count(b"/down/receipt ") >= 2)
                setting.stop_agent()
        finally:
            subscriber.terminate()
            subscriber.wait(PATIENCE_S)
    lines = [line for line in heard.read_text("utf-8").splitlines() if line.startswith("hcp/")]
    assert lines
    jws = re.compile(r"hcp/1/d-0001/(up|down)/[a-z]+ [A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
    assert [line for line in lines if not jws.fullmatch(line)] == []

    province_keys = tmp_path / "province.json"
    province_keys.write_text(json.dumps(setting.province_key.public.jwk), "utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "provisioning", "wire", "decode", "--json"),
            *("--keys", str(setting.settings.certificate), "--keys", str(province_keys)),
        ],
        input="\n".join(lines).encode("utf-8"),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode("utf-8")
    decoded = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert {message["signature"] for message in decoded} == {"holds"}
    batches = [message for message in decoded if message["event"]["type"] == "hcp.ratings.v1"]
    assert {message["rows_hold"] for message in batches} == {True}
    assert {message["event"]["type"] for message in decoded} == {
        "hcp.hello.v1",
        "hcp.ratings.v1",
        "hcp.status.v1",
        "hcp.receipt.v1",
    }
