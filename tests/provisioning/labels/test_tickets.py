"""The sheet of tickets: what was made together, printed, and read again by a scanner."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from device.errors import ChuangpingError
from provisioning.commands.label import label
from provisioning.labels.ticket_card import ticket_card
from provisioning.labels.ticket_list import TicketWords, read_tickets
from provisioning.refused import Refused
from sync.contract.keys import KeySet, SigningKey
from sync.contract.ticket import Ticket, open_ticket, sign_ticket
from tests.provisioning.labels.test_files import printed, run, scan

KEY = SigningKey.generate()
NAMES = ["社保", "", "不动产登记与二手房交易一窗受理综合服务窗口及咨询引导服务窗口"]


def made(number: int, *, url: str = "https://zwfw.abazhou.example.cn:18443") -> dict[str, object]:
    """A ticket as the office lists it."""
    ticket = Ticket(
        id=f"{number:016x}",
        url=url,
        ca="A" * 43,
        window=f"W{number:02}",
        hall="510100-H1",
        until="2026-11-22T18:00:00+08:00",
    )
    return {
        "id": ticket.id,
        "hall": ticket.hall,
        "hall_name": "阿坝藏族羌族自治州若尔盖县政务服务中心二楼",
        "window": ticket.window,
        "number": "",
        "name": NAMES[number % 3],
        "until": ticket.until,
        "ticket": sign_ticket(ticket, KEY),
        "code": "7K3M-Q9XT-WAZ" if number % 2 else None,
    }


def put(folder: Path, tickets: object) -> None:
    (folder / "tickets.json").write_text(json.dumps(tickets), "utf-8")


def asked(folder: Path, *more: str) -> Result:
    return CliRunner().invoke(label, ["tickets", str(folder), *more, "--lang", "en"])


def test_every_card_of_a_sheet_is_read_by_a_scanner_from_the_printed_page(tmp_path: Path) -> None:
    tickets = [made(number) for number in range(1, 11)]
    put(tmp_path, tickets)
    result = asked(tmp_path)
    assert result.exit_code == 0, result.output
    pages = printed(tmp_path / "tickets.pdf")
    assert len(pages) == 2  # eight on a sheet
    found = {text for page in pages for text in scan(page)}
    assert found == {ticket["ticket"] for ticket in tickets}
    for text in found:
        assert open_ticket(text, KeySet([KEY.public])).until == "2026-11-22T18:00:00+08:00"


def test_a_person_reads_window_hall_time_and_code_on_the_page(tmp_path: Path) -> None:
    put(tmp_path, [made(1)])
    asked(tmp_path)
    text = run("pdftotext", "-layout", tmp_path / "tickets.pdf", "-")
    for said in ("W01", "号窗口 Window", "盖县政务服务中心二楼", "2026-11-22 18:00", "7K3M-Q9XT-WAZ"):
        assert said in text


def test_a_poor_printer_and_a_poor_camera_still_read_it(tmp_path: Path) -> None:
    put(tmp_path, [made(1)])
    asked(tmp_path)
    (page,) = printed(tmp_path / "tickets.pdf", dpi=150)
    assert len(scan(page)) == 1


def test_a_ticket_too_long_for_a_card_is_told_without_showing_it() -> None:
    ticket = msgspec.convert(made(1, url="https://" + "x" * 800), TicketWords)
    with pytest.raises(Refused) as caught:
        ticket_card(ticket, 99.1, 67.7)
    assert caught.value.sentence == "label.ticket_too_long"
    assert caught.value.facts == {"window": "W01"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "tickets_unreadable"), ("{", "tickets_unreadable"), ("[]", "tickets_none")],
)
def test_a_folder_without_tickets_is_told(tmp_path: Path, content: str | None, sentence: str) -> None:
    if content is not None:
        (tmp_path / "tickets.json").write_text(content)
    with pytest.raises(Refused) as caught:
        read_tickets(tmp_path)
    assert caught.value.sentence == f"label.{sentence}"
    result = asked(tmp_path)
    assert isinstance(result.exception, ChuangpingError)
    assert "chuangping tickets make" in str(result.exception)
