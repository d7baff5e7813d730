"""What a technician is told, and asked, and what programs read of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from provisioning.refused import ByProvince, NotKept, Refused, Unfit, Unreached
from provisioning.telling import Telling, sentence_of
from provisioning.texts import load_texts

ENGLISH = load_texts("en")


def telling(answer: bool | None, *, assumed: bool = False) -> tuple[Telling, list[str]]:
    """Of somebody who gives `answer`; with what they were asked."""
    asked: list[str] = []

    def confirm(question: str) -> bool | None:
        asked.append(question)
        return answer

    return Telling(ENGLISH, assumed=assumed, confirm=confirm), asked


def test_a_yes_goes_on_and_assumed_nobody_is_asked() -> None:
    told, asked = telling(answer=True)
    told.ask("move.ask")
    assert asked == ["Move it?"]
    told, asked = telling(answer=None, assumed=True)
    told.ask("move.ask")
    assert asked == []


@pytest.mark.parametrize(("answer", "sentence"), [(False, "act.no"), (None, "act.nobody")])
def test_a_no_is_a_refusal_and_so_is_nobody_there(answer: bool | None, sentence: str) -> None:
    told, _ = telling(answer)
    with pytest.raises(Refused) as refused:
        told.ask("move.ask")
    assert refused.value.sentence == sentence


@pytest.mark.parametrize(
    ("refused", "code", "name"),
    [
        (Refused("act.no"), 1, "no"),
        (Unreached("province.unreached", url="https://a", why="b"), 69, "unreached"),
        (NotKept("act.no_room", folder=Path("/a")), 74, "no_room"),
        (Unfit("enrolment.made_by_hand", path=Path("/a")), 78, "made_by_hand"),
        (ByProvince("province", "decommissioned", "", {"device": "cp-a", "at": "?"}), 1, "decommissioned"),
    ],
)
def test_a_refusal_ends_in_one_sentence_its_exit_code_and_json(
    refused: Refused, code: int, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended, Telling(ENGLISH, as_json=True).refusals():
        raise refused
    assert ended.value.code == code
    out, err = capsys.readouterr()
    said = json.loads(out)
    assert said["error"] == name
    assert err == f"chuangping: {said['message']}\n"


def test_what_others_wrote_moves_no_cursor_and_fills_no_page() -> None:
    sentence = sentence_of(
        Unreached("province.unreached", url="https://a", why="\x1b[2J" + "b" * 500), ENGLISH
    )
    assert "\x1b" not in sentence
    assert "b" * 100 in sentence
    assert "b" * 121 not in sentence


def test_a_path_is_whole_and_moves_no_cursor() -> None:
    long = "a" * 300
    sentence = sentence_of(NotKept("act.no_room", folder=Path(f"/{long}/\x1b[2J")), ENGLISH)
    assert f"/{long}/�[2J" in sentence


def test_a_time_of_the_province_is_told_as_at_a_window() -> None:
    facts: dict[str, object] = {"device": "cp-a", "at": "2026-11-22T10:00:00.000Z"}
    sentence = sentence_of(ByProvince("province", "decommissioned", "", facts), ENGLISH)
    assert sentence.startswith("Device cp-a was decommissioned at 2026-11-22 18:00;")
