"""Makes the dozen mails that the built-in mail server holds at the first start: `python tests/demo_mails.py`."""

from __future__ import annotations

from pathlib import Path
from random import Random

from corpus_making.links import LINK
from corpus_making.sample import JPEG
from forms import LABELS, filled_form
from letters import File, Letter, foxmail, netease_web, outlook, phone, qq_web, raw_bytes
from people import Person, person, without

FOLDER = Path(__file__).parent.parent / "service" / "samples"
NAME = "“重庆工程师故事”线索征集表.docx"


#: What each of the notice's five directions sounds like: highlights, and the sentences of a story.
THEMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "攻坚克难，保存有1998年的手绘图纸。",
        (
            "嘉陵江大桥深水基础施工时，江底溶洞密布，钻头接连折断，工期眼看就要落空。他带着班组在平台上住了三个月，一根桩一根桩地试，终于攻克了成桩难题。",
            "山高路陡，材料运不上去，他就和工友们肩挑背扛，用十七天打通了最后一段隧道。",
            "洪水来的那一夜，他守在围堰上测了十一次水位，天亮时嗓子已经说不出话。",
        ),
    ),
    (
        "精益求精，有使用了二十年的游标卡尺。",
        (
            "他做了半辈子精密磨削，于毫厘之间较真，主持的工艺改进使废品率从百分之三降到千分之二。",
            "一批轴承座超差两丝，外人看不出来，他连夜返工，第二天一早把新件送到装配线上。",
            "那把游标卡尺用了二十年，刀口磨得发亮，依然准得出奇，他走到哪里都带在身上。",
        ),
    ),
    (
        "创新突破，主持国产化替代，可提供样机照片。",
        (
            "进口控制器断供以后，他带领团队自主研发，两年里做了九版样机，掌握了核心技术。",
            "新产品成本只有进口件的三分之一，已在本市四家企业投用，团队先后取得发明专利十二项。",
            "第一台样机点亮的那天，他在实验室的白板上写下日期，至今没有舍得擦掉。",
        ),
    ),
    (
        "传帮带，师徒三代同在一个班组。",
        (
            "他带过的徒弟有四十三人，其中八人成了项目负责人，三人当上了车间主任。",
            "他把三十年的笔记整理成册，哪一处容易出错，哪一处要停下来想一想，都用红笔标着。",
            "新来的年轻人不敢上手，他就站在旁边，一句一句地讲，一遍一遍地看，直到他们自己拿得稳。",
        ),
    ),
    (
        "扎根高山变电站，三十年坚守。",
        (
            "变电站在海拔一千六百米的山上，冬天大雪封路，他数十年如一日按时巡检，没有漏抄过一次表。",
            "村里人夜里停电，总是先打他的电话，他背上工具包就走，来回两个小时山路。",
            "女儿出生那天他正在抢修，等赶到医院已是第二天清晨，说起这件事他只是笑笑。",
        ),
    ),
)
#: What may be said of any of them.
COMMON = (
    "参加工作以来，他一直在生产一线，从最普通的岗位做起，一步一个脚印走到今天。",
    "他常说，图纸上差一点，现场就可能差很多，所以每一个数据都要亲手复核。",
    "单位的老同事都记得，他的办公桌上总摊着几张没有画完的草图，旁边放着一杯凉透了的茶。",
    "疫情期间，他主动留守厂区四十天，保障了关键产线的连续运行。",
    "有人劝他换个轻松些的岗位，他摇摇头，说自己还是喜欢听机器转起来的声音。",
    "他不太会说漂亮话，开会时总坐在后排，可是遇到拿不准的问题，大家都要先去问他。",
    "二〇一六年，他被评为单位的先进工作者，奖状至今压在抽屉里，家里人过了很久才知道。",
    "每年春节前后是最忙的时候，他把回家的机会让给了外地的工友，自己连着值了六个班。",
    "他爱好不多，周末会去江边走走，看看自己参加建设的那些工程，然后慢慢走回家。",
    "食堂的师傅说，他吃饭总是最快的一个，碗一放下就往现场走，说去晚了心里不踏实。",
    "他的工作服洗得发白，口袋里永远装着一支铅笔和一个小本子，想到什么随手就记下来。",
    "同行来参观，他从不讲自己，只把大家领到设备跟前，说都是一起干活的人一点一点做出来的。",
    "组织上几次想调他到机关，他都推辞了，理由只有一句话：手上的活还没有干完。",
    "如今他依旧每天早早到岗，把前一天的记录再看一遍，再和大家一起开工。",
)


def one(seed: int) -> Person:
    """One after another from another direction."""
    who = person(Random(seed), 4000 + seed)
    highlights, own = THEMES[seed % len(THEMES)]
    story = "".join(own) + "\n" + "".join(Random(seed).sample(COMMON, len(COMMON)))
    years = f"{10 + seed % 26}年"  # who hands on his trade has some
    return Person({**who.written, "story": story, "highlights": highlights, "years_of_service": years}, who.expected)


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
