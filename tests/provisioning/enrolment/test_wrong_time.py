"""A box whose clock says 1970 is enrolled all the same, and says when a certificate is really too old."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from tests.patience import PATIENCE_S
from tests.provisioning.console import COMMAND
from tests.provisioning.enrolment.blank_box import BlankBox
from tests.provisioning.enrolment.service import Service


def enrol_in_1970(box: BlankBox, token: str) -> subprocess.CompletedProcess[str]:
    arguments = ["--ticket", str(box.ticket(token)), "--yes", "--dir", str(box.folder), "--lang", "en"]
    return subprocess.run(
        ["faketime", "-f", "@1970-01-01 08:00:10", *COMMAND, "enrol", *arguments],
        env={**os.environ, "FAKETIME_DONT_FAKE_MONOTONIC": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S * 2,
        check=False,
    )


@pytest.mark.usefixtures("broker")
def test_in_1970_a_box_is_enrolled(service: Service, box: BlankBox) -> None:
    done = enrol_in_1970(box, service.ticket())
    assert done.returncode == 0, done.stderr
    (device,) = service.devices
    box.check_whole(device)
    assert box.enrolled.issued > datetime.now(UTC) - timedelta(hours=1)


def test_in_1970_a_certificate_that_ended_before_this_release_is_refused(
    service: Service, box: BlankBox
) -> None:
    old = service.ca.issue_server(["127.0.0.1"], datetime.now(UTC) - timedelta(days=4000))
    (service.folder / "old.crt").write_bytes(old.certificate)
    (service.folder / "old.key").write_bytes(old.key)
    service._context.load_cert_chain(service.folder / "old.crt", service.folder / "old.key")
    done = enrol_in_1970(box, service.ticket())
    assert (done.returncode, "is not valid now" in done.stderr) == (1, True)
    assert not box.folder.exists()
