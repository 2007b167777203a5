"""Subject lines as people write them, and what they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.subject import read_subject
from rules.campaign import SubjectGrammar

GRAMMAR = SubjectGrammar(
    ("渝工故事线索", "渝工故事", "渝工线索", "重庆工程师故事线索"), "渝工故事线索+XX单位+13800001234"
)
UNIT, MOBILE, LANDLINE = "重庆建工集团", "13800138000", "023-67891234"
OK, OFF, FOREIGN = "ok", "off", "foreign"


@pytest.mark.parametrize(
    ("text", "recommender", "contact", "fit"),
    [
        # as the notice says
        ("渝工故事线索+重庆建工集团+13800138000", UNIT, MOBILE, OK),
        ("渝工故事线索＋重庆建工集团＋13800138000", UNIT, MOBILE, OK),
        ("渝工故事线索 + 重庆建工集团 + 13800138000", UNIT, MOBILE, OK),
        (" 渝工故事线索+张伟+１３８００１３８０００ ", "张伟", MOBILE, OK),
        ("渝工故事线索+张伟+138-0013-8000", "张伟", MOBILE, OK),
        ("渝工故事线索+重庆建工集团+023-67891234", UNIT, LANDLINE, OK),
        ("渝工故事线索+重庆建工集团+（023）67891234", UNIT, LANDLINE, OK),
        ("渝工故事线索+重庆建工集团+67891234", UNIT, LANDLINE, OK),
        ("渝工故事线索+重庆建工集团+023-67891234转801", UNIT, LANDLINE, OK),
        # prefixes of replies and forwards, tags, quotes
        ("回复：渝工故事线索+重庆建工集团+13800138000", UNIT, MOBILE, OK),
        ("Re:Re: 渝工故事线索+重庆建工集团+13800138000", UNIT, MOBILE, OK),
        ("转发：回复: Fw: 渝工故事线索+重庆建工集团+13800138000", UNIT, MOBILE, OK),
        ("答复：[YG-2026-00012] 渝工故事线索+重庆建工集团+13800138000", UNIT, MOBILE, OK),
        ("[YG-2026-00012] 回复：渝工故事线索+重庆建工集团+13800138000", UNIT, MOBILE, OK),
        ("Re[2]: 渝工故事线索+重庆建工集团+13800138000", UNIT, MOBILE, OK),
        ("渝工故事线索+重庆建工集团+13800138000【请注意，邮件由a@b.cn代发】", UNIT, MOBILE, OK),
        ("[外部邮件] 渝工故事线索+重庆建工集团+13800138000", UNIT, MOBILE, OK),
        ("“渝工故事线索+重庆建工集团+13800138000”", UNIT, MOBILE, OK),
        ("【渝工故事线索】+重庆建工集团+13800138000", UNIT, MOBILE, OK),
        ("【渝工故事线索+重庆建工集团+13800138000】", UNIT, MOBILE, OK),
        # a contact with a name, or of another kind
        ("渝工故事线索+重庆建工集团+张三13800138000", UNIT, MOBILE, OK),
        ("渝工故事线索+重庆建工集团+张三 13800138000", UNIT, MOBILE, OK),
        ("渝工故事线索+重庆建工集团+联系人：李四 023-67891234", UNIT, LANDLINE, OK),
        ("渝工故事线索+重庆建工集团+13800138000（张三）", UNIT, MOBILE, OK),
        ("渝工故事线索+重庆建工集团+联系电话：13800138000", UNIT, MOBILE, OK),
        ("渝工故事线索+重庆建工集团+联系电话：+8613800138000", UNIT, MOBILE, OK),
        ("渝工故事线索+张伟+138****8000", "张伟", "138****8000", OK),
        ("渝工故事线索+重庆建工集团+zhangsan@example.com", UNIT, "zhangsan@example.com", OK),
        ("渝工故事线索+重庆建工集团+1380013800", UNIT, "1380013800", OK),  # a number too short: said where it is used
        ("渝工故事线索+推荐单位：重庆建工集团+联系方式：13800138000", UNIT, MOBILE, OK),
        # units whose names contain +, digits, blanks
        ("渝工故事线索+中国电建+重庆院+13800138000", "中国电建+重庆院", MOBILE, OK),
        ("渝工故事线索+3503厂+13800138000", "3503厂", MOBILE, OK),
        ("渝工故事线索+中冶赛迪 2号+13800138000", "中冶赛迪 2号", MOBILE, OK),
        ("渝工故事线索+重庆一建（集团）有限公司+13800138000", "重庆一建（集团）有限公司", MOBILE, OK),
        ("渝工故事线索+重庆A-B科技公司+13800138000", "重庆A-B科技公司", MOBILE, OK),
        ("渝工故事线索+重庆建工集团/市政公司+13800138000", "重庆建工集团/市政公司", MOBILE, OK),
        # an extra part
        ("渝工故事线索+重庆建工集团+张三+13800138000", UNIT, MOBILE, OK),
        ("渝工故事线索+重庆建工集团+13800138000+023-67891234", UNIT, MOBILE, OK),
        ("渝工故事线索+重庆建工集团+13800138000+附件2份", UNIT, MOBILE, OFF),
        ("渝工故事线索（补充材料）+重庆建工集团+13800138000", UNIT, MOBILE, OK),
        ("渝工故事线索2+重庆建工集团+13800138000", UNIT, MOBILE, OK),
        ("渝工故事线索+推荐人张伟+13800138000", "张伟", MOBILE, OK),
        ("渝工故事线索+张伟（自荐）+13800138000", "张伟", MOBILE, OK),
        ("渝工故事线索+重庆推荐人才研究院+13800138000", "重庆推荐人才研究院", MOBILE, OK),
        ("渝工故事线索+张三13800138000+重庆建工集团", UNIT, MOBILE, OFF),
        # other separators
        ("渝工故事线索-重庆建工集团-13800138000", UNIT, MOBILE, OFF),
        ("渝工故事线索－重庆建工集团－023-67891234", UNIT, LANDLINE, OFF),
        ("渝工故事线索——重庆建工集团——13800138000", UNIT, MOBILE, OFF),
        ("渝工故事线索_重庆建工集团_13800138000", UNIT, MOBILE, OFF),
        ("渝工故事线索/重庆建工集团/13800138000", UNIT, MOBILE, OFF),
        ("渝工故事线索|重庆建工集团|13800138000", UNIT, MOBILE, OFF),
        ("渝工故事线索、重庆建工集团、13800138000", UNIT, MOBILE, OFF),
        ("渝工故事线索，重庆建工集团，张三，13800138000", UNIT, MOBILE, OFF),
        ("渝工故事线索：重庆建工集团；13800138000", UNIT, MOBILE, OFF),
        ("渝工故事线索 重庆建工集团 13800138000", UNIT, MOBILE, OFF),
        ("渝工故事线索 重庆建工集团 张三 13800138000", UNIT, MOBILE, OFF),
        ("【渝工故事线索】重庆建工集团 13800138000", UNIT, MOBILE, OFF),
        ("渝工故事线索（重庆建工集团）13800138000", UNIT, MOBILE, OFF),
        ("渝工故事线索重庆建工集团13800138000", UNIT, MOBILE, OFF),
        ("渝工故事线索+张三13800138000", "张三", MOBILE, OFF),
        # 十 and 加 for +
        ("渝工故事线索十重庆建工集团十13800138000", UNIT, MOBILE, OFF),
        ("渝工故事线索 十 重庆建工集团 十 023-67891234", UNIT, LANDLINE, OFF),
        ("渝工故事线索加重庆建工集团加13800138000", UNIT, MOBILE, OFF),
        ("渝工故事线索十张伟十电话13800138000", "张伟", MOBILE, OFF),
        ("渝工故事线索十重庆十方公司十13800138000", "重庆十方公司", MOBILE, OFF),
        ("渝工故事线索十十八冶十13800138000", "十八冶", MOBILE, OFF),
        ("渝工故事线索+十八冶+13800138000", "十八冶", MOBILE, OK),
        ("渝工故事线索+重庆十方公司+13800138000", "重庆十方公司", MOBILE, OK),
        ("渝工故事线索 十八冶 13800138000", "十八冶", MOBILE, OFF),
        ("渝工故事线索*重庆建工集团*13800138000", UNIT, MOBILE, OFF),
        ("渝工故事线索+重庆建工集团+138OO138000", UNIT, MOBILE, OK),  # the letter O
        # swapped
        ("渝工故事线索+13800138000+重庆建工集团", UNIT, MOBILE, OFF),
        ("重庆建工集团+渝工故事线索+13800138000", UNIT, MOBILE, OFF),
        ("重庆建工集团+13800138000+渝工故事线索", UNIT, MOBILE, OFF),
        ("渝工故事线索+13800138000+重庆渝安+宏达公司", "重庆渝安+宏达公司", MOBILE, OFF),
        ("渝工故事线索+13800138000+张伟+重庆建工集团", UNIT, MOBILE, OFF),
        ("渝工故事线索+（推荐单位）重庆建工集团+13800138000", UNIT, MOBILE, OK),
        ("渝工故事线索+推荐单位/推荐人重庆建工集团+联系方式13800138000", UNIT, MOBILE, OK),
        ("渝工故事线索-2026-重庆建工集团-13800138000", UNIT, MOBILE, OFF),
        # parts that are not there
        ("渝工故事线索", None, None, OFF),
        ("渝工故事线索+重庆建工集团", UNIT, None, OFF),
        ("渝工故事线索+13800138000", None, MOBILE, OFF),
        ("渝工故事线索+重庆建工集团+", UNIT, None, OFF),
        ("渝工故事线索征集表", None, None, OFF),
        ("渝工故事线索+推荐单位/推荐人+联系方式", None, None, OFF),
        ("关于报送渝工故事线索的函", None, None, OFF),
        ("渝工 故事 线索+重庆建工集团+13800138000", UNIT, MOBILE, OK),
        # covering words, pictures and quotes around the campaign's word
        ("报送渝工故事线索+重庆建工集团+13800138000", UNIT, MOBILE, OFF),
        ("报送：渝工故事线索+重庆建工集团+13800138000", UNIT, MOBILE, OFF),
        ("推荐渝工故事线索+重庆建工集团+13800138000", UNIT, MOBILE, OFF),
        ("提交渝工故事线索材料+重庆建工集团+13800138000", UNIT, MOBILE, OFF),
        ("附件：渝工故事线索+重庆建工集团+13800138000", UNIT, MOBILE, OFF),
        ("[紧急]渝工故事线索+重庆建工集团+13800138000", UNIT, MOBILE, OFF),
        ("关于推荐渝工故事线索的函+重庆建工集团+13800138000", UNIT, MOBILE, OFF),
        ("重庆建工集团推荐渝工故事线索+13800138000", UNIT, MOBILE, OFF),
        ("重庆建工集团关于报送“渝工故事”线索的函", UNIT, None, OFF),
        ("“渝工故事”线索+重庆建工集团+13800138000", UNIT, MOBILE, OK),
        ("🌟渝工故事线索🌟+重庆建工集团+13800138000🙏", UNIT, MOBILE, OK),
        ("渝工故事线索+重庆建工集团（联系人王敏 13800138000）", UNIT, MOBILE, OFF),
        ("渝工故事线索+自荐+张伟+13800138000", "张伟", MOBILE, OK),
        ("渝工故事线索+重庆建工集团（单位推荐）+13800138000", UNIT, MOBILE, OK),
        # the campaign's word half remembered
        ("愚公故事线索+重庆建工集团+13800138000", UNIT, MOBILE, OFF),
        ("工程师故事线索+重庆建工集团+13800138000", UNIT, MOBILE, OFF),
        ("推荐线索+重庆建工集团+13800138000", UNIT, MOBILE, FOREIGN),
        ("优质客户线索+推广获客+13800138000", "优质客户线索+推广获客", MOBILE, FOREIGN),
        # what stands before the campaign's word, or is a sentence with it, is nobody
        ("更正：渝工故事线索+张伟+13800138000", "张伟", MOBILE, OFF),
        ("（补发）渝工故事线索+重庆建工集团+13800138000", UNIT, MOBILE, OFF),
        ("推荐李明——渝工故事线索+张伟+13800138000", "张伟", MOBILE, OFF),
        ("重庆建工集团渝工故事线索+张伟+13800138000", UNIT, MOBILE, OFF),
        ("[cqgcs] 渝工故事线索+张伟+13800138000", "张伟", MOBILE, OK),
        ("渝工故事线索+张伟+13800138000(办公室023-67891234)", "张伟", MOBILE, OK),
        ("渝工故事线索+张伟（推荐李明）+13800138000", "张伟", MOBILE, OK),
        ("渝工故事线索+<张伟>+<13800138000>", "张伟", MOBILE, OK),
        ("渝工故事线索+张伟+QQ12345678+13800138000", "张伟", MOBILE, OK),
        ("简历-张三丰-高级工程师-13800138000", None, MOBILE, FOREIGN),
        ("渝工故事线索#张伟#13800138000", "张伟", MOBILE, OFF),
        ("渝工故事线索·张伟·13800138000", "张伟", MOBILE, OFF),
        ("渝工故事线索——匠心实干", None, None, OFF),
        ("渝工故事线索已发送请查收", None, None, OFF),
        ("撤回渝工故事线索", None, None, OFF),
        ("渝工故事线索评审会", None, None, OFF),
        ("渝工故事线索 张伟", "张伟", None, OFF),
        # the campaign's word is not there
        ("重庆建工集团+13800138000", UNIT, MOBILE, FOREIGN),
        ("重庆建工集团+张三13800138000", UNIT, MOBILE, FOREIGN),
        ("关于召开会议的通知", None, None, FOREIGN),
        ("推荐张伟同志的材料", None, None, FOREIGN),
        ("会议通知 2026-11-20", None, None, FOREIGN),
        ("", None, None, FOREIGN),
        ("回复：", None, None, FOREIGN),
    ],
)
def test_subject(text, recommender, contact, fit):
    reading = read_subject(text, GRAMMAR)
    assert (reading.line.recommender, reading.line.contact) == (recommender, contact)
    assert (reading.belongs, reading.conforms) == (fit != FOREIGN, fit == OK)
    assert reading.line.text == text


@pytest.mark.parametrize(
    ("text", "reply", "forwarded"),
    [
        ("渝工故事线索", False, False),
        ("回复：渝工故事线索", True, False),
        ("RE: 渝工故事线索", True, False),
        ("Fwd: 渝工故事线索", False, True),
        ("转发：回复：渝工故事线索", True, True),
        ("回复：转发：渝工故事线索", True, False),  # a person answers who passed it on
        ("回复 重庆建工集团", False, False),  # a verb
    ],
)
def test_reply_and_forward(text, reply, forwarded):
    reading = read_subject(text, GRAMMAR)
    assert (reading.reply, reading.forwarded) == (reply, forwarded)


WILD = st.text() | st.text(alphabet="渝工故事线索+＋-—/ 0123456789张三重庆集团【】“”()（）：:Re回复")


@given(WILD)
def test_never_raises(text):
    reading = read_subject(text, GRAMMAR)
    assert reading.belongs or not reading.conforms


@given(
    st.sampled_from(["重庆建工集团", "3503厂", "中国电建+重庆院", "中冶赛迪 2号", "张伟", "重庆大学", "李静"]),
    st.sampled_from([MOBILE, LANDLINE]),
    st.sampled_from(["+", "＋", " + ", "+ "]),
    st.sampled_from(["", "回复：", "Re:Re: ", "转发: "]),
)
def test_what_the_notice_asks_for_comes_back(recommender, contact, plus, before):
    reading = read_subject(f"{before}渝工故事线索{plus}{recommender}{plus}{contact}", GRAMMAR)
    assert (reading.line.recommender, reading.line.contact, reading.conforms) == (recommender, contact, True)
