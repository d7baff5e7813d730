"""What is said of revocation at the office, by language."""

from __future__ import annotations

from province.places.texts import CHINESE, ENGLISH

_TEXTS = {
    CHINESE: {
        "will_revoke": "将停用评价器 {device}（窗口 {window}，{state}，未回执 {queue} 条，"
        "已存 {held} 条予以保留）。",
        "is_revoked": "评价器 {device} 已于 {at} 停用（{why}）；将再次断开连接。",
        "will_reinstate": "将恢复评价器 {device}（{at} 停用：{why}）；原证书继续有效至 {ends}。",
        "is_active": "评价器 {device} 没有停用，无需恢复。",
        "then": "证书列入吊销名单，访问名单拒绝其一切消息，现有连接在数秒内断开。",
        "ask": "继续？",
        "was_dry": "仅为试运行，没有改动。",
        "revoked": "评价器 {device} 已停用。",
        "reinstated": "评价器 {device} 已恢复。",
        "online": "在线",
        "offline": "离线",
        "left.no_broker": "消息服务器不在本机：请在其主机上更新吊销名单（crlfile）和访问名单并重新加载；"
        "本平台已不接收该评价器的任何消息。",
        "left.no_ca_key": "本机没有 CA 私钥，未能签发吊销名单，也未能断开现有连接；"
        "访问名单已拒绝其消息，请在有 CA 私钥的主机上再执行一次。",
        "left.not_writable": "消息服务器目录（device_broker.folder）不能写入：请检查属主、权限和剩余空间，"
        "然后再执行一次。",
        "left.no_pid_file": "没有消息服务器的进程号文件（device_broker.pid_file）："
        "请向 mosquitto 发送 SIGHUP，或重启它。",
        "left.not_allowed": "无权通知消息服务器：请以其用户身份向 mosquitto 发送 SIGHUP，或重启它。",
        "left.session": "未能断开现有连接（其消息已被拒绝）：请检查消息服务器后再执行一次，或重启它。",
    },
    ENGLISH: {
        "will_revoke": "Device {device} will be shut out (window {window}, {state}, {queue} rows without"
        " receipt; {held} rows held here stay).",
        "is_revoked": "Device {device} was shut out at {at} ({why}); its session will be ended again.",
        "will_reinstate": "Device {device} will be let in again (shut out at {at}: {why}); its certificate is"
        " good until {ends}.",
        "is_active": "Device {device} is not shut out: there is nothing to undo.",
        "then": "Its certificate goes on the list of revoked ones, the access list denies all its messages,"
        " and its live session ends within seconds.",
        "ask": "Go on?",
        "was_dry": "Nothing was changed: this was a dry run.",
        "revoked": "Device {device} is shut out.",
        "reinstated": "Device {device} is let in again.",
        "online": "online",
        "offline": "offline",
        "left.no_broker": "The broker is on another machine: bring its list of revoked certificates (crlfile)"
        " and its access list up to date there, and have it read them anew; the province takes nothing of the"
        " device meanwhile.",
        "left.no_ca_key": "The CA's key is not here: the list of revoked certificates was not signed, the"
        " live session not ended; the access list denies its messages; do this again where the CA's key is.",
        "left.not_writable": "The broker's folder (device_broker.folder) cannot be written: see its owner,"
        " its mode and the room left, then do this again.",
        "left.no_pid_file": "There is no file with the broker's process id (device_broker.pid_file): send"
        " mosquitto SIGHUP, or restart it.",
        "left.not_allowed": "The broker may not be told by this user: send mosquitto SIGHUP as its own user,"
        " or restart it.",
        "left.session": "The live session could not be ended (its messages are denied): look at the broker"
        " and do this again, or restart it.",
    },
}


def said(language: str, name: str, **facts: object) -> str:
    """The text of `name` in a language, with its facts."""
    return _TEXTS[language][name].format(**facts)
