"""What a condition may ask about: the form's labels and the facts of the mail, each with its type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from rules.campaign import Campaign, Field, FieldType
from rules.text import normalise
from rules.toml.fault import Fault, FaultyFile


class Kind(StrEnum):
    """What sort of value a label has; it decides which operators make sense."""

    TEXT = "文字"
    NUMBER = "数字"
    DATE = "日期"
    FLAG = "是否"
    OPTIONS = "多选"  # several values; a word is looked for in each by itself


@dataclass(frozen=True, slots=True)
class Label:
    """One thing to ask about."""

    name: str
    kind: Kind
    unit: str = ""  # 年, for the reminder when a rule counts in something else
    aliases: tuple[str, ...] = ()  # not understood in rules, but good for a suggestion
    fillers: tuple[str, ...] = ()  # 无, 暂无, /: answers that count as empty


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All labels; names are unique also after folding."""

    labels: tuple[Label, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(label.name for label in self.labels)

    def find(self, name: str) -> Label | None:
        """The label of that name, blanks and width aside."""
        wanted = normalise(name)
        return next((label for label in self.labels if normalise(label.name) == wanted), None)


MAIL_FACTS = (
    Label("主题", Kind.TEXT),
    Label("正文", Kind.TEXT),
    Label("发件人", Kind.TEXT),
    Label("发件人域名", Kind.TEXT),
    Label("收件人", Kind.TEXT),
    Label("收到时间", Kind.DATE),
    Label("附件数", Kind.NUMBER, unit="个"),
    Label("附件名", Kind.OPTIONS),
    Label("附件类型", Kind.OPTIONS),
    Label("缺填栏目数", Kind.NUMBER, unit="个"),
    Label("全文", Kind.TEXT),  # every field's text in one
)

_KINDS = {FieldType.NUMBER: Kind.NUMBER, FieldType.MONTH: Kind.DATE}


def catalogue_of(campaign: Campaign) -> Catalogue:
    """The campaign's labels and the mail facts. Raises FaultyFile where two names would mean the same."""
    form = tuple(_label(field) for field in campaign.fields)
    faults = tuple(_clashes(form, campaign))
    if faults:
        raise FaultyFile(faults)
    return Catalogue(form + MAIL_FACTS)


def _label(field: Field) -> Label:
    return Label(field.label, _KINDS.get(field.type, Kind.TEXT), unit=field.unit, aliases=field.aliases)


def _clashes(form: Iterable[Label], campaign: Campaign) -> Iterable[Fault]:
    taken = {normalise(fact.name): "邮件本身的信息" for fact in MAIL_FACTS}
    for label in form:
        name = normalise(label.name)
        if name in taken:
            message = f"栏目「{label.name}」与{taken[name]}重名，规则里分不清指的是哪一个。"
            yield Fault(campaign.folder / "campaign.toml", 0, 0, "栏目重名", message, "请给这个栏目换一个名字。")
        taken[name] = "另一个栏目"
