"""Bodies that the sender's program broke at a column."""

import pytest

from intake.mime.hard_wraps import unwrapped

STORY = "".join(f"第{n}年，他在峡谷里测量，把控制点复核了三遍才敢签字，徒弟们都看在眼里。" for n in range(9))


def broken(text, column=38):
    return "\n".join(line[i : i + column] for line in text.split("\n") for i in range(0, len(line) or 1, column))


FORM = f"姓名：张伟\n性别：男\n\n核心事迹简介：{STORY}\n线索亮点：攻坚克难"


@pytest.mark.parametrize("column", [35, 38, 39])
def test_a_broken_text_is_whole_again(column):
    assert unwrapped(broken(FORM, column)) == FORM


def test_a_label_or_an_indent_begins_a_line_of_its_own():
    full = "他" * 38
    text = f"{full}\n{full}\n职务：班长\n{full}\n　　{full[2:]}\n{full}"
    assert unwrapped(text) == f"{full}{full}\n职务：班长\n{full}\n　　{full[2:]}{full}"


def test_a_sentences_end_may_be_its_lines_and_a_number_begins_a_heading():
    full = "他" * 37
    text = f"{full}。\n{full}们\n三、线索亮点\n{full}\n{full}"
    assert unwrapped(text) == f"{full}。\n{full}们\n三、线索亮点\n{full}{full}"


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"│{n}│{'他' * 36}│" for n in range(6)),
        "\n".join("他" * n for n in (38, 30, 36, 20, 31, 25)),  # somebody's own lines
        "\n".join("他" * 60 for _ in range(6)),  # paragraphs, all of a length
        "> " + "\n> ".join("他" * 37 for _ in range(6)),
        "姓名：张伟",
    ],
)
def test_what_was_not_broken_stays(text):
    assert unwrapped(text) == text
