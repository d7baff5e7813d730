"""What the commands of users and technicians say to whoever types them, by language."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from datetime import datetime

from device.clock import CHINA
from province.errors import AccountError, Declined
from province.passwords import LEAST, MOST
from province.places.texts import CHINESE, ENGLISH, choose_language

_TEXTS = {
    CHINESE: {
        "user.taken": "已有用户 {name}，请换一个名称。",
        "user.nobody": "没有用户 {name}，请用 chuangping province users list 查看。",
        "user.name": "用户名须为 1 至 64 个可见字符，首尾不留空格，请改正。",
        "user.password": "密码须为 {least} 至 {most} 个字符，请换一个。",
        "user.hall": "操作员不能限定大厅：请去掉 --hall，或换一种角色。",
        "user.halls": "几个大厅都叫“{hall}”，请用大厅编码。",
        "user.mismatch": "两次输入的密码不同，请重新执行。",
        "user.unreadable": "{file}：密码读不出（{why}），请检查文件。",
        "user.password_prompt": "密码",
        "user.password_again": "再输一次",
        "user.made": "已添加用户 {name}。",
        "user.changed": "用户 {name} 的密码已更换，原有登录已退出。",
        "user.disabled": "用户 {name} 已停用，登录已退出。",
        "user.line": "{name}  {role}  大厅 {hall}  建立于 {made}",
        "user.line_disabled": "{name}  {role}  大厅 {hall}  建立于 {made}  停用于 {disabled}",
        "role.operator": "操作员",
        "role.viewer": "查看员",
        "role.technician": "技术人员",
        "all_halls": "全部",
        "technician.file_there": "{file}：已有这个文件，请换一个文件夹，或先把它移走。",
        "technician.name": "“{name}”不能作技术人员的名称（{why}），请换一个。",
        "technician.technician_taken": "已有技术人员 {name}，请先停用，或换一个名称。",
        "technician.technician_unknown": "没有技术人员 {name}，请用"
        " chuangping province technicians list 查看。",
        "technician.certificate_unusable": "证书不是本平台为技术人员签发的，请检查 broker.ca 和 ca.key。",
        "technician.made": "{file}：持有它的人即以 {name} 的身份办事；"
        "要终止，请用 chuangping province technicians disable {name}。",
        "technician.disabled": "技术人员 {name} 已停用。",
        "technician.line": "{name}  自 {made} 起",
        "technician.line_disabled": "{name}  自 {made} 起  停用于 {disabled}",
    },
    ENGLISH: {
        "user.taken": "there is a user {name} already; choose another name",
        "user.nobody": "there is no user {name}; see chuangping province users list",
        "user.name": "a user's name has 1 to 64 characters that can be seen,"
        " no spaces around them; correct it",
        "user.password": "a password has {least} to {most} characters; choose another",
        "user.hall": "an operator cannot be limited to a hall; leave --hall out, or take another role",
        "user.halls": "several halls are called {hall!r}; give the hall's code",
        "user.mismatch": "the two passwords are not the same; do it again",
        "user.unreadable": "{file}: the password cannot be read ({why}); look at the file",
        "user.password_prompt": "Password",
        "user.password_again": "Once more",
        "user.made": "user {name} is made",
        "user.changed": "user {name} has another password; sessions by the old one are ended",
        "user.disabled": "user {name} is let in no more; their sessions are ended",
        "user.line": "{name}  {role}  hall {hall}  made {made}",
        "user.line_disabled": "{name}  {role}  hall {hall}  made {made}  disabled {disabled}",
        "role.operator": "operator",
        "role.viewer": "viewer",
        "role.technician": "technician",
        "all_halls": "all",
        "technician.file_there": "{file}: is there already; give another folder, or move it away",
        "technician.name": "{name!r} cannot name a technician ({why}); choose another name",
        "technician.technician_taken": "there is a technician {name} already; disable that one first,"
        " or choose another name",
        "technician.technician_unknown": "there is no technician {name};"
        " see chuangping province technicians list",
        "technician.certificate_unusable": "the certificate is not a technician's by this province's CA;"
        " see broker.ca and ca.key",
        "technician.made": "{file}: whoever has it acts as {name};"
        " chuangping province technicians disable {name} ends that",
        "technician.disabled": "technician {name} may act no more",
        "technician.line": "{name}  since {made}",
        "technician.line_disabled": "{name}  since {made}  disabled {disabled}",
    },
}


class Sentences:
    """What is said in the language asked for, else in that of the environment."""

    def __init__(self, lang: str | None) -> None:
        self._texts = _TEXTS[choose_language(lang, os.environ)]

    def say(self, text: str, /, **facts: object) -> str:
        """The sentence `text` with its facts."""
        return self._texts[text].format(**facts)

    @contextlib.contextmanager
    def refusing(self, group: str, **facts: object) -> Iterator[None]:
        """What is refused within is raised in this language, or as it was said where that has no words."""
        try:
            yield
        except (AccountError, Declined) as error:
            text = self._texts.get(f"{group}.{error.code}")
            if text is None:
                raise
            said = text.format(least=LEAST, most=MOST, **facts)
            raise Declined(error.code, said) from None


def day(at: str | None) -> str:
    """The day in China of a time of the database; empty without one."""
    return "" if at is None else f"{datetime.fromisoformat(at).astimezone(CHINA):%Y-%m-%d}"
