"""How people who write Chinese mistype a line of TOML: each habit a function, the line in, a Slip or None out."""

from __future__ import annotations

import re
from collections.abc import Callable

from rules.toml.slip import HEAD, PAIR, Slip, blotted, replaced, short

STRANGE_BLANKS = "\u3000\u00a0\u2002\u2003\u200b\ufeff"
CURLY = "“”„‟＂「」『』‘’＇"
BOOLEANS = {
    "是": "true", "对": "true", "真": "true", "开": "true", "yes": "true", "on": "true", "true": "true",
    "否": "false", "不是": "false", "假": "false", "关": "false", "no": "false", "off": "false", "false": "false",
}  # fmt: skip
SWITCHES = frozenset({"on", "off"})  # more often one of a setting's words than true and false


def _strange_blank(line: str) -> Slip | None:
    outside = blotted(line)
    for column, char in enumerate(outside):
        if char in STRANGE_BLANKS:
            run = len(outside[column:]) - len(outside[column:].lstrip(STRANGE_BLANKS))
            where = "行首" if not line[:column].strip() else "这里"
            meant = "".join(" " if mark in STRANGE_BLANKS else line[at] for at, mark in enumerate(outside))
            return Slip(
                column, run, "空格不对", f"{where}是全角空格（或网页上的特殊空格）。", "改成普通空格，或删掉。", meant
            )
    return None


def _wide_brackets(line: str) -> Slip | None:
    outside = blotted(line)
    marks = {"【": "[", "】": "]", "［": "[", "］": "]", "〔": "[", "〕": "]"}
    columns = [column for column, char in enumerate(outside) if char in marks]
    if not columns:
        return None
    meant = "".join(marks.get(mark, line[at]) for at, mark in enumerate(outside))
    return Slip(columns[0], 1, "方括号不对", "方括号要用英文的 [ ]。", f"写成 {short(meant)}。", meant)


def _slashes(line: str) -> Slip | None:
    outside = blotted(line)
    match = re.match(r"\s*(//|/\*|;|；|--|＃|“#)", line) or re.search(r"(?<=\s)(//|＃)", outside)
    if not match:
        return None
    mark, column = match[1], match.start(1)
    return Slip(
        column,
        len(mark),
        "注释不对",
        f"注释不能用「{mark}」开头。",
        "注释以 # 开头。",
        replaced(line, column, len(mark), "#"),
    )


def _bare_comment(line: str) -> Slip | None:
    """seconds = 60      一封邮件最多读多少秒: whoever took all the # of an example away."""
    match = re.match(
        r"\s*[\w-]+\s*=\s*(?:-?[\d.:]+|true|false|\"[^\"]*\"|\[[^\[\]]*\])\s{2,}(?P<comment>[^\s#,].*)", line
    )
    if match is None or not re.search(r"[\u4e00-\u9fff]{2}", match["comment"]):
        return None
    column = match.start("comment")
    meant = replaced(line, column, 0, "# ")
    return Slip(column, len(match["comment"]), "注释不对", "说明前面缺少 #。", "在这段说明前面加 #。", meant)


def _curly_quotes(line: str) -> Slip | None:
    outside = blotted(line)
    columns = [column for column, char in enumerate(outside) if char in CURLY]
    if not columns:
        return None
    meant = _quoted(line, outside)
    message = "最外层要用英文引号。"
    return Slip(columns[0], 1, "引号不对", message, f"写成 {short(meant)}。", meant)


def _quoted(line: str, outside: str) -> str:
    """Curly quotes that hold a value made ASCII; those within such a value stay."""
    pairs = re.compile(rf"(?<=[=\[,，、\s])[{CURLY}]([^\"]*?)[{CURLY}](?=\s*(?:$|[,，、\]}}#]))")
    meant = pairs.sub(lambda match: f'"{match[1]}"' if "\0" not in outside[slice(*match.span())] else match[0], line)
    if meant != line:
        return meant
    return "".join('"' if mark in CURLY else line[at] for at, mark in enumerate(outside))


def _wide_equals(line: str) -> Slip | None:
    outside = blotted(line)
    column = outside.find("＝")
    if column >= 0:
        meant = replaced(line, column, 1, "=")
        return Slip(column, 1, "等号不对", "等号要用英文的 =。", f"写成 {short(meant)}。", meant)
    match = re.match(r"\s*[\w-]+\s*([:：])", outside)
    if match and "=" not in outside:
        meant = replaced(line, match.start(1), 1, " =").replace("  =", " =")
        return Slip(
            match.start(1),
            1,
            "等号不对",
            f"设置名和值之间要用 =，不能用「{match[1]}」。",
            f"写成 {short(meant)}。",
            meant,
        )
    return None


def _wide_comma(line: str) -> Slip | None:
    outside = blotted(line)
    if PAIR.match(line) and not set(outside) & set("[{"):  # 60，: a slip of the number, told as one
        return None
    columns = [column for column, char in enumerate(outside) if char in "，、；"]
    if not columns:
        return None
    meant = "".join("," if mark in "，、；" else line[at] for at, mark in enumerate(outside))
    return Slip(columns[0], 1, "逗号不对", "括号里要用英文逗号。", f"写成 {short(meant)}。", meant)


def _chinese_key(line: str) -> Slip | None:
    match = PAIR.match(line) or HEAD.match(line)
    if match is None:
        return None
    key = match.groupdict().get("key") or match.groupdict().get("name") or ""
    if not key or key.isascii() or key[0] in "\"'":
        return None
    column = line.index(key)
    head = line.lstrip().startswith("[")
    what = "方括号里只能用英文的表名。" if head else "左边只能用英文的设置名。"
    meant = f'{line[:column]}"{key}"{line[column + len(key) :]}' if head else None
    return Slip(column, len(key), "设置名不对", f"「{key}」：{what}", _english_for(key), meant)


def _english_for(key: str) -> str:
    known = {"名称": "name", "名字": "name", "条件": "when", "类别": "category", "标签": "tags", "负责人": "assignee",
             "优先级": "priority", "理由": "why", "停止": "stop", "规则": "rule"}  # fmt: skip
    return f"应为 {known[key]}。" if key in known else "改用说明里的英文名；中文名一定要用时，放在英文引号里。"


def _quotes_in_quotes(line: str) -> Slip | None:
    match = PAIR.match(line)
    if match is None:
        return None
    value, start = match["value"], match.start("value")
    if not (len(value) > 4 and value[0] == value[-1] == '"' and not value.startswith('"""')):
        return None
    inner = [at for at in range(1, len(value) - 1) if value[at] == '"' and value[at - 1] != "\\"]
    if not inner:
        return None
    chars = list(value)
    for turn, at in enumerate(inner):
        chars[at] = "“”"[turn % 2]
    word = value[inner[0] + 1 : inner[1]] if len(inner) > 1 else "……"
    if not word.strip(" ,，、"):
        mend = f'几个词要写成列表：{match["key"]} = ["……", "……"]。'
        return Slip(start + inner[0] + 1, 1, "值太多", "一个设置只能写一个值。", mend)
    message = "引号里又用了同样的引号。"
    meant = line[:start] + "".join(chars) + line[start + len(value) :]
    return Slip(start + inner[0], 1, "引号不对", message, f"里面改用 “{word}”。", meant)


def _bare_value(line: str) -> Slip | None:
    """yes and no in many spellings, words and times without quotes, nothing at all."""
    match = PAIR.match(line)
    if match is None or match["key"].startswith("{"):
        return None
    outside = blotted(line)[match.start("value") :]
    value, start = match["value"][: len(outside.split("\0")[0])].rstrip(), match.start("value")
    if not match["key"]:
        return Slip(line.index("="), 1, "缺少设置名", "等号左边没有设置名。", "补上设置名，或删去这一行。")
    if not match["value"] or (not value and outside.startswith("\0") and match["value"].startswith("#")):
        return Slip(
            max(0, len(line.rstrip()) - 1),
            1,
            "缺少值",
            f"「{match['key']}」的等号后面没有写值。",
            "补上值，或在行首加 # 停用这一行。",
        )
    if not value or value[0] in "[{\"'":
        return None
    lower = value.lower()
    if lower in BOOLEANS and lower not in SWITCHES:
        meant = replaced(line, start, len(value), BOOLEANS[lower])
        return Slip(start, len(value), "是否不对", f"「是」「否」不能写成 {value}。", f"写成 {short(meant)}。", meant)
    if date := _DATE.fullmatch(value):
        return _date(line, start, value, "-".join(f"{int(part):02}" for part in date.groups()))
    number = _number(value)
    if not number and _OTHER_UNIT.fullmatch(value):  # which unit the setting counts in, only its comment knows
        message = "数字后面不加单位。"
        return Slip(start, len(value), "数字不对", message, "只写数字，按这一项说明里的单位换算好。")
    new = number or f'"{value}"'
    meant = replaced(line, start, len(value), new)
    message = "数字写法不对，只能用半角数字，前面不加 0、后面不加单位。" if number else "文字要放在英文引号里。"
    return Slip(start, len(value), "数字不对" if number else "缺少引号", message, f"写成 {short(meant)}。", meant)


_DATE = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")


def _date(line: str, start: int, value: str, meant: str) -> Slip:
    if value == meant:  # it is written well, and still refused
        return Slip(start, len(value), "日期不对", f"没有 {value} 这一天。", "请改成有的日子。")
    new = replaced(line, start, len(value), meant)
    return Slip(start, len(value), "日期不对", "日期要写成 2026-03-31 的样子。", f"写成 {short(new)}。", new)


_OTHER_UNIT = re.compile(r"\d+(\.\d+)?\s*([KGT]i?B?|M|ms|s|h|min|毫秒|分钟|分|小时|时)", re.IGNORECASE)


def _number(value: str) -> str:
    """The plain number in ６０, 007, 60秒, 1,200; "" where it is none."""
    if not re.fullmatch(r"\d[\d,，]*(\.\d+)?\s*(秒|天|年|次|封|个|字|页|倍|层|张|MB)?", value):
        return ""
    plain = re.sub(r"[^\d.]", "", value)
    return str(float(plain)) if "." in plain else str(int(plain))


def _bare_word_in_list(line: str) -> Slip | None:
    outside = blotted(line)
    match = re.search(r"[\[,]\s*([^\s\0\[\],{}\"'=]*[^\x00-\x7f\s][^\s\0\[\],{}\"'=]*)", outside)
    if match is None:
        return None
    word = match[1]
    meant = replaced(line, match.start(1), len(word), f'"{word}"')
    return Slip(match.start(1), len(word), "缺少引号", "列表里的文字要放在英文引号里。", f'写成 "{word}"。', meant)


def _bare_word_in_braces(line: str) -> Slip | None:
    """{ name = 王芳, role = staff }"""
    if "{" not in (outside := blotted(line)):
        return None
    match = re.search(r"[{,]\s*[\w-]+\s*=\s*(?!true|false)([^\W\d][^\0,{}=\"']*?)\s*(?=[,}])", outside)
    if match is None:
        return None
    meant = replaced(line, match.start(1), len(match[1]), f'"{match[1]}"')
    return Slip(match.start(1), len(match[1]), "缺少引号", "文字要放在英文引号里。", f"写成 {short(meant)}。", meant)


def _missing_comma(line: str) -> Slip | None:
    """Between two words of a list, or two settings within braces."""
    next_word = r'"(?:\\.|[^"\\])*"\s*[,\]]' if "[" in blotted(line) else r"[A-Za-z_][\w-]*\s*="
    match = re.search(rf'("(?:\\.|[^"\\])*")\s*(?={next_word})', line)
    if match is None or not set(blotted(line)) & set("[{"):
        return None
    column = match.end(1)
    return Slip(column, 1, "缺少逗号", "两项之间缺少逗号。", "在两项之间加英文逗号。", replaced(line, column, 0, ","))


def _half_head(line: str) -> Slip | None:
    """[rule without an end, [[rule] with half an end."""
    match = re.match(r"\s*(\[+)\s*([A-Za-z0-9_.\-\"]+)\s*(\]*)\s*(#.*)?$", line)
    if match is None or len(match[1]) == len(match[3]):
        return None
    deep = 2 if max(len(match[1]), len(match[3])) > 1 else 1
    meant = "[" * deep + match[2] + "]" * deep
    return Slip(match.start(1), len(line.strip()), "方括号不对", "表名两边的方括号不成对。", f"写成 {meant}。", meant)


def _open_string(line: str) -> Slip | None:
    outside = blotted(line)
    column = max(outside.find('"'), outside.find("'"))
    if column < 0 or "=" not in outside[: column + 1]:
        return None
    mark = line[column]
    tail = re.search(r"[\]}\s]*$", line)
    end = tail.start() if tail and "[" in outside else len(line.rstrip())
    return Slip(column, 1, "引号不对", "这个引号没有收尾。", f"在词的后面补 {mark}。", replaced(line, end, 0, mark))


HABITS: tuple[Callable[[str], Slip | None], ...] = (
    _strange_blank,
    _slashes,
    _bare_comment,
    _quotes_in_quotes,
    _curly_quotes,
    _wide_equals,
    _wide_brackets,
    _wide_comma,
    _chinese_key,
    _half_head,
    _missing_comma,
    _bare_word_in_list,
    _bare_word_in_braces,
    _open_string,
    _bare_value,
)
