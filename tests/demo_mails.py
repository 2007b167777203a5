"""Makes the dozen mails that the built-in mail server holds at the first start: `python tests/demo_mails.py`."""

from __future__ import annotations

from pathlib import Path
from random import Random

from corpus_maker import JPEG, LINK
from forms import LABELS, filled_form
from letters import File, Letter, foxmail, netease_web, outlook, phone, qq_web, raw_bytes
from people import Person, person, without

FOLDER = Path(__file__).parent.parent / "service" / "samples"
NAME = "“重庆工程师故事”线索征集表.docx"


def one(seed: int) -> Person:
    return person(Random(seed), 4000 + seed)


def letter(who: Person, sender: str, name: str, **more: object) -> Letter:
    subject = f"渝工故事线索+{who.written['recommender']}+{who.written['recommender_phone']}"
    plain = {"subject": subject, "files": (File(NAME, filled_form(who.written)),), "message_id": f"<demo.{sender}>"}
    return Letter(**{**plain, "sender": sender, "sender_name": name, **more})


def demo() -> dict[str, bytes]:
    people = [one(seed) for seed in range(200, 214)]
    gap = without(people[1], "birth_month", "highlights")
    wrong = Person({**people[4].written, "nominee_phone": "1380000", "years_of_service": "二十余年"}, {})
    mine = Person({**people[6].written, "relationship": "本人", "recommender": "", "recommender_phone": ""}, {})
    lines = "\n".join(f"{LABELS[key]}：{value}" for key, value in people[8].written.items())
    photo = File("老照片1998.jpg", JPEG, "image/jpeg")
    form = File(NAME, filled_form(people[9].written))
    return {
        "01-163-齐全": netease_web(letter(people[0], "chenlin@163.com", "陈琳")),
        "02-qq-缺两栏": qq_web(letter(gap, "402881@qq.com", "两江机电研究院")),
        "03-foxmail-生僻字": foxmail(letter(Person({**people[2].written, "nominee_name": "朱镕喆"}, {}), "hr@example.com", "人力资源部 罗㛃")),
        "04-outlook-两位被推荐人": outlook(letter(people[3], "office@example.org", "某区工程师协会", files=(File(NAME, filled_form(people[3].written, more=[people[13].written])),))),
        "05-163-填写有误": netease_web(letter(wrong, "wuming@126.com", "吴鸣")),
        "06-qq-主题不合格式": qq_web(letter(people[5], "998877@qq.com", "赵敏", subject="我单位推荐的优秀工程师材料")),
        "07-outlook-自荐": outlook(letter(mine, "sunqi@example.com", "孙琦", subject="渝工故事线索+本人自荐+13800004206")),
        "08-163-超大附件": netease_web(letter(people[7], "lixia@163.com", "李霞", files=(), html=f"<p>材料较大，见超大附件。</p>{LINK}")),
        "09-手机-正文填写": phone(letter(people[8], "zhouhao@example.com", "周浩", files=(), text=f"您好，我推荐一位同事：\n{lines}\n")),
        "10-foxmail-附老照片": foxmail(letter(people[9], "tanggang@example.com", "唐刚", files=(form, photo))),
        "11-旧客户端-未编码": raw_bytes(letter(people[10], "lab@example.com", "北碚仪表厂")),
        "12-qq-咨询": qq_web(Letter(subject="请问第二批什么时候截止", sender="55667788@qq.com", sender_name="冯雪", text="老师好，请问错过三月底还能报吗？谢谢！", message_id="<demo.question@qq.com>")),
        "13-qq-假期自动回复": qq_web(Letter(subject="自动回复: 渝工故事线索征集通知", sender="112233@qq.com", sender_name="何平", html="这是来自QQ邮箱的假期自动回复邮件。<br>您好，我最近正在休假中。", text="", message_id="<demo.vacation@qq.com>")),
    }  # fmt: skip


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, raw in demo().items():
        (FOLDER / f"{name}.eml").write_bytes(raw)
