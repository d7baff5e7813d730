"""The commands of users and technicians speak Chinese and English, with a province running or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from province.__main__ import main
from province.commands.texts import _TEXTS
from province.folder import ProvinceFolder
from tests.province.province_process import Province

Say = Callable[..., Result]

PASSWORD = "correct horse"
CHINESE, ENGLISH = "zh-Hans", "en"


@pytest.fixture(params=[False, True], ids=["stopped", "running"])
def province(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Province]:
    made = Province(tmp_path / "province")
    ports = {
        "mqtt_port": made.mqtt_port,
        "worker_port": made.worker_port,
        "web_port": made.web_port,
        "device_port": made.device_port,
    }
    ProvinceFolder(made.folder).make(host="127.0.0.1", now=datetime.now(UTC), **ports)
    if request.param:
        made.start()
    yield made
    if request.param:
        assert made.stop() == 0


@pytest.fixture
def say(province: Province, tmp_path: Path) -> Say:
    """One command, with a file for the password where it wants one."""
    file = tmp_path / "password"

    def run(*words: str | Path, lang: str, password: str | None = None, typed: str | None = None) -> Result:
        more: list[str] = []
        if password is not None:
            file.write_text(password)
            more = ["--password-file", str(file)]
        arguments = [*map(str, words), "--config", str(province.config), "--lang", lang, *more]
        return CliRunner().invoke(main, arguments, input=typed)

    return run


def test_a_user_is_made_changed_shown_and_disabled_in_either_language(say: Say) -> None:
    made = say("users", "add", "li", lang=CHINESE, password=PASSWORD)
    assert (made.exit_code, made.stdout, made.stderr) == (0, "li\n", "已添加用户 li。\n")
    assert say("users", "passwd", "li", lang=ENGLISH, password=PASSWORD).stderr == (
        "user li has another password; sessions by the old one are ended\n"
    )
    assert say("users", "list", lang=CHINESE).stdout.startswith("li  查看员  大厅 全部  建立于 20")
    assert say("users", "list", lang=ENGLISH).stdout.startswith("li  viewer  hall all  made 20")
    assert say("users", "disable", "li", lang=CHINESE).stderr == "用户 li 已停用，登录已退出。\n"
    assert "停用于 20" in say("users", "list", lang=CHINESE).stdout


@pytest.mark.parametrize(
    ("words", "password", "chinese", "english"),
    [
        (("add", "li"), PASSWORD, "已有用户 li", "there is a user li already"),
        (("add", "wang"), "short", "10 至 200 个字符", "10 to 200 characters"),
        (("add", " x "), PASSWORD, "首尾不留空格", "no spaces around them"),
        (
            ("add", "wang", "--role", "operator", "--hall", "H1"),
            PASSWORD,
            "操作员不能限定大厅",
            "operator cannot",
        ),
        (("passwd", "wang"), PASSWORD, "没有用户 wang", "there is no user wang"),
        (("disable", "wang"), None, "没有用户 wang", "there is no user wang"),
    ],
)
def test_what_cannot_be_done_with_a_user_is_told_in_either_language(
    say: Say, words: tuple[str, ...], password: str | None, chinese: str, english: str
) -> None:
    assert say("users", "add", "li", lang=CHINESE, password=PASSWORD).exit_code == 0
    for language, told in ((CHINESE, chinese), (ENGLISH, english)):
        done = say("users", *words, lang=language, password=password)
        assert (done.exit_code, done.stdout) == (1, "")
        assert told in done.stderr


def test_a_password_is_asked_for_twice_in_either_language(say: Say) -> None:
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    assert "密码: \n再输一次: \n" in say("users", "add", "li", lang=CHINESE, typed=typed).stdout
    done = say("users", "passwd", "li", lang=ENGLISH, typed=f"{PASSWORD}\nanother one\n")
    assert (done.exit_code, "the two passwords are not the same" in done.stderr) == (1, True)


def test_a_technician_is_made_shown_and_disabled_in_either_language(say: Say, tmp_path: Path) -> None:
    made = say("technicians", "add", "li", "--out", tmp_path / "a", lang=CHINESE)
    assert (made.exit_code, made.stdout) == (0, "li\n"), made.stderr
    assert "持有它的人即以 li 的身份办事" in made.stderr
    assert say("technicians", "list", lang=CHINESE).stdout.startswith("li  自 20")
    for language, told in ((CHINESE, "已有技术人员 li"), (ENGLISH, "there is a technician li already")):
        taken = say("technicians", "add", "li", "--out", tmp_path / "b", lang=language)
        assert (taken.exit_code, told in taken.stderr) == (1, True)
    for language, told in ((CHINESE, "已有这个文件"), (ENGLISH, "is there already")):
        there = say("technicians", "add", "wang", "--out", tmp_path / "a", lang=language)
        assert (there.exit_code, told in there.stderr) == (1, True)
    assert say("technicians", "disable", "li", lang=ENGLISH).stderr == "technician li may act no more\n"
    assert "  disabled 20" in say("technicians", "list", lang=ENGLISH).stdout
    for language, told in ((CHINESE, "没有技术人员 wang"), (ENGLISH, "there is no technician wang")):
        nobody = say("technicians", "disable", "wang", lang=language)
        assert (nobody.exit_code, told in nobody.stderr) == (1, True)


def test_both_languages_say_the_same_things() -> None:
    assert _TEXTS[CHINESE].keys() == _TEXTS[ENGLISH].keys()
