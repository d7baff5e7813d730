"""The pages of all refusals, made from the texts: `python -m tests.docs.refusals` writes them anew."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator

from provisioning.texts import CHINESE, ENGLISH
from tests.docs.pages import ROOT

PAGES = {ENGLISH: "docs/refusals.md", CHINESE: "docs/refusals.zh-CN.md"}

_BEFORE = {
    ENGLISH: """\
# What the commands say no with

[中文](refusals.zh-CN.md)

Every refusal of the technician's commands ([guide](technician.md#when-it-says-no)), as it is printed;
`…` is filled in. Nothing has changed when one of them is printed, unless it says so itself.
""",
    CHINESE: """\
# 拒绝的原话

[English](refusals.md)

技术人员命令的全部拒绝（见[技术人员手册](technician.zh-CN.md#程序不同意时)），照原样列出，`…` 处是具体内容。
除非句中另有说明，看到它时什么都没有改。
""",
}
_TITLES = {
    "enrolment": ("Enrol, replace, renew", "登记、替换、续期"),
    "trial": ("Key test and test rating", "按键测试和测试评价"),
    "act": ("Move, rescue, decommission: in general", "移动、抢救、退役：共同的"),
    "technician": ("Your technician's file", "技术人员文件"),
    "province": ("The province says no", "省平台不同意"),
    "rescue": ("Rescue", "抢救"),
    "decommission": ("Decommission", "退役"),
}
_HEADS = {ENGLISH: "| it says | do |", CHINESE: "| 它说 | 做什么 |"}
_NEXT = {ENGLISH: re.compile(r"[;,] "), CHINESE: re.compile(r"[；，](?=请)|；")}
_NOTES = ("step_", "key_", "reading", "progress")  # told by names that are put together
_TELLING = {"say", "tell", "done", "ask"}


def page(language: str) -> str:
    """The whole page as it should be."""
    texts = tomllib.loads((ROOT / f"provisioning/texts/{language}.toml").read_text("utf-8"))
    told = set(_told())
    parts = [_BEFORE[language]]
    for group, titles in _TITLES.items():
        title = titles[language == CHINESE]
        rows = [
            _row(language, text)
            for name, text in texts[group].items()
            if not {name, f"{group}.{name}"} & told and not name.startswith(_NOTES)
        ]
        parts.append("\n".join([f"## {title}", _HEADS[language], "|---|---|", *rows]) + "\n")
    return "\n".join(parts)


def _row(language: str, sentence: str) -> str:
    shown = re.sub(r"\{\w+\}", "…", sentence)
    marks = [*_NEXT[language].finditer(shown)]
    # What to do comes last, and in English after a semicolon if there is one.
    marks = [m for m in marks if m.group().startswith(";")] or ([] if language == ENGLISH else marks)
    if not marks:
        return f"| {shown} | |"
    what, do = shown[: marks[0].start()], shown[marks[0].end() :]
    return f"| {what} | {do} |"


def _told() -> Iterator[str]:
    """Names of sentences that are no refusals: the code tells them on its way, or asks them."""
    for file in sorted((ROOT / "provisioning").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and _name_of(node.func) in _TELLING:
                for part in ast.walk(node.args[0]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield part.value


def _name_of(called: ast.expr) -> str:
    match called:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


if __name__ == "__main__":
    for language_, path in PAGES.items():
        (ROOT / path).write_text(page(language_), "utf-8")
