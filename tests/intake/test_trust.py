"""Only what the receiving server itself says of the sender counts."""

import pytest

from intake.mime.trust import Trust, judge

RECEIVED = (
    "received",
    "from m16.mail.163.com (unknown [220.181.12.1]) by mx12 (Coremail) with SMTP id abc; Fri, 20 Nov 2026 10:00:00 +0800",
)
OLDER = ("received", "from pc by m16.mail.163.com; Fri, 20 Nov 2026 09:59:59 +0800")
SENDER = "zhangwei@163.com"


def ar(value):
    return "authentication-results", value


@pytest.mark.parametrize(
    ("said", "trust", "envelope"),
    [
        ("mx12; spf=pass smtp.mail=zhangwei@163.com; dkim=pass header.i=@163.com", Trust.PASS, SENDER),
        (
            "mx12; spf=pass smtp.mail=zhang wei@163.com; dkim =pass header.i=@16 3.com",
            Trust.PASS,
            SENDER,
        ),  # folded anywhere
        ("MX12; spf=pass smtp.mailfrom=zhangwei@163.com smtp.helo=m16", Trust.PASS, SENDER),
        ("mx12; spf=pass (mx12: domain of x designates) smtp.mail=zhangwei@163.com", Trust.PASS, SENDER),
        ("mx12; dmarc=pass header.from=163.com", Trust.PASS, None),
        ("mx12; dmarc=fail header.from=163.com; spf=pass smtp.mail=zhangwei@163.com", Trust.FAIL, SENDER),
        ("mx12; spf=fail smtp.mail=zhangwei@163.com", Trust.FAIL, SENDER),
        ("mx12; spf=fail smtp.mail=zhangwei@163.com; dkim=none", Trust.FAIL, SENDER),
        ("mx12; spf=fail smtp.mail=list@example.org; dkim=pass header.i=@163.com", Trust.PASS, "list@example.org"),
        ("mx12; spf=fail smtp.mail=zhangwei@163.com; dkim=pass header.i=@evil.example", Trust.FAIL, SENDER),
        ("mx12; spf=softfail smtp.mail=zhangwei@163.com", Trust.UNKNOWN, SENDER),
        ("mx12; spf=neutral smtp.mail=zhangwei@163.com", Trust.UNKNOWN, SENDER),
        ("mx12; spf=none smtp.mail=zhangwei@163.com; dmarc=fail", Trust.FAIL, SENDER),
        ("mx12; spf=pass smtp.mail=x@evil.example", Trust.UNKNOWN, "x@evil.example"),  # anybody can pass for himself
        ("mx12; spf=pass smtp.mail=x@bounce.163.com", Trust.PASS, "x@bounce.163.com"),
        ("mx12; spf=pass smtp.mail=x@evil163.com", Trust.UNKNOWN, "x@evil163.com"),
        ("mx12; spf=none smtp.mail=", Trust.UNKNOWN, ""),  # the null sender
        ('mx12; spf=none smtp.mail="a;dmarc=pass"@evil.example', Trust.UNKNOWN, "@evil.example"),
        ("mx12; spf=none smtp.mail=dmarc=pass@evil.example", Trust.UNKNOWN, "dmarc=pass@evil.example"),
        ('mx12; spf=pass smtp.mail="zhangwei@163.com', Trust.UNKNOWN, None),
        ("mx99; spf=pass smtp.mail=zhangwei@163.com", Trust.UNKNOWN, None),  # not the server that took it in
        ("163.com; dmarc=pass", Trust.UNKNOWN, None),
        ("mx12", Trust.UNKNOWN, None),
        ("", Trust.UNKNOWN, None),
    ],
)
def test_one_authentication_result(said, trust, envelope):
    verdict = judge([RECEIVED, ar(said), OLDER], SENDER)
    assert (verdict.trust, verdict.envelope_from) == (trust, envelope)


def test_a_forged_result_further_down_counts_for_nothing():
    honest, forged = (
        ar("mx12; spf=fail smtp.mail=zhangwei@163.com"),
        ar("mx12; dmarc=pass; spf=pass smtp.mail=zhangwei@163.com"),
    )
    assert judge([RECEIVED, honest, OLDER, forged], SENDER).trust is Trust.FAIL


def test_a_forged_result_of_another_server_counts_for_nothing():
    assert judge([RECEIVED, OLDER, ar("m16.mail.163.com; dmarc=pass")], SENDER).trust is Trust.UNKNOWN


@pytest.mark.parametrize("headers", [[], [ar("mx12; dmarc=pass")], [("received", "by"), ar("; dmarc=pass")]])
def test_without_a_server_of_our_own_nothing_is_known(headers):
    assert judge(headers, SENDER).trust is Trust.UNKNOWN


def test_a_host_name_in_a_comment_is_the_senders_word():
    received = ("received", "from evil (hello by mx99 ) by mx12 (Coremail) with SMTP id a")
    assert judge([received, ar("mx99; dmarc=pass")], SENDER).trust is Trust.UNKNOWN
    assert judge([received, ar("mx12; dmarc=pass")], SENDER).trust is Trust.PASS
