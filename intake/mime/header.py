"""Header fields: raw 8-bit bytes, encoded words and parameters as text, the way Chinese mail programs really write them."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from email.utils import getaddresses, parsedate_to_datetime
from itertools import groupby
from urllib.parse import unquote_to_bytes

from intake.mime.charset import codec_of, decode, nonsense
from rules.text import composed

MAX_FIELDS = 1000  # fields kept of one header; a real mail has under a hundred
MAX_FIELD = 64 * 1024  # bytes kept of one field
MAX_NAME = 100  # bytes kept of a field's name
MAX_PARAMETERS = 8 * 1024  # bytes kept of a Content-Type or Content-Disposition
MAX_ADDRESSES = 500  # addresses kept of one field
MAX_ADDRESS = 254  # characters: no server delivers to a longer one
MAX_PERSON = 200  # characters kept of a person's name
MAX_PIECES = 10_000  # of one base64 text that was encoded piece by piece
MAX_FILENAME = 200  # characters
_CHINA = timezone(timedelta(hours=8))

#: `name: value` with its folded lines. 189.cn adds names with a slash; anything without blank or colon is a name.
_FIELD = re.compile(
    rb"([^\s:\x00-\x20\x7f-\xff]+)[ \t]*:([^\r\n]*+(?:(?:\r\n|\r|\n)[ \t][^\r\n]*+)*+)(?:\r\n|\r|\n|\Z)"
)
#: What stands before the first field: a byte order mark, empty lines, an mbox's `From ` line. `From : x` is a field.
_MBOX = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:\r\n|\r|\n))*(?:>?From (?![ \t]*:)[^\r\n]*(?:\r\n|\r|\n))?")
_KNOWN_FIELD = re.compile(rb"(?i)[\r\n](?=(?:content-[a-z-]+|mime-version|from|to|subject|date|message-id|received):)")
#: The rest of a field and further ones, with what a mail is made of among them: to the first of those fields.
_TORN = re.compile(
    rb"(?i)(?:[ \t]+[^\s][^\r\n]*(?:\r\n|\r|\n)){0,3}(?=(?:[\x21-\x39\x3b-\x7e]+:[^\r\n]*(?:\r\n|\r|\n)(?:[ \t][^\r\n]*(?:\r\n|\r|\n))*){0,40}?"
    rb"(?:content-type:\s*(?:multipart|text)/|mime-version:))"
)
_EMPTY_LINE = re.compile(rb"\r\n\r\n|\n\n|\r\r")
#: Without these a mail is not understood: kept wherever they stand.
_NEEDED = frozenset(
    [
        *("from", "to", "cc", "reply-to", "subject", "date", "message-id", "in-reply-to", "references"),
        *("mime-version", "content-type", "content-transfer-encoding", "content-disposition"),
        *("auto-submitted", "precedence", "list-id", "received", "authentication-results", "return-path"),
    ]
)
_BLANK = re.compile(rb"[ \t]*(?:\r\n|\r|\n)")
_WORD = re.compile(r"=\?([^?\s=]{1,60})\?([BbQq])\?([^?]*)\?(?:=|$)")
_FOLD = re.compile(r"[\r\n]+[ \t]*")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
#: To the next `;` outside quotes. Only \" and \\ are escapes: "C:\用户\申请表.docx" is a path.
_PARAMETER = re.compile(r'(?:[^";]+|"(?:[^"\\]+|\\["\\]?)*"?)+')
_SECTION = re.compile(r"([^*]+)\*(?:(\d{1,4})(\*)?)?")  # filename*0*
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_TO_STANDARD = bytes.maketrans(b"-_", b"+/")
_NO_BASE64 = re.sub(rb"[A-Za-z0-9+/=]", b"", bytes(range(256)))
_PADDED_END = re.compile(rb"={1,2}[ \t]*(?:\r\n|\r|\n)")
_GAP = re.compile(rb"(?<=\n)[ \t]*\r?\n")
_WORDS = re.compile(rb"\S \S")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NAMES = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", *map(str, range(1, 13)))
_MONTH_NAME = re.compile(r"(?<![\d年])(十[一二]?|[一二三四五六七八九]|1[0-2]|[1-9])月(?!\d)")
_WEEKDAY = re.compile(r"^(?:星期|周|礼拜)[一二三四五六日天]\s*[,，]?\s*")
_NUMERIC_DATE = re.compile(
    r"(\d{4})[年/.-](\d{1,2})[月/.-](\d{1,2})日?[\s,]*(上午|下午)?\s*(\d{1,2}):(\d{2})(?::(\d{2}))?"
)
_DAMAGED = re.compile("[\ufffd?]")  # no system allows a ? in a name: it stands for a letter that was lost
_MANGLED = re.compile("[\x80-\xff]{4,}")
#: A whole word: tried again from each of its letters, a name of pages would cost seconds. Nobody knows who a@b@c is.
_ADDRESS = re.compile(r"(?<![^\s<>()\[\]\"',;:\\])[^\s<>()\[\]\"',;:@\\]++@[^\s<>()\[\]\"',;:@\\]++(?![\"']?@)")
#: An address for a name, without quotes: the mail library would take it for the address.
_ADDRESS_AS_NAME = re.compile(r"(?<![^\s,;])([^\s<>()\"',;:@\\]++@[^\s<>()\"',;:@\\]++)(?=\s*<)")

_MESSAGE_ID = re.compile(r"<[^<>]{1,998}>")

Text = tuple[str, tuple[str, ...]]  # what was read, and what was wrong with it


def split_header(raw: bytes) -> tuple[tuple[tuple[str, bytes], ...], int, tuple[str, ...]]:
    """The fields of a header (name lower-cased, bytes untouched), where the body starts, and what was wrong."""
    fields: list[tuple[str, bytes]] = []
    defects: list[str] = []
    late: set[str] = set()  # fields that matter, met behind the limit
    count = 0
    start = _MBOX.match(raw).end()  # type: ignore[union-attr]  # matches the empty string
    while field := _FIELD.match(raw, start) or _FIELD.match(raw, _further(raw, start, fields, defects)):
        start = field.end()
        count += 1
        name = field[1][:MAX_NAME].decode("ascii").lower()
        if count <= MAX_FIELDS or (name in _NEEDED and name not in late):
            fields.append((name, field[2][:MAX_FIELD]))
            late |= {name} if count > MAX_FIELDS else set()
    if count > MAX_FIELDS:
        defects.append(f"header: more than {MAX_FIELDS} fields")
    blank = _BLANK.match(raw, start)
    if blank is None and fields and start < len(raw):
        defects.append("header: no blank line before the body")
    return tuple(fields), blank.end() if blank else start, tuple(defects)


def _further(raw: bytes, start: int, fields: Sequence[tuple[str, bytes]], defects: list[str]) -> int:
    """Where a header goes on that seems to end at `start`: to stop there would lose the mail's structure.

    A line that is no field amid fields that matter is skipped. So is an empty line (a subject pasted with its line end)
    where the fields that say what the mail is made of stand behind it.
    """
    if blank := _BLANK.match(raw, start):
        torn = _TORN.match(raw, blank.end(), blank.end() + MAX_FIELD)
        if torn is None or not fields or any(name.startswith(("content-", "mime-")) for name, _ in fields):
            return start
        defects.append("header: an empty line within")
        return torn.end()
    known = _KNOWN_FIELD.search(raw, start, start + MAX_FIELD)
    if known is None or _EMPTY_LINE.search(raw, start, known.end()):
        return start
    defects.append("header: a line that is no field")
    return known.end()


def text_of(raw: bytes) -> Text:
    """A field's text: unfolded, decoded, white space squeezed, NFC."""
    if raw.isascii() and b"=?" not in raw:
        return _tidy(raw.decode("ascii")), ()
    text, defects = decode(raw, None)
    words, more = decode_words(text)
    return _tidy(words), defects + more


def decode_words(text: str) -> Text:
    """Encoded words in `text` decoded wherever they stand, also inside quotes (QQ) and against the letters beside them.

    Adjacent words of one charset are joined as bytes first: Coremail and Foxmail split them in mid-character.
    """
    if "=?" not in text:
        return text, ()
    pieces: list[str] = []
    defects: list[str] = []
    for charset, run in groupby(_tokens(text), key=lambda token: token[0]):
        if charset == "":
            pieces += [plain for _, _, plain in run]
            continue
        data, whole = _join(list(run))
        decoded, wrong = decode(data, charset)
        pieces.append(decoded)
        defects += wrong if whole else (*wrong, "header: broken encoded word")
    return "".join(pieces), tuple(defects)


def _tokens(text: str) -> Iterator[tuple[str, str, str]]:
    """(charset, B or Q, payload) of each encoded word, ("", "", text) of what stands between; blanks between words go."""
    end, after_word = 0, False
    for word in _WORD.finditer(text):
        between = text[end : word.start()]
        if between and not (after_word and between.isspace()):
            yield "", "", between
        charset = word[1].split("*")[0]  # RFC 2231: =?utf-8*zh?…
        yield codec_of(charset) or charset, word[2].upper(), word[3]
        end, after_word = word.end(), True
    if end < len(text):
        yield "", "", text[end:]


def _join(words: list[tuple[str, str, str]]) -> tuple[bytes, bool]:
    """The bytes of a run of words. Some programs cut the base64 text anywhere: then its pieces are one text."""
    texts = ["".join(payload.split()) for _, _, payload in words]
    data, whole = b"", True
    for (_, kind, payload), text in zip(words, texts, strict=True):
        if kind == "B":
            piece, good = decode_base64(text.encode("utf-8"))
            data, whole = data + piece, whole and good
        else:
            data += binascii.a2b_qp(re.sub(r"\s+", " ", payload).encode("utf-8"), header=True)
    if all(kind == "B" for _, kind, _ in words) and any(len(t) % 4 and "=" not in t for t in texts[:-1]):
        joined = decode_base64("".join(texts).encode("utf-8"))  # else each piece only lacks its padding
        return min(joined, (data, whole), key=lambda read: nonsense(decode(read[0], words[0][0])[0]))
    return data, whole


def decode_base64(data: bytes) -> tuple[bytes, bool]:
    """What base64 holds, as much of it as can be read; False where it was not written as it should be."""
    safe = b"-" in data or b"_" in data  # the alphabet of URLs: these letters the library leaves out, and says nothing
    try:
        padding = data.find(b"=")
        if not safe and (padding < 0 or not data[padding:].strip(b"=\r\n \t")):
            return binascii.a2b_base64(data), True
    except binascii.Error:
        pass
    if safe and not (b"+" in data or b"/" in data):
        data = data.translate(_TO_STANDARD)
    # Cut short, or several encoded pieces with their own padding, one after another.
    pieces = _until_notice(data).translate(None, _NO_BASE64).split(b"=", MAX_PIECES)[:MAX_PIECES]
    return b"".join(_decode_piece(piece) for piece in pieces if piece), False


def _until_notice(data: bytes) -> bytes:
    """The data without the words that a scanner or a list put behind them."""
    words = _WORDS.search(data)
    if words is None:
        return data
    padded = _PADDED_END.search(data, 0, words.start())
    ends = [padded] if padded else list(_GAP.finditer(data, 0, words.start()))[-1:]
    return data[: ends[0].end()] if ends else data


def _decode_piece(piece: bytes) -> bytes:
    usable = len(piece) - (len(piece) % 4 == 1)
    return binascii.a2b_base64(piece[:usable] + b"=" * (-usable % 4))


def _tidy(text: str) -> str:
    """One line. A fold inside Chinese text was no blank; controls and direction marks go."""
    if "\n" in text or "\r" in text:
        text = _FOLD.sub(lambda fold: _bridge(text, fold), text)
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    if _MANGLED.search(text):
        text = _MANGLED.sub(_unmangled, text)
    text = " ".join(_CONTROL.sub("", text.replace("\t", " ")).split())
    return text if text.isascii() else composed(text)


def _bridge(text: str, fold: re.Match[str]) -> str:
    left, right = text[fold.start() - 1 : fold.start()], text[fold.end() : fold.end() + 1]
    return "" if left > "\u2e7f" and right > "\u2e7f" else " "


def parameters(raw: bytes) -> tuple[str, Mapping[str, str], tuple[str, ...]]:
    """Content-Type or Content-Disposition: the value lower-cased, its parameters decoded, what was wrong.

    Read as text first: the second byte of a GBK character can be a backslash, which would swallow a quote.
    """
    text, defects = decode(raw[:MAX_PARAMETERS], None)
    main, _, rest = _FOLD.sub(" ", text).partition(";")
    main, _, unparted = main.strip().partition(" ")  # text/plain charset=gbk
    rest = f"{unparted};{rest}" if "=" in unparted else rest
    found: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, value in map(_name_and_value, _PARAMETER.findall(rest)):
        if section := _SECTION.fullmatch(name):
            number, percent = int(section[2] or 0), section[2] is None or section[3] is not None
            pieces.setdefault(section[1], {}).setdefault(number, (value, percent))
        else:
            found.setdefault(name, value)
    wrong: list[str] = list(defects)
    for name, value in found.items():
        found[name], more = decode_words(value)
        wrong += more
    for name, sections in pieces.items():  # RFC 2231 outranks the plain spelling beside it
        found[name], more = _continued([sections[number] for number in sorted(sections)])
        wrong += more
    return main.lower(), {name: _tidy(value) for name, value in found.items()}, tuple(wrong)


def _name_and_value(parameter: str) -> tuple[str, str]:
    name, _, value = parameter.partition("=")
    value = value.strip()
    if value.startswith('"'):
        value = re.sub(r'\\(["\\])', r"\1", value[1:-1] if value.endswith('"') and len(value) > 1 else value[1:])
    return name.strip().lower(), value


def _continued(sections: list[tuple[str, bool]]) -> Text:
    """RFC 2231 sections joined as bytes, then decoded: a cut may fall inside a character."""
    charset: str | None = None
    first, percent = sections[0]
    if percent and (label := re.match(r"([^']*)'[^']*'", first)):
        charset = label[1] or None
        sections = [(first[label.end() :], True), *sections[1:]]
    codec = codec_of(charset) or "utf_8"
    data = b"".join(
        _percent_bytes(text, codec) if percent else text.encode(codec, "replace") for text, percent in sections
    )
    value, defects = decode(data, charset)
    words, more = decode_words(value)
    return words, defects + more


def _percent_bytes(text: str, codec: str) -> bytes:
    """Raw letters beside the percent signs are seen as well."""
    return unquote_to_bytes(text) if text.isascii() else unquote_to_bytes(text.encode(codec, "replace"))


def filename_of(disposition: Mapping[str, str], content_type: Mapping[str, str]) -> str:
    """The attachment's name, without any folder: filename= before name=, the undamaged one before the damaged."""
    names = [_safe_name(name) for name in (disposition.get("filename", ""), content_type.get("name", "")) if name]
    return next((name for name in names if name and not _DAMAGED.search(name)), next(filter(None, names), ""))


def _unmangled(letters: re.Match[str]) -> str:
    """Bytes that some program took for Latin letters one by one: ÕÅÎ° is 张伟."""
    text, _ = decode(letters[0].encode("latin-1"), "iso-8859-1")
    return text if all(char > "\u2e7f" or char.isascii() for char in text) else letters[0]


def _safe_name(name: str) -> str:
    """tcmime.1388.1527.1742.bin is a real name: what old QQ makes of one it cannot read."""
    if "%" in name:
        name = _PERCENT.sub(_unpercent, name)
    name = re.split(r"[/\\]", _tidy(name).rstrip(" ."))[-1].strip()
    if len(name) > MAX_FILENAME:
        stem, dot, extension = name.rpartition(".")
        name = stem[: MAX_FILENAME - 10] + dot + extension[:9] if dot else name[:MAX_FILENAME]
    return "" if name.strip(".") == "" else name


def _unpercent(match: re.Match[str]) -> str:
    """%E5%BC%A0 without the star of RFC 2231; only where it spells something beyond ASCII: `100%25` stays."""
    data = unquote_to_bytes(match[0])
    try:
        return match[0] if data.isascii() else data.decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def addresses(raw: bytes) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """(name, address) of each mailbox in an address field, and what was wrong.

    Split before the words are decoded: a decoded name may hold a comma. QQ puts encoded words inside quotes.
    """
    text, defects = decode(raw[:MAX_FIELD], None)
    text = _FOLD.sub(" ", text)
    wrong: list[str] = list(defects)
    found: list[tuple[str, str]] = []
    for name, address in _mailboxes(text):
        words, more = decode_words(name)
        wrong += more
        found.append((_tidy(words).strip("\"' ")[:MAX_PERSON], "" if f"{address}@" in text else _spec(address)))
    if any(address for _, address in found):
        return tuple(pair for pair in found if pair[1]), tuple(wrong)
    # The whole `name <address>` as one encoded word, or brackets gone wrong.
    words, more = decode_words(text)
    plain = _WORD.sub(" ", text)
    spec = _ADDRESS.search(plain if "@" in plain else words)  # a name may hold somebody else's
    if spec and len(spec[0]) <= MAX_ADDRESS:
        name = _tidy(words.partition(spec[0])[0]).strip("\"'<( ")[:MAX_PERSON]
        return ((name, spec[0].lower()),), (*wrong, *more, "address: found only by searching the field")
    name = _tidy(words).strip("\"'<>()\\ ")[:MAX_PERSON]
    return ((name, ""),) if name else (), (*wrong, *more)


def _mailboxes(text: str) -> list[tuple[str, str]]:
    try:
        return getaddresses([text if '"' in text else _ADDRESS_AS_NAME.sub(r'"\1"', text)])[:MAX_ADDRESSES]
    except RecursionError:  # a thousand brackets
        return []


def _spec(address: str) -> str:
    address = re.sub(r"\s", "", address).lower()
    short = len(address) <= MAX_ADDRESS
    return address if short and address.isascii() and re.fullmatch(r"[^@?'\"<>]+@[^@?'\"<>]+", address) else ""


def date_of(text: str) -> datetime | None:
    """The Date field, aware. A bare CST is China's: the mail library takes it for Chicago's."""
    text = re.sub(r"(?<=\d) CST$", " +0800", text.strip())
    if not text.isascii():  # 星期一, 02 三月 2026: of a program that speaks its user's language
        text = _MONTH_NAME.sub(lambda name: _MONTHS[_MONTH_NAMES.index(name[1]) % 12], _WEEKDAY.sub("", text))
    for read in (parsedate_to_datetime, datetime.fromisoformat, _written_out):
        try:
            moment = read(text)
            zone = UTC if text.endswith("-0000") else _CHINA
            return moment if moment.tzinfo else moment.replace(tzinfo=zone)
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
    return None


def _written_out(text: str) -> datetime:
    """2026年3月2日 下午3:00, 2026/3/2 15:00:00."""
    match = _NUMERIC_DATE.match(text)
    if match is None:
        raise ValueError(text)
    year, month, day, hour, minute, second = (int(match[group] or 0) for group in (1, 2, 3, 5, 6, 7))
    return datetime(year, month, day, hour % 12 + 12 if match[4] == "下午" else hour, minute, second)  # noqa: DTZ001  # the caller's zone


def message_ids(text: str) -> tuple[str, ...]:
    """The <ids> of a Message-ID, In-Reply-To or References field; a fold inside one is no part of it."""
    return tuple(dict.fromkeys("".join(match.split()) for match in _MESSAGE_ID.findall(text)))
