"""Labels and values in running text, as typed, pasted from chats and recognised."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.documents.document import MAX_BLOCKS, Document, Paragraph, Table
from intake.forms.forms import read_forms
from intake.forms.labels import labels_of
from intake.forms.lines import pairs
from intake.forms.own_words import read_lines
from intake.forms.piped import ruled
from rules.campaign import load_campaign

CAMPAIGN = load_campaign(Path(__file__).parents[2] / "rules" / "yugong-story")
BASE = {"nominee_name": "张伟", "gender": "男", "employer": "某某公司"}
BOTH = {**BASE, "nominee_phone": "13800001234", "recommender": "李四", "recommender_phone": "13900005678"}


def read(text):
    document = Document(tuple(map(Paragraph, text.split("\n"))), "text")
    return [{key: field.text for key, field in form.fields.items()} for form in read_forms(document, CAMPAIGN)]


TYPED = [
    ("bars", "| 姓名 | 张伟 |\n| 性别 | 男 |\n| 工作单位 | 某某公司 |", BASE),
    ("bars with a head", "| 项目 | 内容 |\n|---|:--|\n| 姓名 | 张伟 |\n| 性别 | 男 |\n| 工作单位 | 某某公司 |", BASE),
    ("bars, two in a row", "| 姓名 | 张伟 | 性别 | 男 |\n|--|--|--|--|\n| 工作单位 | 某某公司 | 职务 | |", BASE),
    ("bars without edges", "姓名 | 张伟\n性别 | 男\n工作单位 | 某某公司", BASE),
    ("full-width bars", "｜姓名｜张伟｜\n｜性别｜男｜\n｜工作单位｜某某公司｜", BASE),
    ("bold", "- **姓名：** 张伟\n- **性别：** 男\n- **工作单位**：某某公司", BASE),
    ("ruled", "姓名：__张伟__ 性别：__男__\n工作单位：___某某公司___ 职务：______", BASE),
    ("ruled without colons", "姓名__张伟__  性别__男__\n工作单位__某某公司__", BASE),
    ("bullets", "▪姓名：张伟\n◆ 性别：男\n➤工作单位：某某公司", BASE),
    ("pictures", "👤姓名：张伟\n🚹 性别：男\n🏢工作单位：某某公司", BASE),
    ("figures in circles", "①姓名：张伟\n②性别：男\n③工作单位：某某公司", BASE),
    ("figures and blanks", "1 姓名：张伟\n2 性别：男\n3 工作单位：某某公司", BASE),
    ("traditional", "姓名：张伟  性別：男\n工作單位：某某公司", BASE),
    ("other colons", "姓名﹕张伟\n性别︰男\n工作单位∶某某公司", BASE),
    ("two colons", "姓名：：张伟\n性别：:男\n工作单位: ：某某公司", BASE),
    ("a table's rows, with a label of two", "姓名\t张伟\t性别\t男\n工作单位\t某某公司\t职务/职称\t主任/教授\n工作年限\t13\t职务/职称\t\n",
     {**BASE, "position": "主任", "title": "教授", "years_of_service": "13"}),
    ("commas", "姓名,张伟\n性别,男\n工作单位,某某公司", BASE),
    ("dots", "姓名……张伟\n性别……男\n工作单位……某某公司", BASE),
    ("nothing between", "姓名张伟\n性别男\n工作单位某某公司\n出生年月1980年5月\n工作年限22年",
     {**BASE, "birth_month": "1980年5月", "years_of_service": "22年"}),
    ("invisible characters", "姓\u200b名：\u00a0张伟\n性\u00a0别：男\n\ufeff工作单位：某某公司", BASE),
    ("quoted labels", "“姓名”：张伟\n“性别”：男\n<工作单位>：某某公司", BASE),
    ("parts", "一、被推荐人信息\n姓名：张伟\n性别：男\n工作单位：某某公司\n联系电话：13800001234\n二、推荐人信息\n姓名：李四\n联系电话：13900005678", BOTH),
    ("parts in boxes", "【被推荐人】\n姓名：张伟\n性别：男\n工作单位：某某公司\n电话：13800001234\n【推荐人】\n姓名：李四\n单位：某某协会\n电话：13900005678", BOTH),
    ("a blank one before the next form's name", "姓名：张伟\n性别：男\n工作单位：某某公司\n推荐人：\n\n姓名：王五", BASE),
    ("what stands below a form", "姓名：张伟\n性别：男\n工作单位：某某公司\n线索亮点：攻坚。\n\n填表人：小王\n填表日期：2026年3月5日", {**BASE, "highlights": "攻坚。"}),
    ("headings within the story", "姓名：张伟\n性别：男\n核心事迹简介：\n个人简介：从学徒做起。\n主要贡献：修桥。\n线索亮点：攻坚",
     {"nominee_name": "张伟", "gender": "男", "story": "个人简介：从学徒做起。\n主要贡献：修桥。", "highlights": "攻坚"}),
    ("a value's own label", "姓名：张伟\n性别：男\n工作单位：某某公司\n被推荐人联系电话：手机：13800001234\n推荐人：李四\n推荐人电话：手机：13900005678", BOTH),
    ("a value's own label again", "姓名：张伟\n性别：男\n工作单位：某某公司\n被推荐人联系电话：电话：13800001234\n推荐人：李四\n推荐人联系电话: 联系电话:13900005678", BOTH),
    ("a value's own label below", "姓名：张伟\n性别：男\n工作单位：某某公司\n被推荐人联系电话：\n手机：13800001234\n推荐人：李四\n联系电话：13900005678", BOTH),
    ("an empty line between any two", "姓名：张伟\n\n性别：男\n\n核心事迹简介：\n\n（500—800字为宜）\n\n（一）修桥\n\n他修桥。\n\n（二）带徒\n\n他带徒。\n\n线索亮点：攻坚",
     {"nominee_name": "张伟", "gender": "男", "story": "（一）修桥\n他修桥。\n（二）带徒\n他带徒。", "highlights": "攻坚"}),
    ("a blank label above the signature", "姓名：张伟\n性别：男\n工作单位：某某公司\n线索亮点：\n\n张伟", BASE),
    ("what the firm's lawyers add", "姓名：张伟\n性别：男\n线索亮点：攻坚。\n\n张伟\n\n---\n本邮件及其附件含有保密信息，仅限于发送给上面地址中列出的个人或群组。",
     {"nominee_name": "张伟", "gender": "男", "highlights": "攻坚。"}),
    ("... before a tab", "姓名：张伟\t性别：男\t\n推荐人/单位：李四\t与被推荐人关系： 所在单位 \t", {"nominee_name": "张伟", "gender": "男", "recommender": "李四", "relationship": "所在单位"}),
    ("a relation that is a label elsewhere", "姓名：张伟\n性别：男\n与被推荐人关系：\n所在单位", {"nominee_name": "张伟", "gender": "男", "relationship": "所在单位"}),
    ("a pasted table with a story of two paragraphs", "姓名\t张伟\t性别\t男\t工作单位\t某某公司\n核心事迹简介\t他修桥。\n他带徒。\n线索亮点\t攻坚",
     {**BASE, "story": "他修桥。\n他带徒。", "highlights": "攻坚"}),
    ("a relation that is a label elsewhere, in a pasted row", "姓名\t张伟\t性别\t男\n推荐人/单位\t李四\t与被推荐人关系\t工作单位",
     {"nominee_name": "张伟", "gender": "男", "recommender": "李四", "relationship": "工作单位"}),
    ("a pasted table with empty cells", "姓名\t张伟\t性别\t男\t工作单位\t某某公司\n被推荐人联系电话\t\t推荐人联系电话\t", BASE),
    ("whom to ask, and what he is", "姓名：张伟\n性别：男\n工作单位：某某公司\n行政职务：项目经理\n线索亮点：攻坚\n\n报送单位联系人：王芳\n单位：某某集团\n职务：主任\n电话：13900005678",
     {**BASE, "position": "项目经理", "highlights": "攻坚"}),
    ("a number in brackets behind the recommender", "姓名：张伟\n性别：男\n推荐人/单位：李四（联系电话：13900005678）",
     {"nominee_name": "张伟", "gender": "男", "recommender": "李四", "recommender_phone": "13900005678）"}),
    ("a blank recommender above his relation", "姓名：张伟\n推荐人/单位：\n与被推荐人关系：同事\n性别：男\n工作单位：某某公司", {**BASE, "relationship": "同事"}),
    ("wide gaps in a story", "姓名：张伟\n性别：男\n核心事迹简介：\n一、修桥\n\n\n他修桥。\n\n\n二、带徒\n\n他带徒。", {"nominee_name": "张伟", "gender": "男", "story": "一、修桥\n他修桥。\n二、带徒\n他带徒。"}),
    ("a letter's end", "姓名：张伟\n性别：男\n工作单位：某某公司\n线索亮点：攻坚。\n此致\n敬礼", {**BASE, "highlights": "攻坚。"}),
    ("thanks below a blank line", "姓名：张伟\n性别：男\n工作单位：某某公司\n线索亮点：攻坚。\n\n以上，麻烦老师了！\n李敏", {**BASE, "highlights": "攻坚。"}),
    ("thanks within the story", "姓名：张伟\n性别：男\n核心事迹简介：他说：\n谢谢大家！\n发自内心地笑了。", {"nominee_name": "张伟", "gender": "男", "story": "他说：\n谢谢大家！\n发自内心地笑了。"}),
    ("a story of five paragraphs that stand apart", "姓名：张伟\n性别：男\n核心事迹简介：一。\n\n二！\n\n三。”\n\n四？\n\n五。\n\n线索亮点：攻坚",
     {"nominee_name": "张伟", "gender": "男", "story": "一。\n二！\n三。”\n四？\n五。", "highlights": "攻坚"}),
    ("a signature", "姓名：张伟\n性别：男\n工作单位：某某公司\n--\n综合部 王芳\n电话：023-61112222", BASE),
    ("all in boxes on one line", "【姓名】张伟【性别】男【工作单位】某某公司", BASE),
    ("any quotation marks in the title", '姓名：张伟\n性别：男\n线索亮点：攻坚。\n"重庆工程师故事"线索征集表', {"nominee_name": "张伟", "gender": "男", "highlights": "攻坚。"}),
    ("boxes among semicolons", "性别：男■  女□；被推荐人姓名：张伟；工作单位：某某公司", {**BASE, "gender": "男■  女□"}),
    ("two labels in one", "姓名：张伟\n性别：男\n工作单位：某某公司\n职务/职称：总工/高工", {**BASE, "position": "总工", "title": "高工"}),
    ("all on one line", "姓名：张伟；性别：男；核心事迹简介：修桥。他说：干！线索亮点：攻坚；推荐人/单位：李四",
     {"nominee_name": "张伟", "gender": "男", "story": "修桥。他说：干！", "highlights": "攻坚", "recommender": "李四"}),
    ("an address with a rule in it", "姓名：张伟\n性别：男\n核心事迹简介：见 https://news.example.com/content_123.html 一文",
     {"nominee_name": "张伟", "gender": "男", "story": "见 https://news.example.com/content_123.html 一文"}),
    ("a drawn table", "┌──┬──┬──┬──┐\n│ 姓名 │ 张伟 │ 性别 │ 男 │\n├──┼──┼──┼──┤\n│ 工作单位 │ 某某公司 │ 职务 │    │\n└──┴──┴──┴──┘", BASE),
    ("pasted from a sheet", "姓名\t性别\t工作单位\n张伟\t男\t某某公司", BASE),
    ("tabs and two languages", "姓名Name\t张伟\t性别*\t男\n工作单位Employer\t某某公司\t职务*\t", BASE),
    ("other brackets", "〔姓 名〕张伟\n「性别」 男\n『工作单位（Employer）』：某某公司", BASE),
    ("marks before the next label", "*姓名：张伟，*性别：男，*工作单位：某某公司；⑦职务：总工", {**BASE, "position": "总工"}),
    ("marks behind labels without colons", "姓名*  张伟\n性别（必填）  男\n工作单位*  某某公司", BASE),
    ("single blanks", "姓名 张伟 性别 男 职务 总工\n工作单位 某某公司 职称 高工\n推荐人 李四 党派 群众",
     {**BASE, "position": "总工", "title": "高工", "recommender": "李四", "party": "群众"}),
    ("dashes", "姓名------张伟\n性别——男\n工作单位--某某公司\n职务：- 总工", {**BASE, "position": "总工"}),
    ("two notes", "姓名（被推荐人）（Name）：张伟\n性别：男\n工作单位（公章全称）（Employer of the nominee）：某某公司", BASE),
    ("a contact below", "姓名：张伟\n性别：男\n工作单位：某某公司\n联系电话：\n推荐人电话：\n线索亮点：攻坚。\n联系人：王芳\n联系电话：13608365566",
     {**BASE, "highlights": "攻坚。"}),
    ("a contact below a blank line", "姓名：张伟\n性别：男\n工作单位：某某公司\n联系电话：\n推荐人电话：\n关系：\n\n联系人：王芳\n联系电话：13608365566", BASE),
    ("the recommender's contact", "姓名：张伟\n性别：男\n工作单位：某某公司\n推荐单位：某某协会\n联系人：王芳\n联系电话：13608365566",
     {**BASE, "recommender": "某某协会", "recommender_phone": "13608365566"}),
    ("a blank recommender is no heading", "姓名：张伟\n推荐人/单位：\n推荐人电话：13900005678\n性别：男\n推荐人：\n工作单位：某某公司\n出生年月：1980.5",
     {**BASE, "recommender_phone": "13900005678", "birth_month": "1980.5"}),
    ("two notes without colons", "姓名（必填）（Name） 张伟\n性别（Gender） 男\n工作单位Employer····某某公司", BASE),
    ("a page's number", "姓名：张伟\n性别：男\n工作单位：某某公司\n线索亮点：攻坚。\n第 1 页 共 2 页\n还有老照片。", {**BASE, "highlights": "攻坚。\n还有老照片。"}),
    ("closing words below a blank answer", "姓名：张伟\n性别：男\n工作单位：某某公司\n与被推荐人关系：\n特此推荐。", BASE),
    ("a letter below", "姓名：张伟\n性别：男\n工作单位：某某公司\n线索亮点：攻坚。\n推荐函\n重庆市工程师协会：\n兹推荐我单位同志。", {**BASE, "highlights": "攻坚。"}),
    ("a number for a name", "姓名：张伟\n性别：男\n工作单位：某某公司\n联系电话\n被推荐人：13800001234\n推荐人：13900005678",
     {**BASE, "nominee_phone": "13800001234", "recommender_phone": "13900005678"}),
    ("an empty long one before the next label", "姓名：张伟\n性别：男\n线索亮点：推荐人/单位：李四", {"nominee_name": "张伟", "gender": "男", "recommender": "李四"}),
    ("a heading below an empty label", "姓名：张伟\n性别：男\n工作单位：某某公司\n与被推荐人关系：\n附件清单：\n老照片", BASE),
    ("labels that we do not ask for between ours", "姓名：张伟  民族：汉族  性别：男\n籍贯：重庆  学历：本科  工作单位：某某公司；邮箱：a@example.com", BASE),
    ("what is beside the contact is his", "姓名：张伟\n性别：男\n经办人：赵丽  电话：023-67001122\n工作单位：某某公司  联系人：赵丽  电话：023-67001122", BASE),
    ("a date within the story", "姓名：张伟\n性别：男\n核心事迹简介：修桥。\n时间：2015年  职务：总工，他说干。", {"nominee_name": "张伟", "gender": "男", "story": "修桥。\n时间：2015年  职务：总工，他说干。"}),
    ("other kinds of numbers", "姓名：张伟\n性别：男\n工作单位：某某公司\n推荐人联系电话： 办公室：67891234\n推荐人：李四",
     {**BASE, "recommender": "李四", "recommender_phone": "67891234"}),
    ("a number behind another kind", "姓名：张伟\n性别：男\n工作单位：某某公司\n推荐人联系电话：QQ：648750245 电话：13900005678",
     {**BASE, "recommender_phone": "QQ：648750245\n13900005678"}),
    ("labels within the story", "姓名：张伟\n性别：男\n工作单位：某某公司\n核心事迹简介：他修桥。\n工作单位：从前在厂里任技术员。\n单位：某某公司\n姓名：张伟\n联系人：李四，电话13800001234\n他还修路。\n线索亮点：攻坚",
     {**BASE, "story": "他修桥。\n工作单位：从前在厂里任技术员。\n单位：某某公司\n姓名：张伟\n联系人：李四，电话13800001234\n他还修路。", "highlights": "攻坚"}),
    ("a remark below a blank answer", "姓名：张伟\n性别：男\n工作单位：某某公司\n与被推荐人关系：\n注：1.本表可另附页；2.请附老照片。", BASE),
    ("thanks at the end", "姓名：张伟\n性别：男\n工作单位：某某公司\n线索亮点：攻坚。\n祝工作顺利！\n办公室 小周\n023-68120000", {**BASE, "highlights": "攻坚。"}),
    ("a number below the closing words", "姓名：张伟\n性别：男\n工作单位：某某公司\n线索亮点：攻坚。\n顺祝商祺！\n电话：13608365566", {**BASE, "highlights": "攻坚。"}),
    ("the recommender left blank above the nominee", "推荐单位：\n与被推荐人关系：同事\n被推荐人姓名：张伟\n性别：男\n工作单位：某某公司", {**BASE, "relationship": "同事"}),
    ("two people's numbers in one", "姓名：张伟\n性别：男\n工作单位：某某公司\n推荐人：李四\n联系电话：被推荐人13800001234，推荐人13900005678", BOTH),
    ("the next nominee's number", "姓名：张伟\n性别：男\n线索亮点：攻坚。\n第二位\n姓名：王芳\n性别：女\n线索亮点：创新", {"nominee_name": "张伟", "gender": "男", "highlights": "攻坚。"}),
    ("a name and a date at the end", "姓名：张伟\n性别：男\n线索亮点：攻坚。\n\n某某机械有限公司\n（公章）\n2026年3月5日", {"nominee_name": "张伟", "gender": "男", "highlights": "攻坚。"}),
    ("a name and a number at the end", "姓名：张伟\n性别：男\n线索亮点：攻坚。\n\n李四 13900005678", {"nominee_name": "张伟", "gender": "男", "highlights": "攻坚。"}),
    ("who writes at the end", "姓名：张伟\n性别：男\n线索亮点：攻坚。\n我叫李四，电话13900005678，是他的同事。", {"nominee_name": "张伟", "gender": "男", "highlights": "攻坚。"}),
    ("whom to ask, where the nominee's number is not asked for", "姓名：张伟\n性别：男\n工作单位：某某公司\n推荐人：李四\n推荐人电话：13900005678\n联系人：王芳\n联系电话：13608365566\n职务：总工", {**BASE, "recommender": "李四", "recommender_phone": "13900005678", "position": "总工"}),
    ("a signature below a rule", "姓名：张伟\n性别：男\n线索亮点：攻坚。\n——————\n某某机械有限公司\n综合部 王芳\nTel: 023-61112222", {"nominee_name": "张伟", "gender": "男", "highlights": "攻坚。"}),
    ("a part below a rule", "姓名：张伟\n性别：男\n工作单位：某某公司\n——————\n推荐人：李四\n电话：13900005678", {**BASE, "recommender": "李四", "recommender_phone": "13900005678"}),
    ("a polite request at the end", "姓名：张伟\n性别：男\n线索亮点：攻坚。\n以上，请审核。如有问题请随时联系。", {"nominee_name": "张伟", "gender": "男", "highlights": "攻坚。"}),
    ("a label without a colon behind a comma", "姓名：张伟，性别：男，职称：高工，工作年限24年，工作单位：某某公司", {**BASE, "title": "高工", "years_of_service": "24年"}),
    ("a unit whose name has a comma", "姓名：张伟\n性别：男\n工作单位：某某公司，某某学会", {**BASE, "employer": "某某公司，某某学会"}),
    ("a label of ours below an empty one", "姓名：张伟\n性别：男\n工作单位：\n健康状况：良好\n职务：总工", {"nominee_name": "张伟", "gender": "男", "position": "总工"}),
    ("a part's heading that is the label itself", "姓名：张伟\n性别：男\n【事迹】\n核心事迹：他修桥。", {"nominee_name": "张伟", "gender": "男", "story": "他修桥。"}),
    ("a table's cells of two lines", "姓名\t张伟\t性别\t男\n工作单位\t某某公司\n被推荐人\n联系电话\t13800001234\t推荐人\n联系电话\t13900005678", {**BASE, "nominee_phone": "13800001234", "recommender_phone": "13900005678"}),
    ("a part's heading below a blank", "姓名：张伟\n性别：男\n【线索亮点】\n【推荐信息】\n推荐人：李四", {"nominee_name": "张伟", "gender": "男", "recommender": "李四"}),
    ("a part's heading below the highlights", "姓名：张伟\n性别：男\n【线索亮点】\n攻坚\n【推荐信息】\n推荐人：李四", {"nominee_name": "张伟", "gender": "男", "highlights": "攻坚", "recommender": "李四"}),
    ("thanks below blank highlights", "姓名：张伟\n性别：男\n工作单位：某某公司\n线索亮点：\n谢谢！", BASE),
    ("a name, a unit and a date at the end", "姓名：张伟\n性别：男\n线索亮点：攻坚。\n\n李四\n某某机械有限公司\n2026年2月10日", {"nominee_name": "张伟", "gender": "男", "highlights": "攻坚。"}),
    ("a name below the highlights", "姓名：张伟\n性别：男\n工作单位：某某公司\n线索亮点：攻坚\n李四", {**BASE, "highlights": "攻坚"}),
    ("a pledge below a blank answer", "姓名：张伟\n性别：男\n工作单位：某某公司\n与被推荐人关系：\n以上内容属实，请审核。", BASE),
    ("good wishes below a blank answer", "姓名：张伟\n性别：男\n工作单位：某某公司\n与被推荐人关系：\n祝好", BASE),
    ("a row that ends with a blank cell", "姓名\t张伟\t性别\t男\n工作单位\t某某公司\n推荐人/单位\t李四\t与被推荐人关系\n祝好", {**BASE, "recommender": "李四"}),
    ("how to reach both below the last answer", "姓名：张伟\n性别：男\n工作单位：某某公司\n线索亮点：攻坚\n他的电话是13800001234，我的电话是13900005678。", {**BASE, "highlights": "攻坚"}),
    ("thanks behind where to ask", "姓名：张伟\n性别：男\n工作单位：某某公司\n线索亮点：攻坚\n如有问题请随时联系，谢谢！\n李四", {**BASE, "highlights": "攻坚"}),
    ("to come", "姓名：张伟\n性别：男\n工作单位：某某公司\n职务：后补\n核心事迹：稍后补充", BASE),
    ("the letter had named the recommender", "推荐单位：某某协会\n\n姓名：张伟\n性别：男\n工作单位：某某公司\n推荐单位：某某学会\n与被推荐人关系：同事",
     {**BASE, "recommender": "某某学会", "relationship": "同事"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fields"), [row[1:] for row in TYPED], ids=[row[0] for row in TYPED])
def test_typed(text, fields):
    assert read(text)[0] == fields


def test_two_nominees_of_one_recommender():
    one, other = (
        f"姓名：{name}\n性别：男\n线索亮点：{told}\n推荐人：李四\n关系：同事"
        for name, told in (("张伟", "攻坚"), ("王强", "创新"))
    )
    [first, second] = read(f"{one}\n\n{other}")
    assert second == {**first, "nominee_name": "王强", "highlights": "创新"}


def test_lines_of_dashes_are_looked_at_once():
    class Counted(list[Paragraph]):
        looks = 0

        def __getitem__(self, place):
            self.looks += 1
            return super().__getitem__(place)

    blocks = Counted([Paragraph("-----")] * 2000 + [Paragraph("姓名：张伟")])
    assert [block for _, block in ruled(blocks, labels_of(CAMPAIGN))] == list(blocks)
    assert blocks.looks < 10_000


@pytest.mark.parametrize("line", ["姓名\t性别\t职务\t" * 20, "姓名|性别|" * 30])
def test_a_page_of_tabs_or_bars_is_no_million_cells(line):
    blocks = ([Paragraph(line)] * 300 + [Paragraph("")]) * 10
    tables = [block for _, block in ruled(blocks, labels_of(CAMPAIGN)) if isinstance(block, Table)]
    assert len(tables) == 10
    assert sum(len(one.cells) for one in tables) == MAX_BLOCKS


def test_list_with_bars_is_a_nominee_a_row():
    told = read("| 姓名 | 性别 | 工作单位 |\n|---|---|---|\n| 张伟 | 男 | 某某公司 |\n| 李娜 | 女 | 某某学院 |")
    assert told == [BASE, {"nominee_name": "李娜", "gender": "女", "employer": "某某学院"}]


def test_a_recognised_lines_doubt_is_its_fields():
    lines = [("姓名：张伟", 0.9), ("性别：男", 1.0), ("核心事迹简介：修桥。", 0.8), ("修了三座。", 0.6)]
    [form] = read_forms(Document(tuple(Paragraph(*line) for line in lines), "jpg"), CAMPAIGN)
    assert {key: field.confidence for key, field in form.fields.items()} == {
        "nominee_name": 0.9,
        "gender": 1.0,
        "story": 0.6,
    }


@pytest.mark.parametrize(
    "sentence",
    ["姓名张伟的工程师很多", "推荐人对他评价很高。\n关系到大家的事", "单位领导很重视\n职务没有变\n事迹感人", "张伟 | 总工 | 某某公司\n电话 | 传真"],
)  # fmt: skip
def test_sentences_are_no_form(sentence):
    assert read(sentence) == []


@pytest.mark.parametrize("heading", ["样表（示例）：", "“重庆工程师故事”线索征集表（样表）", "【填写示例】"])
def test_a_sample_beside_the_form_is_nobody(heading):
    sample, own = "姓名：王五\n性别：女\n工作单位：某某学院", "姓名：张伟\n性别：男\n工作单位：某某公司"
    assert read(f"{heading}\n{sample}\n\n以下为正式填报：\n{own}") == [BASE]
    assert read(f"{own}\n\n{heading}\n{sample}") == [BASE]
    assert read(f"{heading}\n{own}") == [BASE], "filled in"


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ("他是1981年6月出生的", {"birth_month": "1981年6月"}),
        ("他有15年工龄，别的没有变", {"years_of_service": "15年"}),
        ("出生年月补充为1981年6月", {"birth_month": "1981年6月"}),
        ("出生年月由1980年6月改为1981年6月", {"birth_month": "1981年6月"}),
        ("您问的出生年月是1981年6月", {"birth_month": "1981年6月"}),
        ("麻烦将职务改为副总经理，谢谢", {"position": "副总经理"}),
        ("工作年限应填26年", {"years_of_service": "26年"}),
        ("他的手机号是13812345678，我的手机号是13912345678", {"nominee_phone": "13812345678"}),
        ("线索亮点补充：有老图纸", {"highlights": "有老图纸"}),
        ("工作年限填错了，不是15年，是25年。", {"years_of_service": "25年"}),
        ("被推荐人联系电话写错了，应为13900005678，谢谢。", {"nominee_phone": "13900005678"}),
        ("职务不是总经理，是副总经理", {"position": "副总经理"}),
        ("之前的工作年限有误，应为26年", {"years_of_service": "26年"}),
        # what a story tells stays in it
        ("核心事迹简介补充如下：\n张伟，职称是高级工程师，1975年5月出生。\n他修桥。", {"story": "张伟，职称是高级工程师，1975年5月出生。\n他修桥。"}),
        ("核心事迹简介：修桥。\n他的职务是总工。", {"story": "修桥。", "position": "总工"}),
    ],
)  # fmt: skip
def test_said_in_an_answer(said, fields):
    [found] = read_lines(said, CAMPAIGN)
    assert {key: field.text for key, field in found.items()} == fields


def test_the_next_nominees_name_above_his_form() -> None:
    one, two = (
        "\n".join([f"（{n}）{name}", f"姓名：{name}", "性别：男", "工作单位：某某公司", "线索亮点：攻坚"])
        for n, name in (("一", "张伟"), ("二", "李强"))
    )
    assert [(form["nominee_name"], form["highlights"]) for form in read(f"{one}\n{two}")] == [
        ("张伟", "攻坚"),
        ("李强", "攻坚"),
    ]


PIECES = st.sampled_from(
    ["姓名", "性别", "：", "|", "_", " ", "\t", "\n", "推荐人", "信息", "**", "①", "（", "）", "张", "職"]
)


@given(st.lists(PIECES, max_size=40).map("".join), st.booleans(), st.booleans())
@settings(max_examples=200)
def test_values_are_what_was_written(text, bare, free):
    for pair in pairs(text, labels_of(CAMPAIGN), bare=bare, free=free):
        assert all(value.strip() in text for value in pair.values)
        assert pair.line <= pair.last < len(text.split("\n"))
