"""What commands print of files and of what was wrong."""

from __future__ import annotations

import pytest

from service.commands import showing


def attachment(path: str, filename: str, role: str = "evidence") -> dict[str, object]:
    return {"message": 1, "path": path, "filename": filename, "size": 9, "role": role}


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([attachment("2", "表.docx", "form")], ["表.docx", "征集表"]),
        ([attachment("2", "材料.zip", "archive"), attachment("2/1", "表.docx")], ["材料.zip", "材料.zip › 表.docx"]),
        (
            [
                attachment("2", "外.zip", "archive"),
                attachment("2/3", "内.zip", "archive"),
                attachment("2/3/1", "照.jpg"),
            ],
            ["外.zip › 内.zip › 照.jpg"],
        ),
        ([attachment("2.1", "", "unreadable")], ["（没有文件名）", "没能读出"]),
        ([attachment("3/1", "信里的表.docx")], ["│ 信里的表.docx"]),  # the mail around it is no file of its own
        ([], ["附件：没有。"]),
    ],
)
def test_a_file_of_an_archive_is_named_after_it(files, told, capsys) -> None:
    showing.files(files)
    shown = capsys.readouterr().out
    assert all(words in shown for words in told)


@pytest.mark.parametrize(
    ("count", "told"), [(0, "0 字节"), (1023, "1023 字节"), (345857, "338 KB"), (70_000_000, "66.8 MB")]
)
def test_sizes_are_told_as_people_tell_them(count, told) -> None:
    assert showing.size(count) == told


@pytest.mark.parametrize(
    ("name", "address", "told"),
    [("张伟", "z@example.com", "张伟 <z@example.com>"), ("", "z@example.com", "z@example.com"), ("张伟", "", "张伟")],
)
def test_a_sender_without_a_name_is_the_address(name, address, told) -> None:
    assert showing.person({"name": name, "address": address}) == told


def test_sentences_are_told_a_line_each_and_words_in_one(capsys) -> None:
    showing.details("来信 1", {"问题": ["附件打不开。", "少了姓名。"], "案卷": ["YG-2026-00001", "YG-2026-00002"]})
    lines = capsys.readouterr().out.splitlines()[1:]
    assert lines == ["  问题：附件打不开。", "  问题：少了姓名。", "  案卷：YG-2026-00001、YG-2026-00002"]
