"""What looks like personal data in a text, and the text without it: once for Python, once for DuckDB.

The patterns mean the same in both (RE2 has no look-around). They are narrow where digits are concerned: order
numbers, campaign ids, versions of three parts and moments are no phone numbers and no cards.
"""

from __future__ import annotations

import re

from runner.sql import quoted

_LOCAL = r"[^\s@,;:<>()\[\]{}\x22?&=/\\|#]"
_DOMAIN = r"[^\s@,;:<>()\[\]{}\x22'?!&=/\\|#%.+*]"
_ADDRESS = rf"{_LOCAL}+(?:@|%(?:25)*40)(?:{_DOMAIN}+\.)+{_DOMAIN}{{2,}}"
# In groups, or as one run of the usual length; Luhn's check digit decides.
_CARD = (
    r"(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|6011|6[245]\d{2}|35\d{2})(?:[ -]?\d{4}){3}(?:[ -]\d{3})?\b"
    r"|3[47]\d{2}[ -]?\d{6}[ -]?\d{5}\b|3[068]\d{2}[ -]\d{6}[ -]\d{4}\b|4\d{3}[ -]\d{3}[ -]\d{3}[ -]\d{3}\b"
)
_BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IP = (
    rf"{_BYTE}(?:\.{_BYTE}){{3}}\b"
    r"|(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}\b|(?:[0-9A-Fa-f]{1,4}:){2,6}(?::[0-9A-Fa-f]{1,4}){1,5}\b"
    r"|[Ff][Ee]80:(?::[0-9A-Fa-f]{1,4}){1,4}\b"
)
_PLUS_PHONE = r"(?:\+|%2[Bb]) ?[1-9](?:[ ./()-]{0,2}\d){8,14}\b"
_BRACKETED_PHONE = r"\((?:0\d{1,4}|\d{3})\) ?\d{3,4}[ .-]?\d{3,5}\b"  # (555) 123-4567
_PHONE = (
    _PLUS_PHONE + r"|00 ?[1-9]\d{0,2}[ ./(-]{1,2}\d(?:[ ./()-]{0,2}\d){6,12}\b"  # 0049 30 1234567
    r"|0[1-9](?:[ .-]\d\d){4}\b"  # 06 12 34 56 78
    r"|0[1-9]\d{1,3}[ /-]\d{3,4}[ -]?\d{2,5}\b"  # 030 1234567
    rf"|{_BRACKETED_PHONE}"
    r"|\d{3}[ .-]\d{3}[.-]\d{4}\b"  # 555-123-4567
)
_BEFORE = r"(^|[^0-9A-Za-z.:+-])"
_BEFORE_DIGITS = r"(^|[^0-9A-Za-z.-])"


def masked(text: str) -> str:
    """`text` with what looks like an address, card, IP address or phone number replaced by its kind."""
    if "@" in text or "40" in text:
        text = re.sub(_ADDRESS, "(address)", text)
    if not any(map(str.isdigit, text)):
        return text
    text = re.sub(f"{_BEFORE_DIGITS}({_CARD})", _card, text, flags=re.ASCII)
    text = re.sub(f"{_BEFORE}(?:{_IP})", r"\1(ip)", text, flags=re.ASCII)
    return re.sub(f"{_BEFORE}(?:{_PHONE})", r"\1(phone)", text, flags=re.ASCII)


def masked_sql(text: str, *, phones_in: str = "") -> str:
    """The same in DuckDB's SQL. phones_in: `+` takes for phones only numbers that are written as such."""
    address = f"regexp_replace({text}, {quoted(_ADDRESS)}, '(address)', 'g')"
    address = f"case when contains({text}, '@') or contains({text}, '40') then {address} else {text} end"
    cards = f"regexp_extract_all({address}, {quoted(f'{_BEFORE_DIGITS}({_CARD})')}, 2)"
    digits = "regexp_replace(card, '[^0-9]', '', 'g')"
    digit = f"cast({digits}[-1 - place] as integer)"
    doubled = f"case when place % 2 = 1 then cast('0246813579'[{digit} + 1] as integer) else {digit} end"
    luhn = f"list_sum(list_transform(range(strlen({digits})), lambda place: {doubled})) % 10 = 0"
    found = f"len(list_filter({cards}, lambda card: {luhn})) > 0"
    text = (
        f"case when {found}"
        f" then regexp_replace({address}, {quoted(f'{_BEFORE_DIGITS}(?:{_CARD})')}, '\\1(card)', 'g')"
        f" else {address} end"
    )
    text = f"regexp_replace({text}, {quoted(f'{_BEFORE}(?:{_IP})')}, '\\1(ip)', 'g')"
    phone = f"{_PLUS_PHONE}|{_BRACKETED_PHONE}" if phones_in == "+" else _PHONE
    return f"regexp_replace({text}, {quoted(f'{_BEFORE}(?:{phone})')}, '\\1(phone)', 'g')"


def _card(found: re.Match[str]) -> str:
    """Its replacement where the check digit holds."""
    numbers = [int(sign) for sign in reversed(found[2]) if sign.isdigit()]
    total = sum(numbers[0::2]) + sum(sum(divmod(2 * number, 10)) for number in numbers[1::2])
    return found[0] if total % 10 else f"{found[1]}(card)"
