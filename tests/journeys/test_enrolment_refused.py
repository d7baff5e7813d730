"""Every refusal of an enrolment, by the real service: one sentence, the next step, and nothing changed."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.enrolled_hall import HALL, EnrolledHall
from tests.patience import PATIENCE_S
from tests.provisioning.console import COMMAND, Done
from tests.provisioning.enrolment.blank_box import BlankBox, said

# In any order W07 is taken by the first test that needs a window served, W08 stays free.
SERVED_AT_LAST = "W09"


class OldHall(EnrolledHall):
    """One that has a ticket of three weeks ago in a drawer, and a window more, `SERVED_AT_LAST`."""

    expired: Path

    def _before_opening(self) -> None:
        header, *_, last = self.places.read_text("utf-8-sig").splitlines()
        table = self.stick.parent / "more.csv"
        table.write_text(f"{header}\n{last.replace('W08', SERVED_AT_LAST)}\n", "utf-8")
        self.office("places", "import", "--config", self.province.config, table)
        out = self.stick / "expired"
        make = ("tickets", "make", "--config", str(self.province.config), "--hall", HALL, "--windows", "W08")
        subprocess.run(
            [
                "faketime",
                "-f",
                "@2026-11-01 08:00:00",
                sys.executable,
                "-m",
                "province",
                *make,
                "--out",
                str(out),
            ],
            check=True,
            capture_output=True,
        )
        (self.expired,) = out.glob("*.ticket")


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OldHall]:
    with OldHall(tmp_path_factory.mktemp("hall")) as hall:
        yield hall


@pytest.fixture
def box(tmp_path: Path) -> BlankBox:
    return BlankBox(tmp_path / "box")


def refused(box: BlankBox, ticket: Path, *arguments: str, command: str = "enrol") -> Done:
    """The refusal, in Chinese on the way; the box is as blank as before."""
    done = box.run(command, "--ticket", ticket, "--yes", "--json", *arguments, lang="zh-Hans")
    assert done.returncode == 1, done.stderr
    assert done.stderr.splitlines()[-1] == f"chuangping: {said(done)['message']}"
    assert box.state() == {}
    return done


def test_a_ticket_that_was_used(hall: EnrolledHall, box: BlankBox, tmp_path: Path) -> None:
    ticket = hall.ticket("W07", "used")
    first = BlankBox(tmp_path / "first")
    assert first.run("enrol", "--ticket", ticket, "--yes").returncode == 0
    done = refused(box, ticket)
    assert (said(done)["error"], first.enrolled.device in said(done)["message"]) == ("ticket_used", True)
    served = refused(box, hall.ticket("W07", "served"))
    assert (said(served)["error"], "chuangping replace" in said(served)["message"]) == ("window_served", True)


def test_a_place_that_nobody_leaves(hall: EnrolledHall, box: BlankBox) -> None:
    done = refused(box, hall.ticket("W08", "free"), command="replace")
    assert (said(done)["error"], "chuangping enrol" in said(done)["message"]) == ("window_free", True)


def test_a_ticket_that_the_office_took_back(hall: EnrolledHall, box: BlankBox) -> None:
    ticket = hall.ticket("W08", "revoked")
    id_ = json.loads(base64.urlsafe_b64decode(ticket.read_text().split(".")[1] + "=="))["id"]
    hall.office("tickets", "revoke", id_, "--config", hall.province.config)
    assert said(refused(box, ticket))["error"] == "ticket_revoked"


@pytest.mark.parametrize(("field", "other"), [("window", "W01"), ("until", "2099-01-01T00:00:00+08:00")])
def test_a_ticket_that_somebody_changed(field: str, other: str, hall: EnrolledHall, box: BlankBox) -> None:
    ticket = hall.ticket("W08", f"changed-{field}")
    head, payload, signature = ticket.read_text().strip().split(".")
    says = json.loads(base64.urlsafe_b64decode(payload + "==")) | {field: other}
    forged = base64.urlsafe_b64encode(json.dumps(says).encode()).rstrip(b"=").decode()
    ticket.write_text(f"{head}.{forged}.{signature}\n")
    assert said(refused(box, ticket))["error"] == "ticket_tampered"


def test_a_ticket_of_a_window_that_went_to_another_hall(hall: EnrolledHall, box: BlankBox) -> None:
    ticket = hall.ticket("W08", "moved")
    table = hall.stick / "moved.csv"
    lines = hall.places.read_text("utf-8-sig").splitlines()
    row = next(line for line in lines if ",W08," in line)
    moved = row.replace("510109-01,高新区便民大厅", "510100-01,市政务服务中心")
    assert moved != row
    try:
        table.write_text("\n".join([lines[0], moved]) + "\n", "utf-8")
        hall.office("places", "import", "--config", hall.province.config, table)
        done = refused(box, ticket)
        assert said(done)["error"] == "ticket_elsewhere", done.stderr
    finally:
        hall.office("places", "import", "--config", hall.province.config, hall.places)


def test_a_ticket_of_another_province(hall: EnrolledHall, box: BlankBox) -> None:
    """A province that was set up anew has another root: its old tickets find nobody they may believe."""
    ticket = hall.ticket("W08", "before")
    says = json.loads(base64.urlsafe_b64decode(ticket.read_text().split(".")[1] + "=="))
    assert says["hall"] == HALL
    says["ca"] = "A" * 43
    head, _, signature = ticket.read_text().strip().split(".")
    other = base64.urlsafe_b64encode(json.dumps(says).encode()).rstrip(b"=").decode()
    ticket.write_text(f"{head}.{other}.{signature}\n")
    assert said(refused(box, ticket))["error"] == "ca_not_shown"


def test_a_ticket_whose_time_is_over(hall: OldHall, box: BlankBox) -> None:
    done = refused(box, hall.expired)
    assert (said(done)["error"], "2026-11-02 00:00" in said(done)["message"]) == ("ticket_expired", True)


def test_1970_is_no_reason_to_refuse(hall: EnrolledHall, box: BlankBox) -> None:
    ticket = hall.ticket(SERVED_AT_LAST, "1970")
    done = subprocess.run(
        [
            *("faketime", "-f", "@1970-01-01 08:00:10", *COMMAND, "enrol", "--ticket", str(ticket), "--yes"),
            *("--dir", str(box.folder)),
        ],
        env={**os.environ, "FAKETIME_DONT_FAKE_MONOTONIC": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S * 2,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    box.check_whole(box.enrolled.device)
