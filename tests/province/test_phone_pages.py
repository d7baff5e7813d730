"""The pages on a citizen's phone, as a browser without scripts meets them."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from fastapi import FastAPI

from province.errors import StoreError
from province.phone.keys import PhoneKey
from province.web.drawing import Drawing
from province.web.phone import PhonePages, phone_pages
from tests.patience import PATIENCE_S
from tests.province.phone_site import PhoneSite, new_visit

USED = "这次服务已经评价过了，谢谢"
HOUR_MS = 3_600_000


@pytest.fixture
def site(bench):
    return PhoneSite(bench)


@pytest.fixture
def bounds():
    return {"per_window": 30, "per_address": 20}


@pytest.fixture
def url(site, stage, bounds):
    pages = PhonePages(site.desk, clock=site.bench.clock, drawing=Drawing(), **bounds)
    app = FastAPI()
    app.include_router(phone_pages(pages))
    stage.show(app)
    yield stage.url
    stage.clear()


@pytest.fixture
def phone(url):
    with httpx.Client(base_url=url, timeout=PATIENCE_S) as client:
        yield client


@pytest.fixture
def path(site, device):
    return f"/r/{site.link(device, new_visit())}"


def levels(site):
    return [s.row["level"] for s in site.bench.stored() if s.counted]


def passed(page):
    found = re.search(r'name="pass" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("wants", "title"),
    [
        ("zh-CN,zh;q=0.9", "请评价本次服务"),
        ("en-GB", "Please rate this service"),
        ("fr,en;q=0.5", "Please rate this service"),
        ("fr", "请评价本次服务"),
    ],
)
def test_the_page_speaks_what_the_browser_wants_of_what_there_is(phone, path, wants, title):
    page = phone.get(path, headers={"Accept-Language": wants})
    assert (page.status_code, title in page.text) == (200, True)
    assert "请评价本次服务" in phone.get(f"{path}?lang=zh-Hans", headers={"Accept-Language": wants}).text


def test_no_script_nothing_of_others_and_no_cookie_on_the_page_of_a_visit(phone, path):
    page = phone.get(path)
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "<script" not in page.text
    assert "http" not in page.text
    assert "set-cookie" not in page.headers


def test_a_level_then_its_reasons_then_thanks(phone, path, site):
    page = phone.post(path, data={"level": "2"})
    assert "谢谢，评价已保存" in page.text
    assert levels(site) == [2]
    end = phone.post(path, data={"pass": passed(page), "reason-207": "on"})
    assert "感谢您的评价" in end.text
    assert [s.row["indicators"] for s in site.bench.stored() if s.counted] == [["207"]]
    assert USED in phone.get(path).text
    assert USED in phone.post(path, data={"level": "5"}).text
    assert levels(site) == [2]


@pytest.mark.parametrize("said", ["", "0", "6", "55", "非常满意"])
def test_what_is_no_level_rates_nothing_and_is_asked_again(phone, path, site, said):
    assert "请评价本次服务" in phone.post(path, data={"level": said}).text
    assert levels(site) == []


def test_words_without_consent_are_asked_about_and_stored_nowhere(phone, path, site):
    page = phone.post(path, data={"level": "1"})
    code = re.findall(r'name="reason-([0-9]+)"', page.text)[0]
    form = {"pass": passed(page), "words": "排队太久", "number": "139 0000-1234", f"reason-{code}": "on"}
    again = phone.post(path, data=form)
    assert "请先勾选" in again.text
    assert "排队太久" in again.text
    assert len(site.bench.stored()) == 1
    assert "感谢您的评价" in phone.post(path, data={**form, "consent": "yes"}).text
    (row,) = [s.row for s in site.bench.stored() if s.counted]
    assert (row["indicators"], row["sealed"]["purpose"], row["anonymous"]) == (
        [code],
        "words_contact",
        False,
    )


@pytest.mark.parametrize("wrong", [{"words": "字" * 151}, {"number": "call me"}, {"number": "1" * 21}])
def test_what_cannot_be_confided_is_asked_about(phone, path, site, wrong):
    page = phone.post(path, data={"level": "1"})
    again = phone.post(path, data={"pass": passed(page), "consent": "yes", **wrong})
    assert "150" in again.text
    assert len(site.bench.stored()) == 1


def test_what_somebody_typed_is_text_on_the_page_and_nothing_else(phone, path):
    page = phone.post(path, data={"level": "1"})
    nasty = "<img src=x onerror=alert(1)>"
    again = phone.post(path, data={"pass": passed(page), "words": nasty})
    assert nasty not in again.text
    assert "&lt;img" in again.text


def test_a_form_with_a_pass_of_nobody_adds_nothing(phone, path, site):
    phone.post(path, data={"level": "1"})
    assert phone.post(path, data={"pass": "dev-001:x:y", "reason-101": "on"}).status_code == 404
    assert len(site.bench.stored()) == 1


@pytest.mark.parametrize("path", ["/r/x", "/r/" + "A" * 59, "/w/x", "/w/" + "A" * 32])
def test_a_link_of_nobody_is_answered_kindly(phone, path, device):
    for page in (phone.get(path), phone.post(path, data={"level": "5"})):
        assert (page.status_code, "这个链接不能评价" in page.text) == (404, True)


def test_a_database_that_refuses_is_told_and_nothing_is_thanked(phone, path, site):
    site.bench.database.close()
    page = phone.post(path, data={"level": "5"})
    assert (page.status_code, "暂时不能保存您的评价" in page.text) == (503, True)


def poster(site):
    return f"/w/{site.key.window_token('W07')}"


def test_a_poster_is_rated_once_an_hour_by_a_browser(phone, site, device):
    path = poster(site)
    phone.get(path)
    assert "谢谢，评价已保存" in phone.post(path, data={"level": "4"}).text
    assert USED in phone.post(path, data={"level": "4"}).text
    site.bench.clock.advance(HOUR_MS)
    assert "谢谢，评价已保存" in phone.post(path, data={"level": "3"}).text
    assert levels(site) == [4, 3]


def test_a_poster_takes_no_form_of_another_site(phone, site, device):
    page = phone.post(poster(site), data={"level": "4"})  # a browser sends no lax cookie from elsewhere
    assert (page.status_code, "请重新扫码" in page.text) == (403, True)
    assert levels(site) == []


@pytest.mark.parametrize("bounds", [{"per_window": 2, "per_address": 0}, {"per_window": 9, "per_address": 2}])
def test_a_window_and_an_address_have_their_bounds_whatever_the_browser(url, site, device):
    answers = []
    for _ in range(3):
        with httpx.Client(base_url=url, timeout=PATIENCE_S) as browser:
            browser.get(poster(site))
            answers.append(browser.post(poster(site), data={"level": "4"}).status_code)
    assert answers == [200, 200, 429]
    assert levels(site) == [4, 4]


def test_a_form_without_a_level_takes_nobodys_turn_at_a_poster(phone, site, device):
    phone.get(poster(site))
    for _ in range(3):
        assert "请评价本次服务" in phone.post(poster(site), data={"level": "6"}).text
    assert "谢谢，评价已保存" in phone.post(poster(site), data={"level": "4"}).text


def test_one_browser_rates_a_poster_once_however_many_forms_it_sends_at_a_time(phone, site, device):
    phone.get(poster(site))
    with ThreadPoolExecutor(8) as hands:
        list(hands.map(lambda _: phone.post(poster(site), data={"level": "1"}), range(8)))
    assert levels(site) == [1]


def test_a_device_that_cannot_be_told_keeps_nobody_from_being_thanked(bench, stage, device):
    def refuse(device, visit):
        raise StoreError("the disk is full")

    site = PhoneSite(bench, tell=refuse)
    pages = PhonePages(site.desk, clock=bench.clock, drawing=Drawing(), per_window=1, per_address=1)
    app = FastAPI()
    app.include_router(phone_pages(pages))
    stage.show(app)
    with httpx.Client(base_url=stage.url, timeout=PATIENCE_S) as client:
        page = client.post(f"/r/{site.link(device, new_visit())}", data={"level": "2"})
    stage.clear()
    assert (page.status_code, "谢谢，评价已保存" in page.text) == (200, True)
    assert levels(site) == [2]


def test_a_poster_of_another_province_is_nobodys(phone, site, device):
    assert phone.get(f"/w/{PhoneKey.generate().window_token('W07')}").status_code == 404
