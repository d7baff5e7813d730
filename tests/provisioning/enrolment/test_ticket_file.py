"""The ticket on the stick: found by itself when it is the only one."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from provisioning.enrolment.ticket_file import find_tickets, hear_ticket, read_ticket, the_ticket
from provisioning.refused import Refused
from sync.contract.keys import SigningKey
from sync.contract.ticket import Ticket, sign_ticket

KEY = SigningKey.generate()


def ticket(window: str) -> str:
    says = Ticket(
        id="0123456789abcdef",
        url="https://province.example:18443",
        ca="x" * 43,
        window=window,
        hall="hall-1",
        until="2026-11-22T20:00:00.000+08:00",
    )
    return sign_ticket(says, KEY)


TOKEN = ticket("W07")


def nobody(_: Sequence[Ticket]) -> None:
    """No answer."""


@pytest.mark.parametrize("place", ["media/STICK", "run/media/somebody/STICK", "mnt"])
def test_the_only_ticket_on_a_stick_is_found(place: str, tmp_path: Path) -> None:
    folder = tmp_path / place
    folder.mkdir(parents=True)
    (folder / "W07.ticket").write_text(TOKEN)
    mounts = [tmp_path / name for name in ("media", "run/media", "mnt", "none")]
    found = the_ticket(find_tickets(mounts), nobody)
    assert found is not None
    assert (found.token, found.says.window, found.stick) == (TOKEN, "W07", folder)


def test_of_several_one_is_chosen_and_none_guessed(tmp_path: Path) -> None:
    for window in ("W08", "W07"):
        (tmp_path / f"{window}.ticket").write_text(ticket(window))
    found = find_tickets([tmp_path])
    chosen = the_ticket(found, lambda tickets: [says.window for says in tickets].index("W08"))
    assert chosen is not None
    assert chosen.says.window == "W08"
    with pytest.raises(Refused) as refused:
        the_ticket(found, nobody)
    assert refused.value.facts == {"count": 2, "names": "W07.ticket, W08.ticket"}


def test_no_stick_is_no_ticket(tmp_path: Path) -> None:
    assert the_ticket(find_tickets([tmp_path, tmp_path / "none"]), nobody) is None


def test_a_scanner_types_one_line() -> None:
    line = io.StringIO(f"{TOKEN}\r\ny\n")
    assert hear_ticket(line).token == TOKEN
    assert line.read() == "y\n"


@pytest.mark.parametrize("content", ["", "a.b.c", "x" * 5000, TOKEN[:60], "票"])
def test_what_is_no_ticket_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "w.ticket"
    path.write_text(content)
    with pytest.raises(Refused, match="ticket_file_unreadable"):
        read_ticket(path)
