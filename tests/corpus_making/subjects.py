"""Subjects as people write them, above a form that is right."""

from __future__ import annotations

from collections.abc import Iterator

from letters import outlook
from people import without

from corpus_making.sample import Sample, client, mailed, nominee, reading, submission

#: Trait: the subject, and whether it is off; None: a matter of taste, what counts is that the form is read.
ODD: dict[str, tuple[str, bool | None]] = {
    "full-width-plus": ("渝工故事线索＋{r}＋{p}", False),
    "spaces": ("渝工故事线索 + {r} + {p}", False),
    "forwarded": ("Fw: 渝工故事线索+{r}+{p}", False),
    "zh-forwarded": ("转发：渝工故事线索+{r}+{p}", False),
    "brackets": ("【渝工故事线索】+{r}+{p}", None),
    "dashes": ("渝工故事线索-{r}-{p}", True),
    "swapped": ("渝工故事线索+{p}+{r}", True),
    "no-contact": ("渝工故事线索+{r}", True),
    "bare": ("渝工故事线索", True),
    "foreign": ("我单位推荐的优秀工程师材料", True),
    "name-in-contact": ("渝工故事线索+{r}+李主任{p}", False),
    "landline": ("渝工故事线索+{r}+023-67891234", False),
    "plus-in-unit": ("渝工故事线索+中国电建+重庆院+{p}", None),
    "empty": ("", True),
}
#: Above a form that leaves the recommender and the number to them.
FILLING = {
    "covered": "报送渝工故事线索+{r}+{p}",
    "covered-before": "{r}推荐渝工故事线索+{p}",
    "letter": "关于推荐渝工故事线索的函+{r}+{p}",
    "urgent": "[紧急]渝工故事线索+{r}+{p}",
    "quotes-within": "“渝工故事”线索+{r}+{p}",
    "half-remembered": "愚公故事线索+{r}+{p}",
    "pictures": "🌟渝工故事线索🌟+{r}+{p}🙏",
    "person-in-bracket": "渝工故事线索+{r}（联系人王敏 {p}）",
}


def samples() -> Iterator[Sample]:
    for number, (trait, (pattern, off)) in enumerate(ODD.items()):
        one = nominee(70 + number)
        text = pattern.format(r=one.written["recommender"], p=one.written["recommender_phone"])
        expected = reading(submission(one), problems=("subject_format",) if off else ())
        if off is None:
            del expected["problems"]
        yield Sample(f"subject-{trait}", mailed(one, by=client(number), subject=text), expected)
    for number, (trait, pattern) in enumerate(FILLING.items()):
        full = nominee(160 + number)
        one = without(full, "recommender", "recommender_phone")
        r, p = full.written["recommender"], full.written["recommender_phone"]
        expected = reading(submission(one, recommender=r, recommender_phone=p))
        del expected["problems"]
        write = outlook if trait == "pictures" else client(number)
        yield Sample(f"subject-{trait}", mailed(one, by=write, subject=pattern.format(r=r, p=p)), expected)
