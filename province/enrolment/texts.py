"""The sentences of the enrolment service, by language: what, which, what next."""

from __future__ import annotations

from province.places.texts import CHINESE, ENGLISH

_TEXTS = {
    CHINESE: {
        "ticket_unreadable": "这不是票据，请重新插入优盘或重新扫描票据。",
        "ticket_tampered": "票据内容与签名不符，请让省平台人员重新制作。",
        "ticket_expired": "票据已于 {until} 过期，请重新制票。",
        "ticket_used": "票据已被评价器 {device} 使用，请为这台评价器另制一张。",
        "ticket_revoked": "票据 {ticket} 已作废，请重新制票。",
        "ticket_unknown": "省平台没有票据 {ticket} 的记录，请核对票据是否由本省平台制作。",
        "ticket_elsewhere": "窗口 {window} 现属大厅 {hall}，与票据不符，请按现有大厅重新制票。",
        "window_served": "窗口 {window} 已有评价器 {device}；如要替换它，请用 chuangping replace。",
        "window_free": "窗口 {window} 没有可替换的评价器，请用 chuangping enrol。",
        "window_unknown": "窗口 {window} 不在册，请先用 chuangping places import 导入。",
        "hall_unknown": "没有叫“{hall}”的大厅，请用 chuangping places list 查看。",
        "hall_empty": "大厅“{hall}”没有窗口，请先用 chuangping places import 导入。",
        "ticket_locked": "这个网络地址用了太多次不对的票据，请在 {until} 之后再试，或用优盘办理。",
        "code_wrong": "短码不对，请对照票据重新输入。",
        "code_locked": "短码输错次数过多，请在 {until} 之后再试，或改用票据文件。",
        "request_unusable": "证书请求不能用（{why}），请在评价器上重新生成。",
        "device_known": "编号 {device} 已用另一把密钥登记，请给这台评价器换一个编号。",
        "not_registered": "评价器 {device} 没有登记，请用票据登记。",
        "revoked": "评价器 {device} 已停用，请先在省平台恢复，或换一台评价器。",
        "nothing_asked": "评价器 {device} 没有待批的证书申请，请用 chuangping province devices list 查看。",
        "made": "已制作 {number} 张票据，有效至 {until}，存于 {folder}；每张只能用一次，请妥善保管。",
        "revoked_ticket": "票据 {ticket} 已作废。",
        "answered": "{device}：已签发证书，答复写入 {file}，请把优盘带回评价器。",
        "answered_before": "{device}：先前已经答复过，{file} 保持不变。",
        "refused": "{device}：{why}",
        "no_requests": "{folder} 里没有请求文件（*.request.json），请检查优盘。",
        "not_a_request": "{file}：不是评价器的请求文件，请在评价器上重新生成。",
        "approved": "已批准评价器 {device} 续期，它下次联系时取得。",
        "state_open": "未使用",
        "state_used": "已使用，待确认",
        "state_confirmed": "已启用",
        "state_expired": "已过期",
        "state_revoked": "已作废",
    },
    ENGLISH: {
        "ticket_unreadable": "this is no ticket; insert the stick or scan the ticket again.",
        "ticket_tampered": "the ticket is not what was signed; get a new one from whoever made it.",
        "ticket_expired": "the ticket ended at {until}; have a new one made.",
        "ticket_used": "the ticket was used by device {device}; have one made for this device.",
        "ticket_revoked": "the ticket {ticket} was revoked; have a new one made.",
        "ticket_unknown": "this province knows no ticket {ticket}; see whether this province made it.",
        "ticket_elsewhere": "window {window} is in hall {hall} by now, not in the ticket's;"
        " have a ticket made for where it is.",
        "window_served": "window {window} is served by device {device}; to put this one in its place,"
        " use chuangping replace.",
        "window_free": "nobody serves window {window}; use chuangping enrol.",
        "window_unknown": "there is no window {window}; import it with chuangping places import.",
        "hall_unknown": "there is no hall {hall!r}; see chuangping places list.",
        "hall_empty": "hall {hall!r} has no windows; import them with chuangping places import.",
        "ticket_locked": "there were too many wrong tickets from this address; try after {until},"
        " or enrol by stick.",
        "code_wrong": "the short code is wrong; compare it with the ticket.",
        "code_locked": "there were too many wrong short codes; try after {until}, or use the ticket's file.",
        "request_unusable": "the certificate request cannot be used ({why}); make it again on the device.",
        "device_known": "the id {device} is registered with another key; give this device another id.",
        "not_registered": "device {device} is not registered; enrol it with a ticket.",
        "revoked": "device {device} was revoked; reinstate it at the province, or take another device.",
        "nothing_asked": "device {device} asks for no certificate; see chuangping province devices list.",
        "made": "{number} tickets, good until {until}, are in {folder};"
        " each works once: keep them as you keep keys.",
        "revoked_ticket": "the ticket {ticket} is revoked.",
        "answered": "{device}: signed, the answer is {file}; take the stick back to the device.",
        "answered_before": "{device}: was answered before, {file} is left as it is.",
        "refused": "{device}: {why}",
        "no_requests": "{folder} holds no request (*.request.json); is it the right stick?",
        "not_a_request": "{file}: is no device's request; make it again on the device.",
        "approved": "device {device} may have a new certificate; it gets it when it asks next.",
        "state_open": "open",
        "state_used": "used, not confirmed",
        "state_confirmed": "in service",
        "state_expired": "ended",
        "state_revoked": "revoked",
    },
}


def said(language: str, name: str, /, **facts: object) -> str:
    """The sentence `name` with its facts filled in."""
    return _TEXTS[language][name].format(**facts)
