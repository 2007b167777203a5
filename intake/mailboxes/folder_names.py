"""What the folders are called that every provider has, under names of its own."""

from __future__ import annotations

#: Folders of 163 that swallow wanted mail; only the first has the \Junk flag.
JUNK_NAMES = frozenset({"垃圾邮件", "广告邮件", "订阅邮件", "病毒文件夹", "病毒邮件", "Junk", "Spam"})
SENT_NAMES = ("已发送", "Sent Messages", "Sent", "Sent Items", "已发送邮件")
