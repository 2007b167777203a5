"""The words of an answer: templates of a campaign's mail/ folder, rendered; the built-in ones where those are broken."""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateSyntaxError,
    select_autoescape,
)
from loguru import logger

from rules.toml.fault import Fault

#: One pair of files (.txt and .html) each; a campaign may bring its own.
TEMPLATES = ("acknowledgement", "completed", "missing_fields", "unreadable_attachment")

BUILT_IN = Path(__file__).parent / "templates"


def render(folder: Path, template: str, values: Mapping[str, object]) -> tuple[str, str]:
    """Plain text and HTML of an answer, in the words of `folder`. A broken file costs its words, never the answer."""
    try:
        return _render(folder, template, values)
    except Exception as error:  # noqa: BLE001  an admin's template can fail in any way, and the submitter still gets an answer
        logger.error("wording {} in {} is broken ({}), the built-in one is used", template, folder, error)
        return _render(BUILT_IN, template, values)


def _render(folder: Path, template: str, values: Mapping[str, object]) -> tuple[str, str]:
    environment = _environment(folder)
    text = environment.get_template(f"{template}.txt").render(values)
    html = environment.get_template(f"{template}.html").render(values)
    return tidy(text), re.sub(r"\n\s*(?=\n)", "", html)


@lru_cache(maxsize=64)
def _environment(folder: Path) -> Environment:
    """Templates are compiled once and again when their file has changed; Notepad writes a BOM before them.

    No sandbox: the files are the admin's own, what a sender wrote is only ever a value, and a sandbox asks at every
    attribute, which took a quarter of the rendering.
    """
    own: list[BaseLoader] = [] if folder == BUILT_IN else [FileSystemLoader(folder, encoding="utf-8-sig")]
    return Environment(
        loader=ChoiceLoader([*own, FileSystemLoader(BUILT_IN)]),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )


def built_in(template: str, values: Mapping[str, object]) -> tuple[str, str]:
    """Plain text and HTML of one of our own templates (the digest)."""
    return _render(BUILT_IN, template, values)


def tidy(text: str) -> str:
    """No blanks at line ends, at most one empty line in a row: templates need not count theirs."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip() + "\n"


# --- intake check ---


def check_folder(folder: Path, samples: Mapping[str, Mapping[str, object]]) -> list[Fault]:
    """Everything wrong with a campaign's wording files: each is rendered with sample data."""
    faults = [_unknown(path) for path in sorted(folder.glob("*.*")) if path.stem not in (*TEMPLATES, "frame", "parts")]
    for template in TEMPLATES:
        files = [path for ending in ("txt", "html") if (path := folder / f"{template}.{ending}").exists()]
        if len(files) == 1:
            faults.append(_alone(files[0]))
        faults += [fault for path in files for fault in _check(path, samples[template])]
    return faults


def _check(path: Path, values: Mapping[str, object]) -> list[Fault]:
    try:
        text = _environment(path.parent).get_template(path.name).render(values)
    except UnicodeDecodeError:
        return [Fault(path, 0, 0, "编码不符", "文件不是 UTF-8 编码，", "请用“另存为”选 UTF-8 后保存。")]
    except Exception as error:  # noqa: BLE001  whatever the template does wrong is what we came to tell
        return [_fault(path, error, values)]
    if match := _NO_BRACE.search(path.read_text("utf-8-sig")):
        return [_wide_brace(path, match)]
    if match := re.search(r"https?://|<img\b", text):
        message = f"文中有“{match[0]}”：带链接或图片的自动回信容易被当成垃圾邮件拒收，"
        return [Fault(path, 0, 0, "含有链接", message, "建议去掉。", reminder=True)]
    return []


#: What was to be a command or a variable, and would stand in the letter as it is.
_NO_BRACE = re.compile(r"[｛{]\s*[｛％]|｛\s*[{%]|[｝％]\s*[｝}]|[}%]\s*｝|(?<!\{)\{\s+\{")


def _wide_brace(path: Path, match: re.Match[str]) -> Fault:
    before = match.string[: match.start()]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    source = match.string.splitlines()[line - 1]
    message, mend = "花括号和百分号要用英文的，两个之间不留空格，", "写成 {{ … }} 或 {% … %}。"
    return Fault(path, line, column, "花括号不对", message, mend, len(match[0]), source)


def _unknown(path: Path) -> Fault:
    names = "、".join(TEMPLATES)
    return Fault(
        path,
        0,
        0,
        "未知文件",
        f"没有名为“{path.stem}”的回信，此文件不会被用到，",
        f"可用的名字：{names}。",
        reminder=True,
    )


def _alone(path: Path) -> Fault:
    other = path.with_suffix(".html" if path.suffix == ".txt" else ".txt").name
    return Fault(
        path, 0, 0, "缺少文件", f"缺少与它成对的 {other}，", "请补上，否则两种格式的措辞会不一致。", reminder=True
    )


def _fault(path: Path, error: Exception, values: Mapping[str, object]) -> Fault:
    file, line = path, 0
    if isinstance(error, TemplateSyntaxError):
        file, line = Path(error.filename or path), error.lineno
    else:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.endswith((".txt", ".html"))]
        if frames:
            file, line = Path(frames[-1].filename), frames[-1].lineno or 0
    source = file.read_text("utf-8", "replace").splitlines()[line - 1 : line] if line else []
    message, mend = _in_chinese(str(error), values)
    return Fault(file, line, 1 if line else 0, "模板有误", message, mend, source="".join(source))


#: What Jinja says -> what it is, and the mend.
_SAYINGS: tuple[tuple[str, str, str], ...] = (
    (r"^'(\w+)' is undefined", "没有名为“{0}”的变量，", "可用的变量：{names}。"),
    (r"object' has no attribute '(\w+)'", "没有名为“{0}”的内容，", "请对照内置模板检查写法。"),
    (
        r"unknown tag '(?:end|el)\w+'.*needs to be closed is '(\w+)'",
        "这一行以前有一段 {0} 没有结束，",
        "请补上 {{% end{0} %}}。",
    ),
    (
        r"unknown tag '(\w+)'",
        "不认识的指令“{0}”，",
        "请检查 {{% … %}} 里的第一个词，以及 for/if 是否都有 endfor/endif。",
    ),
    (r"tags?: (.*?)\.", "有一段没有结束，", "请补上 {0}。"),
    (r"No filter named '(\w+)'", "没有名为“{0}”的过滤器，", "请检查“|”后面的词。"),
    (
        r"unexpected (?:end of template|'(.*?)')",
        "写法不完整或多了符号“{0}”，",
        "请检查花括号是否成对：{{{{ … }}}} 与 {{% … %}}。",
    ),
    (r"^(.*\.(?:txt|html))", "找不到模板“{0}”，", "请检查 extends/import 后面的文件名。"),
)


def _in_chinese(message: str, values: Mapping[str, object]) -> tuple[str, str]:
    names = "、".join(sorted(values))
    for pattern, what, mend in _SAYINGS:
        if match := re.search(pattern, message):
            word = next((g for g in match.groups() if g), "").replace("'", "")
            return what.format(word), mend.format(word, names=names)
    return f"模板无法使用（{message}），", "请对照内置模板检查这一行的写法。"
