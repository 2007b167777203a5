"""What stands behind a label that asks for several things, shared out among them: 职务/职称：总工程师/正高级工程师."""

from __future__ import annotations

import re

from intake.chinese.ticks import drawn, ticked
from intake.forms.labels import POST, TITLE, UNIT, Label, Labels
from intake.forms.words import JOINT
from intake.values.posts import post_in

_PARTS_OF_ANSWER = re.compile(r"\s*[/／\\、，,；;|]\s*|\s+")


def shared_out(label: Label, text: str, labels: Labels) -> list[tuple[str, str]]:
    """The values of a joint label by key; none where they cannot be told apart."""
    if len(label.keys) == 1:
        words = [part for part in JOINT.split(label.word) if part]
        place = next(number for number, part in enumerate(words) if part in labels.exact)
        values = [part for part in _PARTS_OF_ANSWER.split(text.strip()) if part]
        return [(label.keys[0], values[place] if len(values) == len(words) else text)]
    if told := _posts(label, text, labels):
        return told
    values = [part for part in _PARTS_OF_ANSWER.split(text.strip()) if part]
    first = _PARTS_OF_ANSWER.split(text.strip(), len(label.keys) - 1)
    if len(values) > len(label.keys) == len(first) and ticked(drawn(first[-1])):
        values = first  # 姓名/性别: 张伟/☑男/□女
    if label.word.endswith(")") and len(values) != len(label.keys) and text.strip():
        return [(label.keys[0], text)]  # 职务（职称）：总工程师
    return list(zip(label.keys, values, strict=True)) if len(values) == len(label.keys) else []


def _posts(label: Label, text: str, labels: Labels) -> list[tuple[str, str]]:
    """单位职务职称：重庆某某公司总工程师、正高级工程师."""
    words = {key: word for word in (UNIT, POST, TITLE) for key in labels.exact.get(word, ()) if key in label.keys}
    post = post_in(text) if len(words) == len(label.keys) else None
    if post is None:
        return []
    parts = {UNIT: post.unit, POST: post.post, TITLE: post.title}
    return [(key, parts[word]) for key, word in words.items() if parts[word]]
