"""Breaking a text into lines: by the rules of each script, never inside a word or number. Pure.

Chinese and Yi may be broken between any two characters, but for their marks; Tibetan after a tsheg, never
before a shad; whatever has words, at spaces. A text takes as few lines as it can, which are as long as one
another where that parts nothing that belongs together.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate, pairwise

Measure = Callable[[str], float]
"""The width in pixels of a string set on one line."""

ELLIPSIS = "…"

_TSHEG = "\u0f0b"
_SHADS = "\u0f0d\u0f0e\u0f0f\u0f10\u0f11\u0f12\u0f14"
_NEVER_FIRST = "，。、；：！？）】》〉」』”’…·,.;:!?)]}%" + _SHADS
_NEVER_LAST = "（【《〈「『“‘([{"
# Characters that are words by themselves: Chinese ones with their marks, Yi syllables.
_SINGLE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’…·\ua000-\ua4cf\U00020000-\U0003ffff"
# A piece that no line may end in: an opening mark, one single character or one run of anything else (a word,
# a syllable with its tshegs, a number with its point), closing marks, and the spaces after it.
_PIECE = re.compile(
    rf"[{re.escape(_NEVER_LAST)}]*(?:[{_SINGLE}]|[^\s{_SINGLE}{_TSHEG}]*{_TSHEG}+|[^\s{_SINGLE}{_TSHEG}]+)"
    rf"(?:[{re.escape(_NEVER_FIRST)}]|\s+(?=[{_SHADS}]))*\s*|\s+"
)

# The words of our texts and the official reasons that nobody wants to read in two lines: `请检查网`
# and `络`. Others may be parted.
_WORDS = """
办事指南 承诺 材料 窗口 在线 申报 办理 时间 一次 可以 提供 服务 态度 样本 大厅 次数 跑动 清单 告知 证明 预约
使用 需要 补正 手机 就近 直接 无需 热情 效率 填写 一张 表单 完成 提交 核验 全部 减免 自助机 较好 一次性 准确
要求 快递 送达 一致 一般 没有 不一致 同样 内容 多次 无法 实体 重复 取号 排队 人员 业务 熟练 不熟练 生硬 之外
增加 新的 审批 条件 理由 超过 法定 有错 收取 实际 多头 部门 评价 本次 工作人员 看不到 您的 选择 重新 保留
原来 触摸 屏幕 延长 任意处 即可 自动 结束 暂不 扫码 微信 支付宝 相机 登录 原因 多选 补充 说明 电话 加密
读不到 文字 联系 核实 回访 同意 省平台 以上 勾选 四位数 口令 查询码 查询 是否 收到 显示 保存 记住 刚才 感谢
上报 引导员 暂停 其他 询问 记录 二维码 设备 故障 清洁 稍候 恢复 检测 结果 按键 接线 通过 技术人员 找回 台账
文件 新建 损坏 修复 通常 更换 存储卡 旧卡 更新 版本 软件 安装 相同 存储 空间 清理 检查 必要 到期 漏记 语音
扬声器 不属于 本机 换回 原卡 退役 关机 收回 登记 停止 证书 即将 网络 多日 回执 满意 非常 基本 不满意 综合
受理 行政 许可 事项 政务 中心 居民 身份证
"""
_WORD = re.compile("|".join(sorted(_WORDS.split(), key=len, reverse=True)))
_DOT = re.compile(r"(\s+·)?\s*$")
_ENDS = "，。；：！？、,;:!?" + _SHADS
_AT_SPACE, _BETWEEN, _WITH_FIGURE, _IN_WORD = 0.1, 0.15, 0.5, 1.0
"""What a break costs that is not after a mark: as a line that is short by so much of its width, squared."""

_LAST_LINE = 0.9  # of two lines of different lengths a reader expects the last to be the shorter one

_EVEN_LINES, _EVEN_PIECES = 4, 60  # of longer texts nobody minds, and they would take long


@dataclass(frozen=True, slots=True)
class Setting:
    """The lines of a text. `cut`: it did not fit, and its last line ends in an ellipsis."""

    lines: tuple[str, ...]
    cut: bool


def set_lines(text: str, width: float, most_lines: int, measure: Measure) -> Setting:
    """`text` in at most `most_lines` lines of `width` pixels."""
    paragraphs = [(text, _paragraph(text, width, measure)) for text in text.splitlines()]
    lines = [line for _, filled in paragraphs for line in filled]
    if len(lines) <= most_lines:
        spare = most_lines - len(lines)
        evened = [_evened(text, filled, width, measure, spare) for text, filled in paragraphs]
        # Two paragraphs may have taken the one line that was left; for the full ones there is room.
        if sum(map(len, evened)) > most_lines:
            evened = [filled for _, filled in paragraphs]
        return Setting(tuple(line for part in evened for line in _bare(part)), cut=False)
    last = max(1, most_lines) - 1
    first = tuple(line.rstrip() for line in lines[:last])
    return Setting((*first, _shortened("".join(lines[last:]).rstrip(), width, measure)), cut=True)


def fill_lines(text: str, width: float, measure: Measure) -> tuple[str, ...]:
    """`text` in lines of `width` pixels, each as full as it can be: where somebody types, nothing moves."""
    return tuple(line.rstrip() for part in text.splitlines() for line in _paragraph(part, width, measure))


def set_parts(text: str, width: float, most_lines: int, measure: Measure) -> Setting:
    """`text` on one line if it can be; else broken where it has line breaks, as `set_lines` does."""
    whole = text.replace("\n", "")
    if measure(whole) <= width:
        return Setting((whole,), cut=False)
    return set_lines(text, width, most_lines, measure)


def fits(text: str, width: float, most_lines: int, measure: Measure) -> bool:
    """Whether `set_parts` finds room for all of `text`, and breaks no word or part of it."""
    if measure(text.replace("\n", "")) <= width:
        return most_lines > 0
    parts = text.splitlines()
    kept = parts if len(parts) > 1 else _PIECE.findall(text)
    if any(measure(part.rstrip()) > width for part in kept):
        return False
    return sum(len(_paragraph(part, width, measure)) for part in parts) <= most_lines


def _paragraph(text: str, width: float, measure: Measure) -> list[str]:
    """Its lines, each with the spaces it ends in."""
    lines: list[str] = []
    line = ""
    for piece in _PIECE.findall(text):
        if measure((line + piece).rstrip()) <= width:
            line += piece
            continue
        if line.strip():
            lines.append(line)
        line = piece.lstrip()
        while measure(line.rstrip()) > width and len(line) > 1:
            # One word longer than the line, such as a code: it can only be broken anywhere.
            fits = next((n for n in range(len(line), 1, -1) if measure(line[:n]) <= width), 1)
            fits = _whole(line, fits)
            if fits == len(line):
                break
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, f"{line.rstrip()} "]


def _evened(text: str, filled: list[str], width: float, measure: Measure, spare: int) -> list[str]:
    """A paragraph in as many lines as `filled` has, broken where that costs least.

    Where that parts a word, it takes one line more, if one of `spare` is left and no word is parted then.
    """
    pieces = _PIECE.findall(text)
    if width <= 0 or not 1 < len(filled) <= _EVEN_LINES or len(pieces) > _EVEN_PIECES:
        return filled  # a box that is not laid out yet has no width
    ends = list(accumulate(map(len, pieces)))
    inside = {at for word in _WORD.finditer(text) for at in range(word.start() + 1, word.end())}
    wide = [0.0, *accumulate(map(measure, pieces))]
    loose = [measure(piece) - measure(piece.rstrip()) for piece in pieces]
    count = len(pieces)

    def line_cost(first: int, last: int) -> float:
        short = 1 - (wide[last + 1] - wide[first] - loose[last]) / width
        return math.inf if short < 0 else short**2

    # From the end on: the least that the pieces from each one on cost in so many lines, and where they break.
    last_line = [_LAST_LINE * line_cost(first, count - 1) for first in range(count)]
    best: list[tuple[float, list[int]]] = [(cost, []) for cost in last_line]
    found = filled
    for lines in range(2, len(filled) + 1 + min(1, spare)):
        best = [
            min(
                (
                    (line_cost(first, last) + _break_cost(text, ends[last], inside) + cost, [last, *breaks])
                    for last in range(first, count - 1)
                    for cost, breaks in [best[last + 1]]
                ),
                default=(math.inf, []),
            )
            for first in range(count)
        ]
        if lines < len(filled):
            continue
        cost, breaks = best[0]
        cuts = [0, *(ends[last] for last in breaks), len(text)]
        set_so = [text[start:end].strip() for start, end in pairwise(cuts)]
        whole = not inside & {*cuts}
        fits = cost < math.inf and all(line and measure(line) <= width for line in set_so)
        if fits and (whole or lines == len(filled)):
            found = set_so
        if whole:
            break
    return found


def _bare(lines: list[str]) -> list[str]:
    """`lines` without the spaces they end in, nor the dot that divides what is now in two lines."""
    ended = [*(_DOT.sub("", line) for line in lines[:-1]), *(line.rstrip() for line in lines[-1:])]
    return ended[:1] + [line.removeprefix("·").lstrip() for line in ended[1:]]


def _break_cost(text: str, at: int, inside: set[int]) -> float:
    """What it costs the reader when `text` is broken before the character at `at`."""
    before, after = text[:at].rstrip()[-1:], text[at : at + 1]
    if at in inside:
        return _IN_WORD
    if before in _ENDS:
        return 0
    if before.isdigit() or after.isdigit():
        return _WITH_FIGURE
    if before.isascii() is not after.isascii() and text[at - 1].isspace():
        return _WITH_FIGURE  # a space that only parts two scripts: 42 秒, 网络 F-052
    return _AT_SPACE if text[at - 1].isspace() else _BETWEEN


def _whole(line: str, end: int) -> int:
    """The place nearest before `end`, or the first after it, where no letter is parted from its marks."""
    before = next((n for n in range(end, 0, -1) if not _goes_on(line, n)), None)
    return before or next((n for n in range(end, len(line)) if not _goes_on(line, n)), len(line))


def _goes_on(line: str, n: int) -> bool:
    """Whether what stands at `n` belongs to the letter before it: a sign above, a letter of a stack below."""
    return n < len(line) and unicodedata.category(line[n]).startswith("M")


def _shortened(line: str, width: float, measure: Measure) -> str:
    while line and measure(line + ELLIPSIS) > width:
        end = len(line) - 1
        while end and _goes_on(line, end):
            end -= 1
        line = line[:end].rstrip()
    return line + ELLIPSIS
