"""What somebody may be to the one whom he recommends: 同事, 师徒, 所在单位."""

from __future__ import annotations

import re

RELATION = (
    "(?:直接|部门|分管|单位|公司|原|老|大学|中学|同一?(?:单位|部门|公司)的?)?(?:同事|同学|校友|会员|客户|同窗|同门|同行|同乡|战友|工友|朋友|好友|师[父傅徒生兄弟姐妹]|老师|导师|徒弟|学生|领导(?:[与和]下属)?|上级|下[属级]|上下级"
    "|亲[属戚人]|家[属人]|爸爸|妈妈|爷爷|奶奶|叔叔|舅舅|伯伯|岳父|岳母|哥哥|姐姐|弟弟|妹妹|老公|老婆|父[亲子女]|母[亲子女]|祖[父孙]|叔侄|舅甥|夫妻|丈夫|妻子|先生|太太|爱人|儿子|女儿|兄弟|姐妹|邻居)"
    "|本人|自荐|(?:所在|工作|用人|上级|主管|推荐)单位|单位推荐"
)
_RELATION = re.compile(rf"(?:系|为|是)?(?:{RELATION}|单位(?:员工|职工)?|员工|职工)(?:关系)?")


def is_relation(text: str) -> bool:
    return _RELATION.fullmatch(text) is not None
