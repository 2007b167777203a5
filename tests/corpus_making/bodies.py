"""The form in the mail itself: as lines, as a table, forwarded as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forms import GRID, LABELS, TITLE
from letters import foxmail, netease_web, outlook, phone, qq_web

from corpus_making.sample import NOBODY, Sample, Values, mailed, nominee, reading, subject_of, submission

HEAD_163 = "---------- 转发邮件信息 ----------\n发件人：李四 <a@163.com>\n发送日期：2026-03-01 10:00\n收件人：王五 <b@163.com>\n主题：{}\n\n"
HEAD_QQ = '------------------ 原始邮件 ------------------\n发件人: "王五" <b@163.com>;\n发送时间: 2026年3月1日(星期日) 下午3:00\n收件人: "x"<x@qq.com>;\n主题: {}\n\n'
HEAD_OUTLOOK = "发件人: 李四 <a@163.com>\n发送时间: 2026年3月1日 10:00\n收件人: 王五\n主题: {}\n\n"
GREETING = "您好，我来推荐：\n"


def _nothing() -> list:
    return []


def samples() -> Iterator[Sample]:
    one = nominee(130)
    yield Sample("body-lines", _written(one, GREETING + lines(one.written) + "\n", phone), reading(submission(one)))
    one = nominee(170)
    loose = "\n".join(f"{LABELS[k]}{'：' if k == 'story' else '  '}{v}" for k, v in one.written.items() if v)
    yield Sample("body-lines-without-colons", _written(one, loose + "\n", phone), reading(submission(one)))
    yield from _lines()
    one = nominee(131)
    rows = "".join(
        f"<tr><td>{LABELS[k]}</td><td>{v.replace(chr(10), '<br>')}</td></tr>" for k, v in one.written.items()
    )
    make = mailed(one, files=_nothing, html=f"<p>您好</p><table>{rows}</table>")
    yield Sample("body-html-table", make, reading(submission(one)))
    yield from _tables()
    one = nominee(132)
    only = {k: one.written[k] for k in ("recommender", "recommender_phone")}
    make = mailed(one, files=_nothing, by=phone, text="材料稍后补上。")
    yield Sample("subject-alone", make, reading(submission(NOBODY, **only)))
    yield from _forwarded()


def lines(values: Values, colon: str = "：", keys: tuple[str, ...] = tuple(LABELS)) -> str:
    return "\n".join(f"{LABELS[key]}{colon}{values[key]}" for key in keys)


def _written(one, text, by=netease_web, **letter):
    return mailed(one, files=_nothing, by=by, text=text, **letter)


def _lines() -> Iterator[Sample]:
    one = nominee(270)
    backwards = lines(one.written, keys=("nominee_name", *reversed(tuple(LABELS)[1:])))
    yield Sample(
        "body-lines-in-another-order", _written(one, f"{GREETING}{backwards}\n", qq_web), reading(submission(one))
    )
    one = nominee(271)
    yield Sample(
        "body-lines-with-half-width-colons", _written(one, lines(one.written, ": "), outlook), reading(submission(one))
    )
    one = nominee(272)
    numbered = "\n".join(f"{n}、{LABELS[key]}：{one.written[key]}" for n, key in enumerate(LABELS, start=1))
    yield Sample(
        "body-lines-numbered", _written(one, numbered + "\n\n发自我的华为手机", phone), reading(submission(one))
    )
    one, two = nominee(273), nominee(274)
    both = f"第一位：\n{lines(one.written)}\n\n第二位：\n{lines(two.written)}\n"
    yield Sample("body-lines-of-two-people", _written(one, both), reading(submission(one), submission(two)))
    one = nominee(275)
    signed = f"{lines(one.written)}\n\n--\n李秘书\n重庆某某集团办公室\n电话：023-60000000\n"
    yield Sample("body-lines-above-a-signature", _written(one, signed, foxmail), reading(submission(one)))
    one = nominee(276)
    bracketed = "\n".join(f"【{LABELS[key]}】{one.written[key]}" for key in LABELS)
    yield Sample("body-lines-in-brackets", _written(one, bracketed, qq_web), reading(submission(one)))


def _tables() -> Iterator[Sample]:
    one = nominee(280)
    text = f"{TITLE}\n" + "\n".join(f"{LABELS[key]}\n{one.written[key]}" for key in LABELS)
    make = mailed(one, files=_nothing, by=netease_web, html=f"<div>您好</div>{_pasted(one.written)}", text=text)
    yield Sample("body-annex-pasted-from-word", make, reading(submission(one)))
    one = nominee(281)
    spans = "".join(
        f"<div><span>{LABELS[key]}</span><span>：</span><font>{one.written[key].replace(chr(10), '<br>')}</font></div>"
        for key in LABELS
    )
    make = mailed(one, files=_nothing, by=qq_web, html=f"<div>推荐如下</div>{spans}", changed=_html_alone)
    yield Sample("body-html-lines-only", make, reading(submission(one)))


def _html_alone(raw: bytes) -> bytes:
    """Without the plain text that QQ sends beside it."""
    return re.sub(
        rb"\r\n------=_NextPart_A2\r\nContent-Type: text/plain.*?(?=\r\n------=_NextPart_A2\r\n)",
        b"",
        raw,
        flags=re.DOTALL,
    )


def _pasted(values: Values) -> str:
    """Word's table as a web mail's editor keeps it."""
    rows = []
    for line in GRID:
        key, label, value = line[0]
        if label == value == 24:
            text = "</p><p class=MsoNormal>".join(values[key].split("\n"))
            rows += [
                f"<td colspan=24><p>{LABELS[key]}</p></td>",
                f"<td colspan=24><p class=MsoNormal>{text}<o:p></o:p></p></td>",
            ]
            continue
        rows.append(
            "".join(
                f"<td colspan={a}><p>{LABELS[k]}</p></td><td colspan={b}><span lang=EN-US>{values[k]}</span></td>"
                for k, a, b in line
            )
        )
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<p>{TITLE}</p><table class=MsoTableGrid border=1><tbody>{body}</tbody></table>"


def _forwarded() -> Iterator[Sample]:
    heads = {
        "forwarded-text-163": (HEAD_163, netease_web, "转发:"),
        "forwarded-text-qq": (HEAD_QQ, qq_web, "转发："),
        "forwarded-text-outlook": (HEAD_OUTLOOK, outlook, "转发: "),
    }
    for number, (name, (head, by, prefix)) in enumerate(heads.items()):
        one = nominee(290 + number)
        text = f"请查收。\n\n{head.format(subject_of(one))}{lines(one.written)}\n"
        yield Sample(name, _written(one, text, by, subject=prefix + subject_of(one)), reading(submission(one)))
    one = nominee(293)
    text = (
        f"{HEAD_QQ.format('Fw:' + subject_of(one))}转给你\n\n{HEAD_163.format(subject_of(one))}{lines(one.written)}\n"
    )
    yield Sample(
        "forwarded-twice", _written(one, text, qq_web, subject=f"转发：Fw:{subject_of(one)}"), reading(submission(one))
    )
