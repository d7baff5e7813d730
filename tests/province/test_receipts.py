"""A citizen looks up a receipt code: whether the rating came, for who knows the word, and nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from device.receipt_code import receipt_code, word_hash
from province.store.attempts import FREE
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice
from tests.province.site import Site, Stage

VISIT = "0123456789abcdef0123456789abcdef"
CODE = receipt_code(VISIT)
SALT = "5a" * 16


@pytest.fixture
def site(bench: ProvinceBench, stage: Stage) -> Iterator[Site]:
    with Site(bench, on=stage) as made:
        yield made


def ask(device: SimulatedDevice, word: str = "4071", **changed: Any) -> None:
    device.log.append(
        {
            "kind": "receipt",
            "visit": VISIT,
            "code": CODE,
            "salt": SALT,
            "word": word_hash(SALT, word),
            "at": "2026-11-22T10:15:30.000+08:00",
            "boot": "b" * 32,
            "mono_ms": 1,
            "clock": "trusted",
            **changed,
        }
    )


def deliver(bench: ProvinceBench, device: SimulatedDevice) -> None:
    bench.hello(device)
    bench.send(device)


def look_up(site: Site, code: str = CODE, word: str = "4071") -> httpx.Response:
    return site.client.post("/receipt", data={"code": code, "word": word})


def test_who_knows_code_and_word_learns_that_the_rating_came(
    site: Site, bench: ProvinceBench, device: SimulatedDevice
) -> None:
    device.rate(1, visit=VISIT)
    ask(device)
    deliver(bench, device)
    answer = look_up(site, CODE.lower().replace("-", " "))
    assert answer.status_code == 200
    assert "收到您的评价" in answer.text


@pytest.mark.parametrize("level", [2, 3, 4, 5])
def test_the_answer_is_the_same_for_every_level(
    site: Site, bench: ProvinceBench, device: SimulatedDevice, level: int
) -> None:
    device.rate(1, visit=VISIT)
    ask(device)
    other = "f" * 32
    device.rate(level, visit=other, handling=None)
    ask(device, visit=other, code=receipt_code(other))
    device.rate(5, visit="e" * 32, handling=None)
    deliver(bench, device)
    bad, any_other = look_up(site).text, look_up(site, receipt_code(other)).text
    assert bad.replace(CODE, "") == any_other.replace(receipt_code(other), "")


def test_a_wrong_word_and_an_unknown_code_have_the_same_answer(
    site: Site, bench: ProvinceBench, device: SimulatedDevice
) -> None:
    device.rate(1, visit=VISIT)
    ask(device)
    deliver(bench, device)
    unknown = receipt_code("f" * 32)
    wrong, nobody = look_up(site, word="4072"), look_up(site, unknown)
    assert (wrong.status_code, nobody.status_code) == (404, 404)
    assert wrong.text.replace(CODE, "") == nobody.text.replace(unknown, "")


def test_after_a_few_tries_a_code_is_closed_also_to_the_right_word(
    site: Site, bench: ProvinceBench, device: SimulatedDevice
) -> None:
    device.rate(1, visit=VISIT)
    ask(device)
    deliver(bench, device)
    for number in range(FREE):
        assert look_up(site, word=f"{number:04}").status_code == 404
    closed = look_up(site)
    assert closed.status_code == 429
    assert int(closed.headers["Retry-After"]) >= 1
    bench.clock.advance(20_000)
    assert look_up(site).status_code == 200


def test_the_word_that_was_chosen_last_is_in_force(
    site: Site, bench: ProvinceBench, device: SimulatedDevice
) -> None:
    device.rate(1, visit=VISIT)
    ask(device, "1111")
    ask(device, "2222")
    deliver(bench, device)
    assert look_up(site, word="1111").status_code == 404
    assert look_up(site, word="2222").status_code == 200


@pytest.mark.parametrize(
    "changed",
    [{"code": receipt_code("f" * 32)}, {"visit": "x"}, {"salt": 3}, {"word": None}],
    ids=["another's code", "no visit", "no salt", "no word"],
)
def test_a_row_that_is_no_receipt_is_kept_and_looks_up_nothing(
    site: Site, bench: ProvinceBench, device: SimulatedDevice, changed: dict[str, Any]
) -> None:
    device.rate(1, visit=VISIT)
    ask(device, **changed)
    deliver(bench, device)
    assert len(bench.stored()) == 2
    assert look_up(site).status_code == 404
    assert look_up(site, receipt_code("f" * 32)).status_code == 404


def test_a_receipt_row_changes_nothing_about_what_counts(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    first = device.rate(2, visit=VISIT)
    ask(device)
    device.rate(2, visit=VISIT, replaces=first, indicators=["207"])
    deliver(bench, device)
    assert [(s.row["kind"], s.counted) for s in bench.stored()] == [
        ("rating", False),
        ("receipt", False),
        ("rating", True),
    ]
    assert bench.alarm_codes() == []


def test_a_code_of_a_visit_that_another_device_rated_finds_nothing(
    site: Site, bench: ProvinceBench, device: SimulatedDevice
) -> None:
    device.rate(1, visit=VISIT)
    deliver(bench, device)
    other = bench.registered("dev-002")
    ask(other)
    deliver(bench, other)
    assert look_up(site).status_code == 404


def test_another_device_takes_nobodys_word_away(
    site: Site, bench: ProvinceBench, device: SimulatedDevice
) -> None:
    device.rate(1, visit=VISIT)
    ask(device)
    deliver(bench, device)
    other = bench.registered("dev-002")
    ask(other, "9999")
    deliver(bench, other)
    assert look_up(site).status_code == 200
    assert look_up(site, word="9999").status_code == 404


def test_the_page_takes_the_code_of_the_qr_and_speaks_both_languages(site: Site) -> None:
    page = site.client.get("/receipt", params={"code": CODE})
    assert CODE in page.text
    assert "查询码" in page.text
    assert "Receipt code" in site.client.get("/receipt", params={"lang": "en"}).text


def test_no_script_comes_in_by_the_address(site: Site) -> None:
    assert "<script>" not in site.client.get("/receipt", params={"code": '"><script>'}).text
