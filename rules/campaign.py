"""A campaign as data: what one public notice asks for, how to recognise it, and in which words to answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from rules.nearest import suggest
from rules.text import normalise
from rules.toml.table import Table, read_toml


class FieldType(StrEnum):
    """How a field's text is normalised and checked."""

    TEXT = "text"  # a line of text: blanks between Chinese characters go
    LONG_TEXT = "long_text"  # paragraphs, joined by \n; may have length bounds
    NAME = "name"  # a person's name
    CHOICE = "choice"  # one of `choices`, by synonym
    MONTH = "month"  # YYYY-MM, or YYYY
    NUMBER = "number"  # a whole number
    PHONE = "phone"  # an 11-digit mobile or 023-67891234


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that the form asks for."""

    key: str  # nominee_name: ASCII, used by programs
    label: str  # 被推荐人姓名: as printed on the form, used in rules, replies and the digest
    type: FieldType
    required: bool
    aliases: tuple[str, ...] = ()  # other labels seen for the same thing
    hint: str = ""  # text that the blank form prints into the cell: never a value
    example: str = ""  # shown to a submitter who is asked for it
    ask: str = ""  # the sentence that asks for it
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # value -> synonyms; a text's short forms
    min_chars: int | None = None  # long_text: fewer is `<key>_too_short`, counted as Chinese people count
    max_chars: int | None = None
    unit: str = ""  # number: 年
    free_text: bool = False  # choice: text that is none of them is kept as it was written
    about: str = ""  # of whom it speaks: a bare 联系电话 belongs to whoever the labels before it are about


@dataclass(frozen=True, slots=True)
class SubjectGrammar:
    """How the notice wants the subject: PREFIX+recommender+contact."""

    prefixes: tuple[str, ...]  # 渝工故事线索 first, then spellings seen
    example: str  # 渝工故事线索+XX单位+13800001234: quoted in replies
    recommender_field: str | None = None  # a blank field that the subject's 2nd part fills
    contact_field: str | None = None  # ... and its 3rd part


@dataclass(frozen=True, slots=True)
class SelfNomination:
    """Who recommends himself need not repeat himself: `values` in `field` copy from -> to."""

    field: str  # relationship
    values: tuple[str, ...]  # 本人, 自荐
    copies: Mapping[str, str]  # recommender <- nominee_name: {"recommender": "nominee_name"}


@dataclass(frozen=True, slots=True)
class Batch:
    """One round of the campaign. The last one has no end."""

    name: str
    until: date | None  # the last day that belongs to it, in the service's time zone


@dataclass(frozen=True, slots=True)
class Stage:
    """A step in a case's life."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Campaign:
    """All that one notice asks for. Nothing of a particular notice stands in Python code."""

    name: str  # yugong-story: the folder's name
    title: str  # 渝工故事线索征集
    organiser: str  # 重庆市工程师协会: signs the replies
    case_prefix: str  # YG
    privacy: str  # one sentence on purpose and retention, shown in every first reply
    subject: SubjectGrammar
    fields: tuple[Field, ...]  # in the form's order
    batches: tuple[Batch, ...]
    stages: tuple[Stage, ...]
    incomplete_stage: str  # where a case with missing fields starts
    complete_stage: str  # where it goes once complete
    form: Path | None  # the blank form: recognised when it comes back empty, attached to requests
    form_titles: tuple[str, ...]  # headings by which a form is known
    folder: Path  # where triage.toml and mail/ are
    self_nomination: SelfNomination | None = None
    identity: tuple[str, ...] = ()  # fields that tell two nominees apart: nominee_name, nominee_phone, employer

    def field(self, key: str) -> Field:
        """The field of that key. KeyError where there is none."""
        for one in self.fields:
            if one.key == key:
                return one
        raise KeyError(key)

    def batch_on(self, day: date) -> Batch:
        """The batch that a mail received on `day` (service time zone) belongs to."""
        return next(b for b in self.batches if b.until is None or day <= b.until)


def load_campaign(folder: Path) -> Campaign:
    """Read FOLDER/campaign.toml. Raises `rules.fault.FaultyFile` with all faults at once."""
    table = read_toml(folder / "campaign.toml")
    fields = _fields(table)
    keys = [one.key for one in fields]
    stages = tuple(
        Stage(stage.text("key", example="verify"), stage.text("label", example="待核实"))
        for stage in table.tables("stage")
    )
    campaign = Campaign(
        name=folder.name,
        title=_words(table, "title", "故事线索征集"),
        organiser=_words(table, "organiser", "某某协会"),
        case_prefix=_case_prefix(table),
        privacy=table.text("privacy", example="您提供的信息仅用于本次征集，保存至活动结束后一年。"),
        subject=_subject(table.table("subject"), keys),
        fields=fields,
        batches=_batches(table),
        stages=stages,
        incomplete_stage=_stage(table, "incomplete_stage", stages),
        complete_stage=_stage(table, "complete_stage", stages),
        form=_form(table, folder),
        form_titles=table.texts("form_titles", ()),
        folder=folder,
        self_nomination=_self_nomination(table, keys),
        identity=_keys(table, "identity", keys),
    )
    table.finish()
    return campaign


def _fields(table: Table) -> tuple[Field, ...]:
    written = table.tables("field")
    if not written:
        table.fault(None, "缺少栏目", "征集表一个栏目也没有。", "至少写一段 [[field]]。")
    fields = tuple(_field(one) for one in written)
    _report_same_keys(written, fields)
    _report_same_labels(written, fields)
    return fields


def _field(table: Table) -> Field:
    kind = FieldType(table.choice("type", [str(one) for one in FieldType]))
    one = Field(
        key=table.text("key", example="nominee_name"),
        label=table.text("label", example="姓名"),
        type=kind,
        required=table.boolean("required", True),
        aliases=table.texts("aliases", ()),
        hint=table.text("hint", ""),
        example=table.text("example", ""),
        ask=table.text("ask", ""),
        choices=_choices(table),
        min_chars=table.integer("min_chars", None),
        max_chars=table.integer("max_chars", None),
        unit=table.text("unit", ""),
        free_text=table.boolean("free_text", False),
        about=table.text("about", ""),
    )
    _report_field(table, one)
    return one


def _choices(table: Table) -> Mapping[str, tuple[str, ...]]:
    written = table.table("choices")
    return {choice: written.texts(choice) for choice in written.keys()}  # noqa: SIM118  Table is no mapping


def _report_field(table: Table, one: Field) -> None:
    if table.has("key") and not re.fullmatch(r"[a-z][a-z0-9_]*", one.key):
        table.fault(
            "key", "代号不对", f"栏目代号「{one.key}」只能用小写英文字母、数字和下划线。", "写成 nominee_name 这样。"
        )
    if table.has("label") and not one.label.strip():
        table.fault("label", "缺少栏目名", "栏目名是空的。", "写上征集表上印的名称。")
    if one.type is FieldType.CHOICE and not one.choices:
        table.fault(
            "type", "缺少选项", f"「{one.label}」是选择栏，却没有选项。", "在下面写 [field.choices]，一行一个选项。"
        )
    if one.type is not FieldType.LONG_TEXT and (table.has("min_chars") or table.has("max_chars")):
        key = "min_chars" if table.has("min_chars") else "max_chars"
        table.fault(
            key, "设置无效", f"「{one.label}」不是长文栏，不能限字数。", "删去这一行，或把 type 改为 long_text。"
        )
    for key, count in (("min_chars", one.min_chars), ("max_chars", one.max_chars)):
        if count is not None and count < 0:
            table.fault(
                key, "字数不对", f"「{one.label}」的字数写的是 {count}。", "写 0 或更大的数；不限就删去这一行。"
            )
    if one.min_chars is not None and one.max_chars is not None and one.min_chars > one.max_chars:
        table.fault(
            "min_chars", "字数颠倒", f"「{one.label}」的最少字数大于最多字数。", "请对调 min_chars 和 max_chars。"
        )


def _report_same_keys(written: Sequence[Table], fields: Sequence[Field]) -> None:
    first: dict[str, str] = {}
    for table, one in zip(written, fields, strict=True):
        if table.has("key") and one.key in first:
            mend = f"「{first[one.key]}」已经用了它，请换一个。"
            table.fault("key", "代号重复", f"栏目代号「{one.key}」用了两次。", mend)
        first.setdefault(one.key, one.label)


def _report_same_labels(written: Sequence[Table], fields: Sequence[Field]) -> None:
    """A label names one field. An alias may name one field for each person that the form is about."""
    labels: dict[str, Field] = {}
    for table, one in zip(written, fields, strict=True):
        if table.has("label") and normalise(one.label) in labels:
            table.fault("label", "栏目名重复", f"有两个栏目都叫「{one.label}」。", "请改其中一个。")
        labels.setdefault(normalise(one.label), one)
    aliases: dict[str, list[Field]] = {}
    for table, one in zip(written, fields, strict=True):
        for index, alias in enumerate(one.aliases):
            same = aliases.setdefault(normalise(alias), [])
            owner = labels.get(normalise(alias), one)
            clash = (
                owner if owner is not one else next((f for f in same if f is not one and not _told_apart(f, one)), None)
            )
            if clash is not None:
                mend = "请从其中一个栏目里删去；若分别说的是两个人，请给两个栏目写上不同的 about。"
                message = f"「{alias}」既指「{clash.label}」，又指「{one.label}」，分不清。"
                table.fault("aliases", "别名重复", message, mend, item=index)
            same.append(one)


def _told_apart(one: Field, other: Field) -> bool:
    return bool(one.about and other.about and one.about != other.about)


def _words(table: Table, key: str, example: str) -> str:
    """What every answer says; empty, it would be a letter from nobody."""
    written = table.text(key, example=example)
    if table.has(key) and not written.strip():
        table.fault(key, "没有内容", f"「{key}」是空的，回信里要用它。", f'写成 {key} = "{example}" 这样。')
    return written


def _case_prefix(table: Table) -> str:
    prefix = table.text("case_prefix", example="YG")
    if table.has("case_prefix") and not re.fullmatch(r"[A-Z]{1,8}", prefix):
        table.fault(
            "case_prefix",
            "编号不对",
            f"编号字头「{prefix}」只能是一到八个大写英文字母。",
            '写成 case_prefix = "YG" 这样。',
        )
    return prefix


def _subject(table: Table, keys: Sequence[str]) -> SubjectGrammar:
    prefixes = table.texts("prefixes", example="故事线索")
    if table.has("prefixes") and not prefixes:
        table.fault("prefixes", "缺少主题词", "一个主题词也没有。", "至少写通知里要求的那一个。")
    return SubjectGrammar(
        prefixes,
        table.text("example", example="故事线索+某某公司+13800001234"),
        _key(table, "recommender_field", keys),
        _key(table, "contact_field", keys),
    )


def _batches(table: Table) -> tuple[Batch, ...]:
    written = table.tables("batch")
    batches = tuple(Batch(one.text("name", example="第一批"), one.day("until", None)) for one in written)
    if not batches:
        table.fault(None, "缺少批次", "一个批次也没有。", "至少写一段 [[batch]]，最后一批不写 until。")
        return (Batch("", None),)
    for number, (one, batch, before) in enumerate(zip(written, batches, (None, *batches), strict=False), start=1):
        last = number == len(batches)
        if last and batch.until is not None:
            table_mend = "删去 until；以后还有别的批次时，在后面再加一段 [[batch]]。"
            one.fault(
                "until", "批次没有着落", f"最后一批「{batch.name}」有截止日，之后的来件就没有批次了。", table_mend
            )
        if not last and batch.until is None and not one.has("until"):
            one.fault(
                None,
                "缺少截止日",
                f"「{batch.name}」不是最后一批，却没有截止日。",
                "补上一行，例如 until = 2026-03-31。",
            )
        if batch.until and before and before.until and batch.until <= before.until:
            one.fault(
                "until",
                "批次顺序",
                f"「{batch.name}」的截止日不晚于前一批「{before.name}」。",
                "请按截止日从早到晚排列。",
            )
    return batches


def _stage(table: Table, key: str, stages: Sequence[Stage]) -> str:
    name = table.text(key, example=stages[0].key if stages else "verify")
    known = [stage.key for stage in stages]
    if table.has(key) and name not in known:
        mend = suggest(name, known) or f"可用的有：{'、'.join(known)}。"
        table.fault(key, "无此阶段", f"阶段里没有「{name}」。", mend)
    return name


def _form(table: Table, folder: Path) -> Path | None:
    name = table.text("form", None)
    if name is None:
        return None
    if not (folder / name).is_file():
        table.fault("form", "没有这个文件", f"没有找到空白征集表 {name}。", f"请把它放在 {folder} 里，或改正文件名。")
    return folder / name


def _self_nomination(table: Table, keys: Sequence[str]) -> SelfNomination | None:
    if not table.has("self_nomination"):
        return None
    written = table.table("self_nomination")
    copies = written.table("copies")
    names = copies.keys()
    for name in names:
        _report_unknown_key(copies, name, name, keys)
    pairs = {name: source for name in names if (source := _key(copies, name, keys))}
    return SelfNomination(
        _key(written, "field", keys, required=True) or "", written.texts("values", example="本人"), pairs
    )


def _keys(table: Table, key: str, known: Sequence[str]) -> tuple[str, ...]:
    names = table.texts(key, ())
    for index, name in enumerate(names):
        _report_unknown_key(table, key, name, known, item=index)
    return names


def _key(table: Table, key: str, known: Sequence[str], *, required: bool = False) -> str | None:
    name = table.text(key, example=known[0] if known else "nominee_name") if required else table.text(key, None)
    if name is not None and table.has(key):
        _report_unknown_key(table, key, name, known)
    return name


def _report_unknown_key(table: Table, key: str, name: str, known: Sequence[str], item: int | None = None) -> None:
    if name not in known:
        mend = suggest(name, known) or f"可用的有：{'、'.join(known)}。"
        table.fault(key, "无此栏目", f"栏目代号里没有「{name}」。", mend, item=item)
