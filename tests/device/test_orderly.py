"""Orders of the province: each once, none over a citizen's head."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from device.clock import Belief
from device.snapshot import Screen
from tests.device.bench import Bench
from tests.device.signed_province import SignedProvince

LOOK_MS = 1_100


@pytest.fixture
def province(tmp_path: Path) -> SignedProvince:
    return SignedProvince(tmp_path)


@pytest.fixture
def bench(tmp_path: Path, province: SignedProvince) -> Bench:
    return Bench(tmp_path, province)


def outcomes(bench: Bench) -> dict[str, tuple[str | None, str | None]]:
    return {
        id_: (outcome, why) for id_, outcome, why in bench.store.run("SELECT id, outcome, why FROM orders")
    }


def test_a_notice_is_shown_while_nobody_is_served_and_goes_by_itself(
    bench: Bench, province: SignedProvince
) -> None:
    province.order("o-1", "show_notice", text="下午三点停电", seconds="30")
    bench.let(LOOK_MS)
    assert bench.shown.announcement == "下午三点停电"
    bench.invite(1)
    assert bench.shown.screen is Screen.LEVEL
    assert bench.shown.announcement is None
    bench.let(100)
    bench.press(5)
    bench.let(26_000)
    assert (bench.shown.screen, bench.shown.announcement) == (Screen.IDLE, "下午三点停电")
    bench.let(5_000)
    assert bench.shown.announcement is None
    assert outcomes(bench) == {"o-1": ("done", "")}


def test_an_order_is_carried_out_once(bench: Bench, province: SignedProvince) -> None:
    province.order("o-1", "restart")
    bench.let(5 * LOOK_MS)
    assert bench.restarts == 1
    bench.restart()
    bench.let(5 * LOOK_MS)
    assert bench.restarts == 0


def test_an_order_that_a_power_cut_interrupted_has_failed(bench: Bench, province: SignedProvince) -> None:
    bench.store.run("INSERT INTO orders (id, kind) VALUES ('o-1', 'restart')")
    province.order("o-1", "restart")
    bench.restart()
    bench.let(LOOK_MS)
    assert bench.restarts == 0
    assert outcomes(bench)["o-1"][0] == "failed"


def test_a_restart_waits_for_the_citizen(bench: Bench, province: SignedProvince) -> None:
    bench.invite(1)
    province.order("o-1", "restart")
    bench.let(LOOK_MS)
    bench.press(4)
    bench.let(LOOK_MS)
    assert (bench.restarts, outcomes(bench)) == (0, {})
    bench.let(30_000)
    assert bench.restarts == 1


def test_a_visit_without_a_level_can_be_closed(bench: Bench, province: SignedProvince) -> None:
    bench.invite(1)
    province.order("o-1", "close_visit")
    bench.let(LOOK_MS)
    assert bench.shown.screen is Screen.IDLE
    assert bench.rows()[-1]["outcome"] == "cancelled"
    assert outcomes(bench)["o-1"][0] == "done"


def test_nothing_cuts_a_visit_short_once_a_level_was_given(bench: Bench, province: SignedProvince) -> None:
    bench.invite(1)
    bench.let(100)
    bench.press(1)
    province.order("o-1", "close_visit")
    bench.let(LOOK_MS)
    assert bench.shown.screen is Screen.REASONS
    assert outcomes(bench)["o-1"][0] == "refused"
    assert [row["outcome"] for row in bench.rows()] == ["rated"]


def test_an_invitation_of_the_province_is_like_any_other(bench: Bench, province: SignedProvince) -> None:
    province.order("o-1", "invite", project_no="510100-1", service_no="1", task_name="身份证", ttl_s="30")
    bench.let(LOOK_MS)
    assert (bench.shown.screen, bench.shown.matter) == (Screen.LEVEL, "身份证")
    bench.press(4)
    row = bench.rows()[-1]
    assert (row["level"], row["invite"]["via"]) == (4, "order")
    province.order("o-2", "invite", project_no="510100-1", service_no="1")
    bench.let(LOOK_MS)
    assert outcomes(bench)["o-2"][0] == "refused"


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("dance", {}),
        ("show_notice", {}),
        ("show_notice", {"text": "字" * 41}),
        ("show_notice", {"text": "a\nb"}),
        ("show_notice", {"text": "a", "seconds": "4"}),
        ("show_notice", {"text": "a", "seconds": "-5"}),
        ("close_visit", {}),
        ("invite", {"project_no": "x"}),
        ("invite", {"project_no": "x", "service_no": "one"}),
        ("show_notice", {"text": "a", "expires": "2026-11-22T10:14:59+08:00"}),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_reason(
    bench: Bench, province: SignedProvince, kind: str, arguments: dict[str, str]
) -> None:
    province.order("o-1", kind, **arguments)
    bench.let(LOOK_MS)
    outcome, why = outcomes(bench)["o-1"]
    assert outcome == "refused"
    assert why
    assert bench.shown.screen is Screen.IDLE
    assert bench.shown.announcement is None


def test_an_order_that_the_province_did_not_sign_is_not_obeyed(
    bench: Bench, province: SignedProvince
) -> None:
    province.forge_order("o-1", "restart")
    bench.let(3 * LOOK_MS)
    assert (bench.restarts, outcomes(bench)) == (0, {})


def test_an_order_that_is_the_agents_own_is_left_to_it(bench: Bench, province: SignedProvince) -> None:
    province.order("o-1", "collect_logs")
    bench.let(3 * LOOK_MS)
    assert outcomes(bench) == {}


EXPIRES = "2026-11-22T10:25:00+08:00"  # ten minutes after it was issued


def test_an_order_of_another_boot_is_left_to_the_province_to_sign_anew(
    bench: Bench, province: SignedProvince
) -> None:
    before = replace(bench.clock.now(), boot="0" * 32)
    province.order("o-1", "restart", came=before)
    bench.let(3 * LOOK_MS)
    assert (bench.restarts, outcomes(bench)) == (0, {})


def test_an_order_that_waited_longer_than_it_lasts_is_refused_by_no_clock_at_all(
    bench: Bench, province: SignedProvince
) -> None:
    bench.clock.believe(Belief("unknown", "none"))
    bench.invite(1)
    province.order("o-1", "restart", expires=EXPIRES)
    bench.let(LOOK_MS)
    assert outcomes(bench) == {}
    bench.clock.advance(600_000)
    bench.clock.set_wall(bench.clock.now().wall - timedelta(days=1))
    bench.let(60_000)
    assert bench.shown.screen is Screen.IDLE
    assert (bench.restarts, outcomes(bench)["o-1"][0]) == (0, "refused")


def test_an_order_whose_time_is_proven_over_is_refused_whatever_the_clock_says(
    bench: Bench, province: SignedProvince
) -> None:
    bench.clock.believe(Belief("unknown", "none"))
    bench.store.raise_time_floor(bench.clock.now().wall + timedelta(hours=1))
    province.order("o-1", "restart", expires=EXPIRES)
    bench.let(LOOK_MS)
    assert (bench.restarts, outcomes(bench)["o-1"][0]) == (0, "refused")


def test_a_word_that_a_visit_was_rated_by_phone_ends_no_other_visit(
    bench: Bench, province: SignedProvince
) -> None:
    bench.invite(1)
    province.order("o-1", "close_visit", rated_by_phone="e" * 32)
    bench.let(LOOK_MS)
    assert bench.shown.screen is Screen.LEVEL
    assert outcomes(bench) == {"o-1": ("refused", "that visit is over")}
