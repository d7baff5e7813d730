"""The page as a person sees it: phone and desk, both languages, no fault of access."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.province.site import Site
from tests.web.conftest import CODED, NASTY, PASSWORD, REPORT

pytestmark = pytest.mark.first

SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1440, "height": 900}}
SERIOUS = {"serious", "critical"}


class Look:
    """A browser window on the site, whose dialogs and script errors are noted."""

    def __init__(self, page: Page, site: Site, size: str) -> None:
        self.page = page
        self.site = site
        self.size = size
        self.trouble: list[str] = []
        page.on("dialog", lambda dialog: (self.trouble.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on("console", lambda said: self._note(said.type, said.text))

    def _note(self, kind: str, text: str) -> None:
        # A refused page is told to the console too; that is no fault of ours.
        if kind == "error" and "status of 4" not in text:
            self.trouble.append(text)

    def go(self, path: str) -> None:
        self.page.goto(self.site.url + path)

    def log_in(self, name: str) -> None:
        self.go("/login")
        self.page.fill("input[name=name]", name)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("button[type=submit]")
        self.page.wait_for_selector("#board")

    def check(self, name: str) -> None:
        """Take a picture; no serious finding, nothing wider than the window, no trouble."""
        REPORT.mkdir(exist_ok=True)
        self.page.screenshot(path=REPORT / f"{name}-{self.size}.png", full_page=True)
        found = Axe().run(self.page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in SERIOUS] == []
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert self.page.evaluate(wide) <= 0
        assert self.trouble == []


@pytest.fixture(params=SIZES)
def look(request: pytest.FixtureRequest, chromium: Browser, busy_site: Site) -> Iterator[Look]:
    context = chromium.new_context(viewport=SIZES[request.param], locale="en-GB")
    yield Look(context.new_page(), busy_site, request.param)
    context.close()


def test_the_login_page_is_in_chinese_unless_chosen_otherwise(look: Look) -> None:
    look.go("/")
    assert look.page.get_attribute("html", "lang") == "zh-Hans"
    look.check("login")


def test_a_wrong_password_is_told(look: Look) -> None:
    look.go("/login")
    look.page.fill("input[name=name]", "nobody at all")
    look.page.fill("input[name=password]", "wrong")
    look.page.click("button[type=submit]")
    assert "用户名或密码不正确" in look.page.inner_text("main")
    look.check("login-wrong")


def test_every_page_of_an_operator(look: Look) -> None:
    look.log_in("wang")
    look.page.wait_for_selector("#live:has-text('实时更新')", state="attached")
    look.check("overview")
    assert look.page.locator("svg.chart:visible").count() == 2
    for name in ("halls", "devices", "alarms", "users"):
        look.page.click(f"nav a[href='/{name}']")
        look.page.wait_for_selector(f"main.{name}")
        look.check(name)


def test_every_page_of_an_operator_in_english(look: Look) -> None:
    look.log_in("wang")
    look.page.click("text=English")
    for name in ("halls", "users", "alarms", "devices"):
        look.page.click(f"nav a[href='/{name}']")
        look.page.wait_for_selector(f"main.{name}")
        assert look.page.get_attribute("html", "lang") == "en"
        look.check(f"{name}-en")
    look.page.click("nav a[href='/']")
    look.page.wait_for_selector("main.overview")
    look.check("overview-en")


def test_a_viewer_sees_their_hall_and_no_single_rating(look: Look) -> None:
    look.log_in("li")
    look.check("overview-viewer")
    assert look.page.locator(".arrivals").count() == 0
    look.page.click("nav a[href='/halls']")
    look.page.wait_for_selector("main.halls")
    look.check("halls-viewer")
    assert "市政务服务中心" not in look.page.inner_text("body")
    assert look.page.locator("a.window-link").count() == 0
    look.go("/window?code=W07")
    assert "您的角色不能查看此页" in look.page.inner_text("main")
    look.go("/users")
    assert "您的角色不能查看此页" in look.page.inner_text("main")
    look.check("forbidden")


def test_an_operator_looks_at_the_devices_of_a_window_over_time(look: Look) -> None:
    look.log_in("wang")
    look.go("/halls")
    assert look.page.locator("h2.organisation").all_inner_texts()[0].startswith("市政务服务管理局")
    look.page.click("a[href='/window?code=W07']")
    look.page.wait_for_selector("main.window")
    text = look.page.inner_text("main")
    assert "高新区政务服务局 › 高新区便民大厅" in text
    assert look.page.locator("tbody th b").all_inner_texts() == ["pi-0004", "pi-0009", "pi-0004"]
    assert "至今" in text
    look.check("window")
    look.page.click("text=English")
    look.page.wait_for_selector("html[lang=en] main.window")
    assert "Devices here over time" in (look.page.get_attribute("table", "aria-label") or "")
    look.check("window-en")
    look.go("/window?code=nothing")
    look.page.wait_for_selector("main.halls")


def test_html_and_sql_in_texts_are_shown_as_they_are(look: Look) -> None:
    look.log_in("wang")
    assert NASTY in look.page.inner_text("main")
    for path in ("/halls", "/users"):
        look.go(path)
        assert NASTY[:40] in look.page.inner_text("main")
        assert look.page.locator("main img").count() == 0
    assert look.trouble == []


def test_an_alarm_is_seen_to_and_says_by_whom(chromium: Browser, busy_site: Site) -> None:
    context = chromium.new_context(viewport=SIZES["desk"])
    look = Look(context.new_page(), busy_site, "desk")
    look.log_in("wang")
    look.go("/alarms")
    look.page.click("text=标为已处理")
    look.page.wait_for_selector(".seen")
    assert "wang 已处理" in look.page.inner_text(".seen")
    look.check("alarms-seen")
    context.close()


def test_logging_out_ends_the_session(chromium: Browser, busy_site: Site) -> None:
    context = chromium.new_context(viewport=SIZES["phone"])
    look = Look(context.new_page(), busy_site, "phone")
    look.log_in("wang")
    look.page.click("text=退出")
    look.page.wait_for_selector("input[name=password]")
    look.go("/halls")
    assert look.page.locator("input[name=password]").count() == 1
    context.close()


def test_devices_are_found_by_their_code_and_one_is_looked_at(look: Look) -> None:
    look.log_in("wang")
    look.go("/devices")
    look.page.wait_for_selector("#live:has-text('实时更新')", state="attached")
    look.page.fill("input[name=search]", "7K3M-Q9XT-WAZ")
    look.page.click(".filter button")
    look.page.wait_for_selector("text=共 1 台")
    look.check("devices-found")
    look.page.click(f"#device-{CODED}")
    look.page.wait_for_selector("main.device")
    look.page.wait_for_selector("#live:has-text('实时更新')", state="attached")
    text = look.page.inner_text("main")
    for said in ("7K3M-Q9XT-WAZ", "按键卡住", "61 °C", "5.0 GiB", "未成功", "等待回复", "412 条"):
        assert said in text
    look.check("device")
    look.page.click("text=English")
    look.page.wait_for_selector("html[lang=en] main.device")
    look.check("device-en")


def test_a_device_is_shut_out_only_with_a_reason_and_a_tick_and_let_in_again(look: Look) -> None:
    name = "pi-0001"
    look.log_in("wang")
    look.go(f"/devices/{name}")
    look.page.click("button.grave")
    assert look.page.locator("form[action$=revoke] input:invalid").count() == 2
    look.page.fill("form[action$=revoke] input[name=why]", "被盗")
    look.page.check("input[name=sure]")
    look.page.click("button.grave")
    look.page.wait_for_selector("[role=alert]")
    assert "消息服务器不在本机" in look.page.inner_text("[role=alert]")
    assert "被盗" in look.page.inner_text(".revoked")
    look.check("device-revoked")
    look.page.fill("form[action$=reinstate] input[name=why]", "找回")
    look.page.click("form[action$=reinstate] button")
    look.page.wait_for_selector("[role=alert]")
    assert look.page.locator(".revoked").count() == 0


def test_the_list_is_sorted_filtered_and_stays_as_asked_while_it_lives(look: Look) -> None:
    look.log_in("wang")
    look.go("/devices?state=revoked")
    assert look.page.locator("tbody tr").count() == 1
    assert look.page.input_value("select[name=state]") == "revoked"
    look.page.wait_for_selector("#live:has-text('实时更新')", state="attached")
    assert look.page.locator("tbody tr").count() == 1
    look.go("/devices?sort=-queue")
    assert "7K3M" in look.page.locator("tbody th").first.inner_text()
    assert look.page.locator("th[aria-sort=descending]").count() == 1


def test_a_technician_sees_devices_and_halls_and_no_level(look: Look) -> None:
    look.log_in("chen")
    assert look.page.url.endswith("/devices")
    assert [link.inner_text() for link in look.page.locator("header nav a").all()] == ["大厅与窗口", "评价器"]
    look.check("devices-technician")
    look.go("/halls")
    look.check("halls-technician")
    assert "满意" not in look.page.inner_text("body")
    look.go("/devices/cp-2p8wh5vce9")
    assert NASTY[:40] in look.page.inner_text("main")
    assert look.page.locator("main img, form[action*=devices]").count() == 0
    look.check("device-technician")
    look.go("/alarms")
    assert "您的角色不能查看此页" in look.page.inner_text("main")
