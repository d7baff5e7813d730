"""Words left at the window are opened by the case role at the province, and found nowhere else."""

from __future__ import annotations

import base64
import contextlib
import json
import queue
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from device.ledger.reader import LedgerReader
from tests.device.sealed import opened
from tests.journeys.citizen import PAUSES_S, Citizen, look_up
from tests.journeys.loop import Loop
from tests.journeys.test_ingest import end, next_line, subscribe
from tests.journeys.window_loop import WindowLoop
from tests.patience import PATIENCE_S, until

SPELLED, WORDS = "paiduitaijiu", "排队太久"
CONTACT = "13912345678"


@pytest.fixture
def loop(tmp_path: Path, display: str) -> Iterator[WindowLoop]:
    made = WindowLoop(tmp_path / "demo", display)
    yield made
    assert made.stop() == 0


def leave_words(loop: WindowLoop) -> int:
    """A citizen leaves words and a number with a rating, by touch; the row that names them."""
    places = look_up()
    pem = (loop.folder / "province" / "case" / "private.pem").read_bytes()
    private = serialization.load_pem_private_key(pem, None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    for number, pause_s in enumerate(PAUSES_S, start=1):
        citizen = Citizen(loop, places, pause_s)
        loop.invited(number, within_s=PATIENCE_S * 3)
        level = citizen.rates(2)
        citizen.types(SPELLED, CONTACT)
        citizen.agrees()
        citizen.waits_for_a_row_after(level, at_most_s=PATIENCE_S * 2)
        last = loop.rows()[-1]
        if last["sealed"] is None:
            continue
        with LedgerReader(Path(loop.ready["ledger"])) as reader:
            blob = reader.sealed_after(last["seq"] - 1, 1)[0]
        fields = opened(blob.enc, blob.ct, visit=last["visit"], private=private)
        if (fields["words"], fields["contact"]) == (WORDS, CONTACT):
            return int(last["seq"])
    raise AssertionError(f"not sealed as typed, however slowly\n{loop.logs()}")


def province(loop: Loop, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    config = loop.folder / "province" / "province.toml"
    return subprocess.run(
        [sys.executable, "-m", "province", *map(str, arguments), "--config", str(config)],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def forms(text: str) -> set[bytes]:
    """How `text` could be lying somewhere: as it is, escaped, in hex, in base64 wherever it begins."""
    raw = text.encode("utf-8")
    found = {raw, text.encode("utf-16-le"), json.dumps(text)[1:-1].encode("ascii")}
    found |= {raw.hex().encode(), raw.hex().upper().encode()}
    for before in range(3):
        whole = base64.b64encode(bytes(before) + raw)
        # Characters that hold bits of something else than `raw` are not to be looked for.
        inner = whole[-(-before * 4 // 3) + (before > 0) : (before + len(raw)) * 4 // 3]
        found |= {inner, inner.translate(bytes.maketrans(b"+/", b"-_"))}
    return found


NEEDLES = forms(WORDS) | forms(CONTACT)


def told(content: bytes) -> list[bytes]:
    """What of the words or the number is in `content`."""
    return [needle for needle in NEEDLES if needle in content]


def files_that_tell(folder: Path) -> list[str]:
    """Every file under the folder in which something of them is found."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            try:
                content = path.read_bytes()
            except FileNotFoundError:
                continue  # written beside and put in its place meanwhile
            if told(content):
                found.append(str(path.relative_to(folder)))
    return found


@pytest.mark.parametrize("before", range(6))
def test_the_search_finds_what_it_looks_for(before: int) -> None:
    raw = b"%" * before + WORDS.encode("utf-8") + b"%%"
    for content in (
        raw,
        base64.b64encode(raw),
        base64.urlsafe_b64encode(raw),
        raw.hex().encode(),
        json.dumps(WORDS).encode("ascii"),
    ):
        assert told(content)
    assert not told(b"nothing of the kind")


def test_words_left_at_the_window_are_opened_by_the_case_role_and_found_nowhere_else(
    loop: WindowLoop, tmp_path: Path
) -> None:
    auditor = tmp_path / "auditor"
    done = province(loop, "auditors", "add", "wang", "--out", auditor)
    assert done.returncode == 0, done.stderr
    loop.kill("broker", signal.SIGHUP)
    workers = json.loads((loop.folder / "demo.json").read_text("utf-8"))["workers"]
    with Heard(workers, auditor) as heard:
        seq = leave_words(loop)
        loop.answer(9, 4)

        def arrived() -> dict[str, Any] | None:
            try:
                rows = loop.held(device=loop.ready["device_id"])
            except httpx.TransportError:
                return None
            return next((r for r in rows if r["seq"] == seq and "sealed_held" in r["marks"]), None)

        row = until(arrived, within_s=PATIENCE_S, what=f"the blob at the province\n{loop.logs()}")
        assert row["sealed"]["purpose"] == "words_contact"
        until(lambda: receipted(loop, seq), within_s=PATIENCE_S, what="its receipt on the device's card")
        until(
            lambda: any("/up/sealed " in line for line in heard.lines()),
            within_s=PATIENCE_S,
            what="the blob heard by the auditor",
        )
        messages = heard.lines()

    key = loop.folder / "province" / "case" / "private.pem"
    which = ("--log", row["log_id"], "--seq", str(seq), "--key", key)
    handed = province(loop, "open", *which, "--by", "王主任", "--json")
    assert handed.returncode == 0, handed.stderr
    left = json.loads(handed.stdout)
    assert (left["words"], left["contact"]) == (WORDS, CONTACT)

    assert told(decoded(loop, auditor, messages).encode("utf-8")) == []
    assert told("\n".join(messages).encode("utf-8")) == []
    openings = province(loop, "openings", "list", "--json").stdout
    assert [one["by"] for one in json.loads(openings)] == ["王主任"]
    seen = [openings, *pages(loop)]
    assert [page for page in seen if told(page.encode("utf-8"))] == []
    assert files_that_tell(loop.folder) == []


class Heard:
    """Everything that is said at the broker, as `mosquitto_sub` with an auditor's certificate hears it."""

    def __init__(self, port: int, auditor: Path) -> None:
        self._sub = subscribe(port, auditor / "ca.crt", auditor / "auditor", "hcp/1/#")
        self._lines: list[str] = []

    def __enter__(self) -> Heard:
        return self

    def __exit__(self, *_: object) -> None:
        end(self._sub)

    def lines(self) -> list[str]:
        """Each message heard so far, as `topic payload`."""
        with contextlib.suppress(queue.Empty):
            while True:
                line = next_line(self._sub, 0.05)
                if line.startswith("heard "):
                    self._lines.append(line.removeprefix("heard ").strip())
        return self._lines


def decoded(loop: Loop, auditor: Path, messages: list[str]) -> str:
    """The messages as `wire decode` shows them; every signature holds."""
    keys = ("--keys", str(auditor / "keys.jws"), "--keys", str(auditor / "ca.crt"))
    device = ("--keys", str(loop.folder / "identity" / "device.crt"))
    done = subprocess.run(
        [sys.executable, "-m", "provisioning", "wire", "decode", "--json", *keys, *device],
        input="\n".join(messages),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    sealed = [m for m in map(json.loads, done.stdout.splitlines()) if m["topic"].endswith("/up/sealed")]
    assert sealed
    assert all(message["blob"] == message["event"]["id"] for message in sealed)
    return done.stdout


def receipted(loop: Loop, seq: int) -> bool:
    path = loop.folder / "sync" / "sync.db"
    connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)
    try:
        rows = connection.execute("SELECT count(*) FROM sealed_receipts WHERE seq = ?", [seq]).fetchone()
        return bool(rows[0])
    finally:
        connection.close()


def pages(loop: Loop) -> list[str]:
    """What an operator is shown: every page, every part of the API."""
    token = {"Authorization": f"Bearer {loop.ready['web_token']}"}
    url = loop.ready["web"]
    with httpx.Client(base_url=url, follow_redirects=True, timeout=PATIENCE_S) as browser:
        done = province(loop, "login")
        shown = [browser.get(done.stdout.strip()).text]
        for page in ("", "devices", "alarms", "halls", "users"):
            answer = browser.get(f"/{page}")
            assert (answer.status_code, answer.url.path) == (200, f"/{page}")
            shown.append(answer.text)
        for path in ("ratings", "devices", "alarms", "statistics"):
            answer = browser.get(f"/api/v1/{path}", headers=token)
            assert answer.status_code == 200, path
            shown.append(answer.text)
    return shown
