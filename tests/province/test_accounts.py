"""Who may see what: passwords, roles, sessions, tokens, forms, asked over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
import sqlalchemy as sa

from province.places.plan import Window
from province.role import Role
from province.store.access import IDLE, SESSION
from province.store.schema import metadata
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice
from tests.province.site import BEARER, Site, Stage, hidden

PASSWORD = "a long password"
MINUTE_MS = 60_000


@pytest.fixture
def site(bench: ProvinceBench, stage: Stage) -> Iterator[Site]:
    bench.office.add_user("wang", password=PASSWORD, role=Role.OPERATOR, hall=None)
    bench.office.add_user("li", password=PASSWORD, role=Role.VIEWER, hall="north")
    with Site(bench, on=stage) as made:
        yield made


@pytest.fixture
def browser(site: Site) -> httpx.Client:
    return site.client


def test_a_password_opens_a_session_and_leads_back(site: Site, browser: httpx.Client) -> None:
    page = browser.get("/halls")
    assert page.status_code == 401
    form = {"secret": hidden(page.text, "secret"), "to": hidden(page.text, "to")}
    answer = browser.post("/login", data={**form, "name": "wang", "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/halls")
    assert browser.get("/halls").status_code == 200
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("operator="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_nobody_is_led_to_another_site(site: Site, browser: httpx.Client) -> None:
    secret = hidden(browser.get("/login").text, "secret")
    form = {"secret": secret, "name": "wang", "password": PASSWORD, "to": "//evil.example/"}
    assert browser.post("/login", data=form).headers["location"] == "/"


def test_a_wrong_password_and_an_unknown_name_have_the_same_answer(site: Site, browser: httpx.Client) -> None:
    wrong, unknown = (site.log_in(browser, name, "wrong") for name in ("wang", "nobody"))
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.text == unknown.text
    assert "用户名或密码不正确" in wrong.text


@pytest.mark.parametrize("name", ["wang", "nobody", "'; DROP TABLE users; --"])
def test_after_five_failures_a_name_is_closed_for_a_while(
    site: Site, browser: httpx.Client, bench: ProvinceBench, name: str
) -> None:
    for _ in range(5):
        assert site.log_in(browser, name, "wrong").status_code == 401
    closed = site.log_in(browser, name, PASSWORD)
    assert (closed.status_code, closed.headers["retry-after"]) == (429, "10")
    bench.clock.advance(10_000)
    again = site.log_in(browser, name, "wrong")
    assert again.status_code == 401
    assert site.log_in(browser, name, PASSWORD).headers["retry-after"] == "20"


def test_the_right_password_after_the_wait_opens_again(
    site: Site, browser: httpx.Client, bench: ProvinceBench
) -> None:
    for _ in range(5):
        site.log_in(browser, "wang", "wrong")
    bench.clock.advance(10_000)
    assert site.log_in(browser, "wang", PASSWORD).status_code == 303
    with site.browser() as other:
        for _ in range(4):
            assert site.log_in(other, "wang", "wrong").status_code == 401


def test_an_idle_session_ends_and_a_used_one_does_not(
    site: Site, browser: httpx.Client, bench: ProvinceBench
) -> None:
    site.log_in(browser, "wang", PASSWORD)
    for _ in range(3):
        bench.clock.advance(29 * MINUTE_MS)
        assert browser.get("/").status_code == 200
    bench.clock.advance(int(IDLE.total_seconds() * 1000))
    stale = browser.get("/")
    assert stale.status_code == 401
    assert "登录已过期" in stale.text


def test_a_session_ends_after_twelve_hours_however_used(
    site: Site, browser: httpx.Client, bench: ProvinceBench
) -> None:
    site.log_in(browser, "wang", PASSWORD)
    for _ in range(int(SESSION.total_seconds() // 60 // 20) - 1):
        bench.clock.advance(20 * MINUTE_MS)
        assert browser.get("/").status_code == 200
    bench.clock.advance(20 * MINUTE_MS)
    assert browser.get("/").status_code == 401


def test_logging_out_ends_the_session_at_the_server(site: Site, browser: httpx.Client) -> None:
    site.log_in(browser, "wang", PASSWORD)
    kept = f"operator={browser.cookies['operator']}"
    token = hidden(browser.get("/").text, "token")
    assert browser.post("/logout", data={"token": token}).headers["location"] == "/login"
    with site.browser() as thief:
        assert thief.get("/", headers={"Cookie": kept}).status_code == 401


def test_a_disabled_user_is_out_at_once(site: Site, browser: httpx.Client, bench: ProvinceBench) -> None:
    site.log_in(browser, "li", PASSWORD)
    bench.office.disable_user("li")
    assert browser.get("/").status_code == 401
    assert site.log_in(browser, "li", PASSWORD).status_code == 401


def test_another_password_ends_the_sessions_of_the_old_one(
    site: Site, browser: httpx.Client, bench: ProvinceBench
) -> None:
    site.log_in(browser, "li", PASSWORD)
    bench.office.set_password("li", "another password")
    assert browser.get("/").status_code == 401
    assert site.log_in(browser, "li", PASSWORD).status_code == 401
    assert site.log_in(browser, "li", "another password").status_code == 303


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/alarms/acknowledge", {"alarm": "1"}),
        ("/users/add", {"name": "new", "password": PASSWORD}),
        ("/users/disable", {"name": "li"}),
        ("/users/password", {"name": "li", "password": "another password"}),
        ("/windows/place", {"window": "W1", "hall": "north"}),
        ("/logout", {}),
    ],
)
def test_a_form_needs_its_token_the_role_and_our_own_page(
    site: Site, browser: httpx.Client, path: str, fields: dict[str, str]
) -> None:
    assert browser.post(path, data=fields).status_code in {401, 403}
    site.log_in(browser, "wang", PASSWORD)
    token = hidden(browser.get("/").text, "token")
    assert browser.post(path, data=fields).status_code == 403
    assert browser.post(path, data={**fields, "token": "0" * 64}).status_code == 403
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert browser.post(path, data={**fields, "token": token}, headers=headers).status_code == 403
    with site.browser() as viewer:
        site.log_in(viewer, "li", PASSWORD)
        other = hidden(viewer.get("/").text, "token")
        if path != "/logout":
            assert viewer.post(path, data={**fields, "token": other}).status_code == 403
        assert viewer.post(path, data={**fields, "token": token}).status_code == 403
    assert browser.post(path, data={**fields, "token": token}).status_code == 303


def test_the_login_form_needs_the_secret_of_this_browser(site: Site, browser: httpx.Client) -> None:
    form = {"name": "wang", "password": PASSWORD}
    assert browser.post("/login", data=form).status_code == 403
    with site.browser() as other:
        secret = hidden(other.get("/login").text, "secret")
    assert browser.post("/login", data={**form, "secret": secret}).status_code == 403


def test_a_form_that_is_too_long_or_none_is_refused(browser: httpx.Client) -> None:
    assert browser.post("/login", content=b"a" * 5000).status_code == 413
    assert browser.post("/login", content=b"name=\xff\xff").status_code == 422
    assert browser.post("/login", content=b"&".join([b"a=b"] * 50)).status_code == 422


def test_viewers_are_kept_from_operators_pages(site: Site, browser: httpx.Client) -> None:
    site.log_in(browser, "li", PASSWORD)
    for path in ("/alarms", "/users"):
        assert browser.get(path).status_code == 403
        assert f'href="{path}"' not in browser.get("/").text
    for page in ("alarms", "users", "nonsense"):
        assert browser.get("/live", params={"page": page}).status_code == 403


def test_a_viewer_sees_no_row_and_no_other_hall(
    site: Site, browser: httpx.Client, bench: ProvinceBench, device: SimulatedDevice
) -> None:
    other = bench.registered("dev-002", "W08")
    bench.office.place_window(Window("W07", "north", ""))
    bench.office.place_window(Window("W08", "south", ""))
    device.rate(1, clerk="C0001", indicators=["101"])
    other.rate(1, clerk="C0002", window="W08")
    bench.send(device)
    bench.send(other)
    site.log_in(browser, "li", PASSWORD)
    for path in ("/", "/halls", "/devices"):
        text = browser.get(path).text
        assert "C0001" not in text
        assert "W08" not in text
        assert "dev-002" not in text
    assert '<p class="big">1</p>' in browser.get("/").text


def test_tokens_have_a_role_and_can_be_revoked(site: Site, bench: ProvinceBench) -> None:
    viewer = bench.office.make_token("bi", role=Role.VIEWER, hall=None)
    operator = bench.office.make_token("docking", role=Role.OPERATOR, hall=None)
    assert site.get("/api/v1/statistics", token=viewer).json()["grouped"] is True
    assert site.get("/api/v1/statistics", token=operator).json()["grouped"] is False
    for path in ("/api/v1/ratings", "/api/v1/alarms"):
        refused = site.get(path, token=viewer)
        assert (refused.status_code, refused.json()["error"]) == (403, "forbidden")
        assert site.get(path, token=operator).status_code == 200
    bench.office.revoke_token("docking")
    assert site.get("/api/v1/ratings", token=operator).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/v1/logins", {}),
        ("POST", "/api/v1/devices", {"certificate": "", "window": "W1", "assignment": 1}),
        ("POST", "/api/v1/users", {"name": "x", "password": PASSWORD, "role": "operator"}),
        ("POST", "/api/v1/users/password", {"name": "wang", "password": PASSWORD}),
        ("POST", "/api/v1/users/disable", {"name": "wang"}),
        ("POST", "/api/v1/tokens", {"name": "x", "role": "operator"}),
        ("POST", "/api/v1/tokens/revoke", {"name": "x"}),
        ("POST", "/api/v1/windows", {"window": "W1", "hall": "north"}),
        ("PUT", "/api/v1/handlings", {"day": "2026-11-22", "window": "W1", "number": 1}),
    ],
)
def test_a_viewers_token_changes_nothing(
    site: Site, bench: ProvinceBench, method: str, path: str, body: dict[str, object]
) -> None:
    viewer = bench.office.make_token("bi", role=Role.VIEWER, hall=None)
    headers = {"Authorization": f"Bearer {viewer}"}
    assert site.client.request(method, path, json=body, headers=headers).status_code == 403


def test_accounts_are_made_over_the_api(site: Site, browser: httpx.Client) -> None:
    body = {"name": "zhao", "password": PASSWORD, "role": "viewer", "hall": None}
    assert browser.post("/api/v1/users", json=body, headers=BEARER).json() == {"name": "zhao"}
    taken = browser.post("/api/v1/users", json=body, headers=BEARER)
    assert (taken.status_code, taken.json()["error"]) == (409, "conflict")
    short = browser.post("/api/v1/users", json={**body, "name": "q", "password": "short"}, headers=BEARER)
    assert short.status_code == 409
    limited = {**body, "name": "q", "role": "operator", "hall": "north"}
    assert browser.post("/api/v1/users", json=limited, headers=BEARER).status_code == 409
    assert site.log_in(browser, "zhao", PASSWORD).status_code == 303


def test_what_an_operator_gets_wrong_is_said_on_the_page(site: Site, browser: httpx.Client) -> None:
    site.log_in(browser, "wang", PASSWORD)
    token = hidden(browser.get("/users").text, "token")
    for fields, words in (
        ({"name": "li", "password": PASSWORD}, "名称已被使用"),
        ({"name": "new", "password": "short"}, "密码须为"),
        ({"name": "new", "password": PASSWORD, "role": "operator", "hall": "north"}, "操作员不能限定大厅"),
    ):
        answer = browser.post("/users/add", data={**fields, "token": token})
        assert answer.status_code == 409
        assert words in answer.text
    self_disabling = browser.post("/users/disable", data={"name": "wang", "token": token})
    assert "不能停用自己" in self_disabling.text


def test_no_password_and_no_token_is_in_the_database(site: Site, bench: ProvinceBench) -> None:
    token = bench.office.make_token("bi", role=Role.VIEWER, hall=None)
    with bench.database.read() as connection:
        rows = [row for table in metadata.sorted_tables for row in connection.execute(sa.select(table))]
    dump = "\n".join(map(str, rows))
    assert "$argon2id$" in dump
    assert PASSWORD not in dump
    assert token not in dump
