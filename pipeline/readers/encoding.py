"""From bytes to text: which encoding a file is in, and how sure that is."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

# UTF-32 first: its mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEGACY = ("cp1256", "iso8859_6", "cp720", "cp864")
_NAMES = {"cp1256": "windows-1256", "iso8859_6": "iso-8859-6", "utf-8-sig": "utf-8"}
_BINARY = "binary: this is no text"
# What is often saved or renamed as .txt, some of it text to a computer: by how it begins.
_OTHER_KINDS = (
    (b"%pdf-", "a PDF"),
    (b"{\\rtf", "an RTF document"),
    (b"<!doctype html", "an HTML page"),
    (b"<html", "an HTML page"),
    (b"<?xml", "an XML document"),
    (b"pk\x03\x04", "an Office document (.docx, .xlsx) or a ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document (.doc, .xls)"),
    (b"\x1f\x8b", "compressed: the name of such a file ends with .gz"),
)
_SAMPLE = 1 << 16
_WORDS = re.compile("[\u0621-\u0652]{2,}")  # single letters among Latin ones are accents read wrongly
# The article, perhaps after a proclitic, and two more letters: every Arabic text has it, and read with another code page it is gone.
_ARTICLE = re.compile("(?<![\u0621-\u0652])[\u0641\u0628\u0643\u0648]?\u0627\u0644[\u0621-\u0652]{2}")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_NOT_ASCII = re.compile("[^\x00-\x7f]")


def decode(raw: bytes) -> tuple[str, str]:
    """Return the text of bytes, and the name of its encoding, with a note where bytes had to be replaced.

    Byte order marks are taken off, line ends stay. Raises ValueError for bytes that are no text.

    >>> decode("السلام عليكم".encode("cp1256"))
    ('السلام عليكم', 'windows-1256')
    """
    encoding = guess(raw)
    text = raw.decode(encoding, "replace")
    if encoding not in ("utf-8", "utf-8-sig"):
        text = text.removeprefix("\ufeff")
    broken = (
        text.count("\ufffd") - raw.count("\ufffd".encode())
        if encoding in ("utf-8", "utf-8-sig")
        else text.count("\ufffd")
    )
    if len(_CONTROL.findall(text[:_SAMPLE])) > 0.05 * min(len(text), _SAMPLE):
        raise ValueError(_BINARY)
    name = _NAMES.get(encoding, encoding.replace("_", "-"))
    return text, f"{name}, {broken} broken bytes replaced" if broken > 0 else name


def guess(raw: bytes) -> str:
    """Return the name of the Python codec for bytes; raises ValueError for bytes that are no text.

    Marks first, then UTF-16 by its pattern, UTF-8 by its own check (a few broken bytes among many good ones are borne), the old
    Arabic code pages by the letters that they would give, and charset-normalizer for the rest.

    >>> guess("بغداد".encode("utf-16-le"))
    'utf-16-le'
    """
    if other := _other_kind(raw):
        raise ValueError(f"no plain text but {other}")
    if encoding := marked(raw):
        return encoding
    sample = raw[:_SAMPLE]
    try:
        raw.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        pass
    whole = len(_NOT_ASCII.findall(sample.decode("utf-8", "ignore")))
    broken = sample.decode("utf-8", "replace").count("\ufffd")
    if broken * 5 <= whole:
        return "utf-8"
    if sample.count(0) > len(sample) // 100:
        raise ValueError(_BINARY)
    if encoding := _legacy(sample):
        return encoding
    results = from_bytes(sample)
    best = results.best()
    if best is None:
        raise ValueError(_BINARY)
    usual = any(r.encoding == "cp1252" and r.chaos <= best.chaos for r in results)
    return "cp1252" if usual else best.encoding


def _other_kind(raw: bytes) -> str:
    start = raw[:256].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    return next((kind for mark, kind in _OTHER_KINDS if start.startswith(mark)), "")


def marked(raw: bytes) -> str:
    """Return the encoding that a byte order mark names, or UTF-16 where the pattern of the bytes shows it; else "".

    >>> marked("بغداد".encode("utf-16"))
    'utf-16'
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return encoding
    return _utf16(raw[:_SAMPLE])


def unmangled(text: str) -> tuple[str, str]:
    """Return a text that somebody's program decoded as Windows-1252 as it was meant, and what was done; else as it is, and "".

    >>> unmangled("الرياض".encode().decode("cp1252", "ignore"))[0] == "الرياض"
    True
    >>> unmangled("élève")
    ('élève', '')
    """
    sample = text[:_SAMPLE]
    foreign = len(_NOT_ASCII.findall(sample))
    if not foreign or len(re.findall("[\u0080-\u00ff\u0152-\u0192\u02c6-\u02dc\u2013-\u2122]", sample)) < 0.9 * foreign:
        return text, ""
    for encoding, note in (("utf-8", "UTF-8"), ("cp1256", "windows-1256")):
        meant = _bytes(sample).decode(encoding, "ignore")
        if _share_of_arabic(meant) > 0.7 and (encoding == "utf-8" or _ARTICLE.search(meant)):
            return _bytes(text).decode(encoding, "replace"), f"{note} mangled as windows-1252"
    return text, ""


def _bytes(text: str) -> bytes:
    """The bytes that Windows-1252 shows as a text: those that it leaves undefined are shown as they are."""
    return b"".join(c.encode("latin-1" if "\x80" <= c <= "\x9f" else "cp1252", "replace") for c in text)


def _utf16(sample: bytes) -> str:
    """UTF-16 without a mark: in Arabic, every second byte is 6 (a letter) or 0 (a space, a digit)."""
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        low = sample[::2] if encoding.endswith("le") else sample[1::2]
        if (
            len(high) > 1
            and high.count(6) + high.count(0) > 0.7 * len(high)
            and low.count(6) + low.count(0) < 0.2 * len(low)
        ):
            return encoding
    return ""


def _legacy(sample: bytes) -> str:
    """The Arabic code page under which most of what is not ASCII is Arabic, with most articles «ال»."""
    texts = {encoding: sample.decode(encoding, "replace") for encoding in _LEGACY}
    arabic = {encoding: len(_ARTICLE.findall(text)) for encoding, text in texts.items() if _share_of_arabic(text) > 0.7}
    return max(arabic, key=lambda encoding: arabic[encoding], default="")


def _share_of_arabic(text: str) -> float:
    foreign = len(_NOT_ASCII.findall(text))
    return sum(map(len, _WORDS.findall(text))) / foreign if foreign else 0.0
