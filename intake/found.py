"""What a mail says, seen with one campaign's eyes: its subject, and the forms in its attachments and its body."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from intake.annexes import annex, answered_by, behind, told_in, with_annexes
from intake.attachments import Opened, unread
from intake.chinese.characters import even
from intake.documents.archives.mail import body_documents
from intake.documents.document import Document, Paragraph, Unreadable
from intake.draft import BODY, Draft, draft_of
from intake.forms.biography import biographies
from intake.forms.endings import unsigned
from intake.forms.forms import FORM_LABELS, Form, read_forms
from intake.forms.labels import labels_of
from intake.forms.own_words import read_lines
from intake.letter import Letter
from intake.links import cloud_links
from intake.nomination import submission_of
from intake.nominees import named, one_per_nominee, same_nominee
from intake.quotes import unmarked
from intake.subject import SubjectLine, SubjectReading, alludes, read_subject
from rules.campaign import Campaign, FieldType

ANSWERED_LABELS = 2  # make a form of a file that answers us: it may hold just what we asked for
TIMES_TOLD = 5  # that one nominee's form may come: as Word file and PDF, in a list, once more in an archive
_OFFERS = re.compile("[推自举]荐")  # somebody, in a letter that does not name the campaign
FEWEST_FIELDS = 3  # stated: what has fewer may be a signature or a table of contacts


@dataclass(frozen=True, slots=True)
class Found:
    """What a mail says, seen with one campaign's eyes."""

    campaign: Campaign
    subject: SubjectReading
    drafts: tuple[Draft, ...]  # one a nominee
    forms: frozenset[str]  # paths of the parts that hold a form
    more: bool = False  # nominees are put forward than one mail may

    @property
    def weight(self) -> tuple[bool, int]:
        return self.subject.belongs, sum(len(draft.stated) for draft in self.drafts)

    @property
    def form_read(self) -> bool:
        return any(len(draft.stated) >= FEWEST_FIELDS for draft in self.drafts)


def found_in(letter: Letter, campaign: Campaign, today: date, most: int) -> Found:
    """Read the mail as one that the campaign asked for, and that puts forward so many nominees at most."""
    subject = _subject(letter, campaign)
    expected = subject.belongs or letter.answers_us
    drafts: list[Draft] = []
    holding: set[str] = set()
    more = False
    sheets = list(_sheets(letter.parts))
    least = ANSWERED_LABELS if letter.answers_us else FORM_LABELS
    read = [(path, name, sheet, read_forms(sheet, campaign, least)) for path, name, sheet in sheets]
    single = any(_names_one(form, campaign) for _, _, _, forms in read for form in forms)
    for path, name, sheet, forms in read:
        titled = expected or (bool(forms) and _titled(sheet, campaign))
        own = [form for form in forms if not (form.listed and single)]
        room = TIMES_TOLD * most - len(drafts)
        drafts_here = _told(own[:room], name, campaign, today, recognised=sheet.recognised)
        filled = [d for d in drafts_here if titled or _unmistakable(d, campaign)]
        if filled or (own and not any(form.fields for form in own)):  # the blank form is a form too
            holding.add(path)
        more = more or (len(own) > room and bool(filled or not room)) or (bool(sheet.omitted) and len(filled) > 1)
        drafts += filled
    people = one_per_nominee(drafts, campaign)
    body = _in_body(letter, campaign, today, subject, beside=people[:most])
    annexes = [one for _, name, sheet, forms in read if not forms and (one := annex(name, sheet))]
    texts = [one for _, name, sheet, forms in read if forms for one in behind(name, sheet)]
    people = one_per_nominee([*people, *body[:most]], campaign)
    more = more or len(people) > most or len(body) > most
    drafts = with_annexes(people[:most], [*annexes, *texts], campaign, today)
    if letter.answers_us:
        drafts = drafts or answered_by(annexes, campaign, today)
    elif not any(named(one, campaign) for one in body):
        drafts = told_in(letter.own_text, drafts, campaign, today)
    return Found(campaign, subject, tuple(drafts), frozenset(holding), more)


def _subject(letter: Letter, campaign: Campaign) -> SubjectReading:
    """The mail's subject; where that says nothing, the one of the mail that it forwards. Of several, none is better."""
    own = read_subject(letter.message.subject, campaign.subject)
    if own.belongs or letter.answers_us:
        return own
    inner = [one for told in letter.passed_on if (one := read_subject(told, campaign.subject)).belongs]
    return replace(inner[0], line=replace(inner[0].line, text=own.line.text)) if len(inner) == 1 else own


def _titled(document: Document, campaign: Campaign) -> bool:
    labels = labels_of(campaign)
    heads = (b.text if isinstance(b, Paragraph) else b.cells[0].text if b.cells else "" for b in document.blocks)
    return any(labels.is_title(head) for head in heads)


def _unmistakable(draft: Draft, campaign: Campaign) -> bool:
    """Where nothing else speaks of the campaign: any list of guests has names, units and telephone numbers."""
    told, most = _tells(draft, campaign), _most(draft, campaign)
    return (told or most) if named(draft, campaign) else (told and most)


def _tells(draft: Draft, campaign: Campaign) -> bool:
    return any(field.type is FieldType.LONG_TEXT and field.key in draft.stated for field in campaign.fields)


def _most(draft: Draft, campaign: Campaign) -> bool:
    return 2 * len(draft.stated) >= len(campaign.fields)


def _sheets(parts: Sequence[Opened]) -> Iterator[tuple[str, str, Document]]:
    """Every document that was read: path of the part, name, document. What was printed from another comes after it,
    what was recognised last."""
    for one in sorted(parts, key=lambda one: isinstance(one.document, Document) and one.document.format == "pdf"):
        if isinstance(one.document, Document):
            yield one.part.path, _name(one), one.document
    for one in parts:
        if one.recognised is not None:
            yield one.part.path, _name(one), one.recognised


def _name(one: Opened) -> str:
    return one.part.filename or ("转发的邮件" if one.part.content_type.lower() == "message/rfc822" else "未命名附件")


def _in_body(
    letter: Letter, campaign: Campaign, today: date, subject: SubjectReading, *, beside: list[Draft]
) -> list[Draft]:
    """The body as a form: a table in its HTML, else lines of 姓名：…; in an answer the quoted part is not read."""
    drafts = _drafts_of(*before_our_questions(letter, campaign), campaign, today)
    if not drafts and not letter.reply and letter.words.quoted:
        drafts = _drafts_of(letter.message.html, unmarked(letter.message.text), campaign, today)
    if letter.answers_us:
        return drafts
    drafts = _unsigned(drafts, campaign)
    if beside:
        return [_beside(draft, beside, letter.own_text, campaign) for draft in drafts]
    people = drafts if any(named(draft, campaign) for draft in drafts) else _introduced(letter, drafts, campaign, today)
    if subject.belongs:
        return people
    if subject.alludes and (told := [draft for draft in people if named(draft, campaign) and _says_enough(draft)]):
        return told
    words = f"{letter.message.subject}\n{letter.own_text}"
    offers = people is not drafts and (alludes(words, campaign.subject) or _OFFERS.search(words))
    letters = [one for one in people if offers and _tells(one, campaign) and _most(one, campaign)]
    return letters or [draft for draft in drafts if _unmistakable(draft, campaign)]


def _unsigned(drafts: list[Draft], campaign: Campaign) -> list[Draft]:
    """Without the writer's own 姓名, 单位 and 电话 below whole forms."""
    *forms, last = drafts or [Draft(BODY, {})]
    whole = bool(forms) and all(_tells(form, campaign) and _most(form, campaign) for form in forms)
    signs = named(last, campaign) and not last.stated - {*campaign.identity, campaign.subject.contact_field}
    return forms if whole and signs else drafts  # who says more of himself is put forward, too


def _says_enough(draft: Draft) -> bool:
    return len(draft.stated) >= FEWEST_FIELDS


def _introduced(letter: Letter, drafts: list[Draft], campaign: Campaign, today: date) -> list[Draft]:
    """Who is put forward in a letter without a form: one person, or a list of them."""
    people = list(biographies(f"{letter.message.subject}\n{letter.own_text}", campaign, today))
    told = [draft_of(said, BODY, campaign, today) for said in people]
    if len(told) != 1:
        listed = len(told) > 1 and all(len(draft.stated) < FEWEST_FIELDS for draft in drafts)  # whose, nobody says
        return told if listed else drafts
    if len(drafts) > 1:
        return drafts
    (person,) = told
    return [
        replace(
            person,
            fields={**person.fields, **draft.fields},
            problems=draft.problems,
            stated=person.stated | draft.stated,
        )
        for draft in drafts
    ] or told


def before_our_questions(letter: Letter, campaign: Campaign) -> tuple[str, str]:
    """The body's HTML and text. Some programs quote without any mark: where our own questions stand, our letter has begun."""
    asked = [field.ask for field in campaign.fields if field.ask]
    if not letter.answers_us:
        return letter.own_html, letter.own_text
    if not any(ask in letter.own_text for ask in asked):
        own = unsigned(letter.own_text)
        return letter.own_html if own == letter.own_text or "<table" in letter.own_html else "", own
    return "", letter.own_text[: min(at for ask in asked if (at := letter.own_text.find(ask)) >= 0)]


def _beside(draft: Draft, others: list[Draft], text: str, campaign: Campaign) -> Draft:
    """What a covering letter adds to a form. 单位 and 电话 there are the writer's own: only full labels count, and 推荐单位,
    which says whose it is, where the form leaves that blank."""
    if _unmistakable(draft, campaign):
        return draft
    if same := [other for other in others if same_nominee(draft, other, campaign)]:
        contact = campaign.subject.contact_field or ""
        asked = next((field.label for field in campaign.fields if field.key == contact), "")
        writers = contact in draft.fields and _bare(asked) not in _bare(text)
        return _without(draft, contact) if writers and any(contact in other.fields for other in same) else draft
    if named(draft, campaign):
        return Draft(draft.source, {})  # signed by somebody else
    blank = {field.key for field in campaign.fields if not any(field.key in other.stated for other in others)}
    full = {field.key for field in campaign.fields if _bare(field.label) in _bare(text)}
    full |= blank & labels_of(campaign).says_whose(_bare(text))
    fields = {key: value for key, value in draft.fields.items() if key in full}
    problems = tuple(problem for problem in draft.problems if problem.field in full)
    return Draft(draft.source, fields, problems, draft.stated & full)


def _without(draft: Draft, key: str) -> Draft:
    fields = {other: value for other, value in draft.fields.items() if other != key}
    return Draft(draft.source, fields, draft.problems, draft.stated - {key})


def _drafts_of(html: str, text: str, campaign: Campaign, today: date) -> list[Draft]:
    for document in body_documents(html, text):
        forms = _told(read_forms(document, campaign), BODY, campaign, today)
        if forms:
            return forms
    people = (draft_of(lines, BODY, campaign, today) for lines in read_lines(text, campaign) if lines)
    return [draft for draft in people if draft.stated]


def _told(
    forms: Sequence[Form], source: str, campaign: Campaign, today: date, *, recognised: bool = False
) -> list[Draft]:
    """The forms with something in them. A list of names beside them is evidence; alone it is a form a row."""
    single = any(_names_one(form, campaign) for form in forms)
    own = [form for form in forms if not (form.listed and single)]
    drafts = (draft_of(form.fields, source, campaign, today, recognised=recognised) for form in own)
    return [draft for draft in drafts if draft.stated]


def _names_one(form: Form, campaign: Campaign) -> bool:
    """Whether it is a nominee's own form: the rest of a row that was torn off its list names nobody."""
    return not form.listed and labels_of(campaign).first in form.fields


def holds_complete_form(found: Found, today: date) -> bool:
    """Whether it carries a complete form of its own, or forms about several people."""
    if sum(named(draft, found.campaign) for draft in found.drafts) > 1:
        return True
    nothing = SubjectLine("", None, None)
    return any(not submission_of(draft, nothing, found.campaign, today).missing for draft in found.drafts)


_ASKS = re.compile(
    r"[?？]|请问|请教|咨询|询问|想问|求助|怎么|怎样|如何|哪里|是否|感谢|致谢|补充说明|情况说明|问题|疑问"
)
_TAKES_BACK = re.compile(r"撤回|撤销|作废|取消(?:报送|推荐|参加|申报)")
_NOBODY_PUT_FORWARD = re.compile(
    r"零报告|(?:无|没有|暂无|未有)(?:可|可供|适合|合适|符合(?:条件|要求)的?)?(?:推荐|报送|上报)(?:的?(?:人选|对象|线索|人员))?|无符合(?:条件|要求)"
)
SHORT_LETTER = 120  # characters


def only_asks(letter: Letter, found: Found) -> bool:
    """渝工故事线索征集咨询: the campaign's word, but nobody is put forward: a question instead of a form, thanks, a
    nomination taken back, or word that there is none."""
    if found.drafts or letter.parts:
        return False
    subject, text = found.subject.line, letter.own_text
    if _TAKES_BACK.search(subject.text) or (len(text) <= SHORT_LETTER and _NOBODY_PUT_FORWARD.search(text)):
        return True
    if subject.contact:
        return False
    return bool(_ASKS.search(subject.text)) or (
        found.subject.reply and not subject.recommender and len(text) <= SHORT_LETTER
    )


def hands_in_something(letter: Letter, found: Found) -> bool:
    """渝工故事推荐, and with it a file that cannot be read, or a link to one: who sends that means to take part."""
    if not found.subject.alludes:
        return False
    return any(unread(one) for one in letter.parts) or bool(cloud_links(letter.own_text, letter.own_html))


_TITLE_OF_A_NOTICE = re.compile(r"(?:通知|公告|启事)\W*(?:[（(].{0,20}[)）]\W*)?$")
_SAYS_THE_NOTICE = re.compile(r"通知如下|特此通知|报送方式|征集方式|征集时间|征集范围|征集对象|征集要求")


def passes_on_the_notice(letter: Letter, found: Found) -> bool:
    """The notice itself, sent around or sent back: its title for a subject or its text, and nobody put forward."""
    if found.drafts or found.subject.line.contact or any(unread(one) for one in letter.parts):
        return False
    if cloud_links(letter.own_text, letter.own_html):
        return False
    if _TITLE_OF_A_NOTICE.search(found.subject.line.text):
        return True
    texts = [letter.own_text, *("\n".join(_paragraphs(sheet)) for _, _, sheet in _sheets(letter.parts))]
    return any(len(set(_SAYS_THE_NOTICE.findall(text))) >= 2 for text in texts)


def _paragraphs(document: Document) -> Iterator[str]:
    return (block.text for block in document.blocks if isinstance(block, Paragraph))


def names_the_form(letter: Letter, campaign: Campaign) -> bool:
    """A file that cannot be read, but is called like the form."""
    words = {_bare(word) for word in (*campaign.subject.prefixes, *campaign.form_titles, campaign.title) if word}
    names = (_bare(one.part.filename) for one in letter.parts if isinstance(one.document, Unreadable))
    return any(word in name for name in names for word in words)


def _bare(text: str) -> str:
    return re.sub(r"[\s“”\"'《》]", "", even(text))
