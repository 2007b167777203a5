"""Forms as people and office programs leave them, made at random from a seed: layout, labels, marks and markup all vary.

What must be read comes from what was written, never from the reader. `python tests/odd_forms.py 2000` reads so many and
shows every field that came out wrong.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar
from xml.sax.saxutils import escape

from forms import HINTS, LABELS, TITLE
from grids import cell, docx, row, table
from letters import File, Letter, netease_web
from people import Person, person, without

T = TypeVar("T")

KEYS = tuple(LABELS)
LONG = ("story", "highlights")

#: Other words for a field wherever it stands.
WORDS: Mapping[str, Sequence[str]] = {
    "nominee_name": ("被推荐人姓名", "姓名", "被推荐人", "被推荐者姓名", "推荐对象", "候选人姓名", "人物姓名", "被推薦人姓名", "主人公"),
    "gender": ("性别", "性別", "被推荐人性别"),
    "birth_month": ("出生年月", "出生日期", "出生时间", "出生年月日", "生日"),
    "employer": ("工作单位", "单位", "所在单位", "单位名称", "现工作单位", "工作單位", "工作单位及部门", "任职单位"),
    "party": ("党派", "政治面貌", "党派/政治面貌", "黨派", "政治面貌（党派）"),
    "years_of_service": ("工作年限", "工龄", "从业年限", "工作年限（年）", "从事本专业年限"),
    "position": ("职务", "现任职务", "岗位", "职务/岗位", "職務", "行政职务", "担任职务"),
    "title": ("职称", "专业技术职称", "技术职称", "職稱", "专业技术职务", "职称等级"),
    "nominee_phone": ("被推荐人联系电话", "被推荐人电话", "被推荐人手机", "本人联系电话", "被推荐人联系方式", "联系电话（被推荐人）", "被推薦人聯繫電話"),
    "recommender_phone": ("推荐人联系电话", "推荐人电话", "推荐单位联系电话", "推荐人手机号码", "联系人电话", "联系电话（推荐人）", "推薦人聯繫電話"),
    "story": ("核心事迹简介", "核心事迹", "事迹简介", "主要事迹", "简介", "先进事迹", "人物事迹", "核心事蹟簡介", "个人事迹"),
    "highlights": ("线索亮点", "亮点", "故事亮点", "線索亮點", "事迹亮点", "闪光点"),
    "recommender": ("推荐人/单位", "推荐人", "推荐单位", "推荐人（单位）", "推荐单位/推荐人", "推薦人/單位", "报送单位"),
    "relationship": ("与被推荐人关系", "与被推荐人的关系", "关系", "與被推薦人關係", "推荐人与被推荐人关系"),
}  # fmt: skip
#: What a field may show though nobody filled it in.
LEFT_BLANK: Mapping[str, Sequence[str]] = {
    "nominee_name": ("", "如：张三", "（如：张三）"),
    "gender": ("", "□男 □女", "男/女", "（ ）男 （ ）女", "☐男　☐女"),
    "birth_month": ("", "如：1980年5月", "    年    月", "XXXX年XX月", "（例如：1980年5月）", "____年__月"),
    "employer": ("", "______", "例：重庆某某公司", "（请填写单位全称）", "单击或点击此处输入文字。"),
    "years_of_service": ("", "   年", "（年）", "____年"),
    "position": ("", "（待填）", "请填写", "XXX"),
    "title": ("", "如：高级工程师", "选择一项。"),
    "party": ("", "请选择", "选择一项。"),
    "nominee_phone": ("", "____________", "单击此处输入文字"),
    "relationship": ("", "（如：同事、师徒）"),
}
EXTRAS = (
    ("身份证号", "500101198005011234"),
    ("电子邮箱", "zhangwei@example.com"),
    ("民族", "汉族"),
    ("学历", "本科"),
    ("通讯地址", "重庆市渝中区某某路1号"),
    ("备注", "无"),
    ("毕业院校", "重庆某某大学"),
    ("健康状况", "良好"),
)


@dataclass(frozen=True)
class Odd:
    """A form, what must be read from it (a person each), and what is odd about it."""

    content: bytes
    expected: tuple[Mapping[str, str | int], ...]
    traits: tuple[str, ...]


# --- Characters and markup ---


def _run(text: str, properties: str = "") -> str:
    pieces = '</w:t><w:br/><w:t xml:space="preserve">'.join(escape(part) for part in text.split("\v"))
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{pieces}</w:t></w:r>'


def _plain(random: Random, line: str) -> str:
    return _run(line)


def _split(random: Random, line: str) -> str:
    return "".join(f"{_run(character)}<w:proofErr/>" for character in line[:40]) + _run(line[40:])


def _tracked(random: Random, line: str) -> str:
    at = random.randint(0, len(line))
    gone = '<w:del w:id="1" w:author="a"><w:r><w:delText>旧的字</w:delText></w:r></w:del>'
    moved = f'<w:moveFrom w:id="2" w:author="a">{_run("挪走")}</w:moveFrom>'
    return f'{_run(line[:at])}{random.choice((gone, moved))}<w:ins w:id="3" w:author="b">{_run(line[at:])}</w:ins>'


def _controlled(random: Random, line: str) -> str:
    return (
        f"<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{_run(line)}</w:sdtContent></w:sdt>" if line else _run(line)
    )


def _hidden(random: Random, line: str) -> str:
    return _run("隐藏", "<w:vanish/>") + _run(line) + _run("说明", "<w:b/><w:vanish/>")


def _field(random: Random, line: str) -> str:
    marks = [f'<w:r><w:fldChar w:fldCharType="{part}"/></w:r>' for part in ("begin", "separate", "end")]
    return f"{marks[0]}<w:r><w:instrText> FORMTEXT </w:instrText></w:r>{marks[1]}{_run(line)}{marks[2]}"


def _invisible(random: Random, line: str) -> str:
    at = random.randint(0, len(line))
    return _run(line[:at] + random.choice("\u200b\ufeff\u00ad\u2060") + line[at:])


MARKUP: tuple[Callable[[Random, str], str], ...] = (
    _plain,
    _split,
    _tracked,
    _controlled,
    _hidden,
    _field,
    _invisible,
)
TICKS = {
    "glyphs": ("☑{} ☐{}", "☑", "☐"),
    "brackets": ("（√）{} （ ）{}", "（√）", "（ ）"),
    "squares": ("■{}　□{}", "■", "□"),
    "letters": ("[√]{} [ ]{}", "[√]", "[ ]"),
}


# --- What the writer does ---


class _Writer:
    """One writer's habits, drawn once."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.traits: list[str] = []
        self.markup = self.choose("markup", MARKUP)
        self.renames = random.random() < 0.7
        self.ending = random.choice(("", "", "：", ":"))
        self.spaced = random.choice(("", "", "　", "  ", "\n"))
        self.numbered = random.random() < 0.1
        self.noted = random.random() < 0.1
        self.hint = self.choose("hint", ("none", "none", "above", "below", "front", "tail", "half"))

    def choose(self, name: str, options: Sequence[T]) -> T:
        chosen = self.random.choice(options)
        self.traits.append(f"{name}={getattr(chosen, '__name__', chosen)}")
        return chosen

    def paragraphs(self, text: str) -> str:
        return "".join(f"<w:p>{self.markup(self.random, line) if line else ''}</w:p>" for line in text.split("\n"))

    def cell(self, text: str, columns: int = 1) -> str:
        return cell("", columns, content=self.paragraphs(text))

    def label(self, key: str, number: int = 0) -> str:
        word = self.random.choice(WORDS[key]) if self.renames else LABELS[key]
        if self.spaced and len(word) == 2:
            word = self.spaced.join(word)
        elif self.spaced == "\n" and len(word) > 4:
            word = f"{word[:4]}\n{word[4:]}"
        if self.noted and "（" not in word:
            word += "（必填）"
        if self.numbered and number:
            word = f"{number}、{word}"
        return word + self.ending

    def value(self, one: Person, key: str) -> str:
        text = one.written.get(key, "")
        if not text:
            return self.random.choice(LEFT_BLANK.get(key, ("",)))
        if key == "gender" and self.random.random() < 0.4:
            _, on, off = TICKS[self.random.choice(tuple(TICKS))]
            return "　".join(f"{on if text == choice else off}{choice}" for choice in "男女")
        if key in LONG:
            hint = HINTS[key]
            return {
                "above": f"{hint}\n{text}",
                "below": f"{text}\n\n（{hint}）",
                "front": f"{hint}：{text}",
                "tail": f"{text}（500-800字为宜）" if key == "story" else text,
                "half": f"{hint[hint.index('、') + 1 :]}\n{text}" if key == "story" else text,
            }.get(self.hint, text)
        return text


# --- Layouts: a person's form as the XML of a body ---


def _annex(w: _Writer, one: Person) -> str:
    """The form as it is printed, in 24 columns."""

    def line(*keys: tuple[str, int, int]) -> str:
        return row(*(c for k, a, b in keys for c in (w.cell(w.label(k), a), w.cell(w.value(one, k), b))))

    rows = [
        line(("nominee_name", 4, 5), ("gender", 3, 3), ("birth_month", 4, 5)),
        line(("employer", 4, 11), ("party", 4, 5)),
        line(("years_of_service", 4, 5), ("position", 3, 3), ("title", 4, 5)),
        line(("nominee_phone", 5, 7), ("recommender_phone", 5, 7)),
        *(row(w.cell(text, 24)) for k in LONG for text in (w.label(k), w.value(one, k))),
        line(("recommender", 4, 8), ("relationship", 6, 6)),
    ]
    extras = w.random.sample(EXTRAS, w.random.randint(0, 2))
    for at in sorted(w.random.choices((1, 2, 3, 4, 6, len(rows)), k=len(extras)), reverse=True):
        name, text = extras.pop()
        rows.insert(at, row(w.cell(name, 4), w.cell(text, 20)))
    if w.random.random() < 0.2:
        rows.append(row(w.cell("推荐单位意见", 4), w.cell("同意推荐。\n（盖章）\n2026年3月5日", 20)))
    return table(*rows, columns=24)


def _rows(w: _Writer, one: Person) -> str:
    """A row a field, in any order but the first."""
    rest = list(KEYS[1:])
    if w.random.random() < 0.3:
        w.random.shuffle(rest)
    rows = [row(w.cell(w.label(k, n), 2), w.cell(w.value(one, k), 4)) for n, k in enumerate((KEYS[0], *rest), 1)]
    if w.random.random() < 0.3:
        rows = [row(w.cell(str(n)), r.removeprefix("<w:tr>").removesuffix("</w:tr>")) for n, r in enumerate(rows, 1)]
    for name, text in w.random.sample(EXTRAS, w.random.randint(0, 3)):
        rows.insert(w.random.randint(1, len(rows)), row(w.cell(name, 2), w.cell(text, 4)))
    return table(*rows, columns=7)


def _photo(w: _Writer, one: Person) -> str:
    """Two fields a row, a photograph beside the first rows."""
    short = [k for k in KEYS if k not in LONG]
    rows = []
    for n in range(0, len(short), 2):
        pair = [c for k in short[n : n + 2] for c in (w.cell(w.label(k), 2), w.cell(w.value(one, k), 3))]
        beside = cell("照片" if n == 0 else "", 2, merge="restart" if n == 0 else "continue") if n < 6 else ""
        rows.append(row(*pair, beside))
    rows += [row(w.cell(w.label(k), 2), w.cell(w.value(one, k), 10)) for k in LONG]
    return table(*rows, columns=12)


def _one_cell(w: _Writer, one: Person) -> str:
    """Label and value in one cell: 姓名：张伟."""
    short = [k for k in KEYS if k not in LONG]
    texts = {k: f"{w.label(k).rstrip(':：').replace(chr(10), '')}：{w.value(one, k)}" for k in short}
    rows = [row(*(w.cell(texts[k], 6) for k in short[n : n + 2])) for n in range(0, len(short), 2)]
    rows += [row(w.cell(f"{w.label(k)}\n{w.value(one, k)}", 12)) for k in LONG]
    return table(*rows, columns=12)


def _heads(w: _Writer, one: Person) -> str:
    """A row of labels, the values below, four fields at a time; the long ones below their labels."""
    short = [k for k in KEYS if k not in LONG]
    rows = []
    for n in range(0, len(short), 4):
        keys = short[n : n + 4]
        rows += [row(*(w.cell(w.label(k), 3) for k in keys)), row(*(w.cell(w.value(one, k), 3) for k in keys))]
    rows += [row(w.cell(text, 12)) for k in LONG for text in (w.label(k), w.value(one, k))]
    return table(*rows, columns=12)


def _sections(w: _Writer, one: Person) -> str:
    """Parts for the nominee and the recommender, each with a bare 姓名 and 联系电话."""
    of = w.random.choice(("信息", "情况", "基本信息"))
    bare = {
        "nominee_name": "姓名",
        "nominee_phone": w.random.choice(("联系电话", "电话", "手机")),
        "recommender": w.random.choice(("姓名", "姓名/单位")),
    }
    bare["recommender_phone"] = w.random.choice(("联系电话", "联系方式"))

    def line(*keys: str) -> str:
        return row(*(c for k in keys for c in (w.cell(bare.get(k) or w.label(k), 3), w.cell(w.value(one, k), 3))))

    nominee = (("nominee_name", "gender"), ("birth_month", "employer"), ("party", "years_of_service"))
    nominee = (*nominee, ("position", "title"), ("nominee_phone",))
    return table(
        row(w.cell(f"一、被推荐人{of}", 12)),
        *(line(*keys) for keys in nominee),
        *(row(w.cell(text, 12)) for k in LONG for text in (w.label(k), w.value(one, k))),
        row(w.cell(f"二、推荐人{of}", 12)),
        line("recommender", "recommender_phone"),
        line("relationship"),
        columns=12,
    )  # fmt: skip


def _grouped(w: _Writer, one: Person) -> str:
    """联系电话 | 被推荐人 | … | 推荐人 | …"""
    rows = [
        row(w.cell(w.label(k), 3), w.cell(w.value(one, k), 9))
        for k in KEYS
        if k not in ("nominee_phone", "recommender_phone")
    ]
    phones = (("被推荐人", "nominee_phone"), ("推荐人", "recommender_phone"))
    if w.random.random() < 0.5:
        cells = [c for who, k in phones for c in (w.cell(who, 2), w.cell(w.value(one, k), 3))]
        rows.insert(8, row(w.cell("联系电话", 2), *cells))
    else:
        rows[8:8] = [
            row(cell("联系电话", 2, merge=merge), w.cell(who, 4), w.cell(w.value(one, k), 6))
            for (who, k), merge in zip(phones, ("restart", "continue"), strict=True)
        ]
    return table(*rows, columns=12)


def _lines(w: _Writer, one: Person) -> str:
    """No table: 标签：值."""
    mark = w.random.choice(("", "▪ ", "{}. ", "{}、", "（{}）", "◆", "➤ ", "①", "• ", "**"))
    colon = w.random.choice(("：", ": ", " ：", "：\t"))
    lines = []
    for n, key in enumerate(KEYS, 1):
        label = w.label(key).rstrip(":：").replace("\n", "")
        text = w.value(one, key)
        ruled = text and key not in LONG and w.random.random() < 0.2
        bold = "**" if mark == "**" else ""
        lines.append(f"{mark.format(n)}{label}{bold}{colon}{f'__{text}__' if ruled else text}")
    return w.paragraphs("\n".join(lines))


def _barred(w: _Writer, one: Person) -> str:
    """| 标签 | 值 |"""
    texts = [(w.label(k).replace("\n", ""), w.value(one, k).replace("\n", "<br>")) for k in KEYS]
    head = ["| 项目 | 内容 |", "|---|:---|"] if w.random.random() < 0.5 else []
    return w.paragraphs("\n".join([*head, *(f"| {label} | {text} |" for label, text in texts)]))


def _tabbed(w: _Writer, one: Person) -> str:
    """标签 → value, set off by tabs, the long ones below their labels."""
    short = [f"{w.label(k).replace(chr(10), '').rstrip(':：')}\t{w.value(one, k)}" for k in KEYS if k not in LONG]
    long = [f"{w.label(k).replace(chr(10), '')}\n{w.value(one, k)}" for k in LONG]
    return "".join(
        f"<w:p>{'<w:r><w:tab/></w:r>'.join(map(_run, line.split(chr(9))))}</w:p>" for line in "\n".join([*short, *long]).split("\n")
    )  # fmt: skip


def _nested(w: _Writer, one: Person) -> str:
    return table(row(cell("", content=f"{w.paragraphs('征集表')}{_annex(w, one)}<w:p/>")), columns=1)


def _boxed(w: _Writer, one: Person) -> str:
    """Values in text boxes, drawn and once more for old programs."""

    def box(text: str) -> str:
        inner = f"<w:txbxContent>{w.paragraphs(text)}</w:txbxContent>"
        drawn = f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{inner}</wps:txbx></w:drawing></mc:Choice>'
        old = f"<mc:Fallback><w:pict><v:textbox>{inner}</v:textbox></w:pict></mc:Fallback>"
        return f"<w:p><w:r><mc:AlternateContent>{drawn}{old}</mc:AlternateContent></w:r></w:p>"

    rows = [row(w.cell(w.label(k), 2), cell("", 4, content=box(w.value(one, k)))) for k in KEYS]
    return table(*rows, columns=6)


LAYOUTS = (_annex, _annex, _annex, _rows, _rows, _photo, _one_cell, _heads, _sections, _grouped, _lines, _lines)
LAYOUTS = (*LAYOUTS, _barred, _tabbed, _nested, _boxed)
BEFORE = ("", "", "尊敬的协会：\n现推荐我单位一名工程师，请审阅。", "填表单位：某某协会\n填表日期：2026年3月5日")
AFTER = ("", "", "填表人：小王　　填表日期：2026年3月6日", "注：请于3月31日前报送。")
NAMESPACES = (
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def odd_form(seed: int) -> Odd:
    """The same form for the same seed."""
    random = Random(seed)
    writer = _Writer(random)
    layout = writer.choose("layout", LAYOUTS)
    people = [_somebody(random, 2 * seed)]
    if random.random() < 0.15:
        people.append(_somebody(random, 2 * seed + 1))
        writer.traits.append("two")
    before, after = writer.choose("before", BEFORE), writer.choose("after", AFTER)
    forms = writer.paragraphs(TITLE).join(layout(writer, one) + "<w:p/>" for one in people)
    body = (writer.paragraphs(before) if before else "") + forms + (writer.paragraphs(after) if after else "")
    content = docx(body, namespaces=NAMESPACES)
    return Odd(content, tuple(one.expected for one in people), tuple(writer.traits))


def _somebody(random: Random, number: int) -> Person:
    one = person(random, number + 1)
    blank = [key for key in LEFT_BLANK if key != "nominee_name" and random.random() < 0.1]
    return without(one, *blank)


def _show(count: int) -> None:
    from test_corpus import told

    wrong: Counter[str] = Counter()
    fields = 0
    for seed in range(count):
        odd = odd_form(seed)
        said = told(mail_of(odd))["submissions"]
        found = [s["fields"] for s in said]
        fields += sum(map(len, odd.expected))
        if len(found) != len(odd.expected):
            print(f"{seed}: {len(odd.expected)} people, {len(found)} read; {' '.join(odd.traits)}")
            wrong["people"] += 1
            continue
        for one, read in zip(odd.expected, found, strict=True):
            for key in sorted(one.keys() | read.keys()):
                if one.get(key) != read.get(key):
                    print(
                        f"{seed}: {key} {str(one.get(key))[:40]!r} read {str(read.get(key))[:60]!r}; {' '.join(odd.traits)}"
                    )
                    wrong[key] += 1
    print(f"{count} forms, {fields} fields, wrong: {dict(wrong)}")


def mail_of(odd: Odd) -> bytes:
    return netease_web(Letter(subject="渝工故事线索+重庆某某公司", files=(File("征集表.docx", odd.content),)))


if __name__ == "__main__":
    _show(int(sys.argv[1]))
