"""A stick in the box and nothing typed: the ticket on it, and by it where there is no network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from provisioning.enrolment.outcome import Outcome, State
from provisioning.enrolment.ticket_file import find_tickets, the_ticket
from provisioning.enrolment.way import Wish, go
from provisioning.refused import Unreached
from tests.ports import free_port
from tests.provisioning.enrolment.by_hand import enroller_of
from tests.provisioning.enrolment.office import answer
from tests.provisioning.enrolment.service import Service


@pytest.fixture
def stick(tmp_path: Path, service: Service) -> Path:
    """In the box, with one ticket."""
    stick = tmp_path / "media" / "STICK"
    stick.mkdir(parents=True)
    return stick


def enrolled(stick: Path, folder: Path, *, ask: Callable[[str], bool] = lambda _: True) -> Outcome:
    """What comes of a stick that is put in, and of `chuangping enrol` alone."""
    ticket = the_ticket(find_tickets([stick.parent]), lambda _: None)
    return go(
        enroller_of(folder, ask=ask),
        Wish(ticket=ticket, code=None, stick=None, replaces=False, offline=False, dry_run=False),
    )


@pytest.mark.usefixtures("broker")
def test_the_stick_is_all_that_is_needed(service: Service, stick: Path, tmp_path: Path) -> None:
    (stick / "W07.ticket").write_text(service.ticket())
    outcome = enrolled(stick, tmp_path / "box")
    assert (outcome.state, outcome.window, outcome.confirmed) == (State.ENROLLED, "W07", True)
    assert [path.name for path in stick.iterdir()] == ["W07.ticket"]
    assert enrolled(stick, tmp_path / "box").state is State.NOTHING


@pytest.mark.usefixtures("broker")
def test_without_a_network_the_same_stick_goes_to_the_office_and_back(
    service: Service, stick: Path, tmp_path: Path
) -> None:
    url, service.url = service.url, f"https://127.0.0.1:{free_port()}"
    (stick / "W07.ticket").write_text(service.ticket())
    assert enrolled(stick, tmp_path / "box").state is State.WAITING
    service.url = url
    (request,) = stick.glob("*.request.json")
    answer(service, request)
    outcome = enrolled(stick, tmp_path / "box")
    assert (outcome.state, outcome.connection, outcome.confirmed) == (State.ENROLLED, True, True)


def test_who_rather_looks_at_the_cable_has_nothing_written(
    service: Service, stick: Path, tmp_path: Path
) -> None:
    service.url = f"https://127.0.0.1:{free_port()}"
    (stick / "W07.ticket").write_text(service.ticket())
    with pytest.raises(Unreached):
        enrolled(stick, tmp_path / "box", ask=lambda _: False)
    assert [path.name for path in stick.iterdir()] == ["W07.ticket"]
    assert not (tmp_path / "box").exists()
