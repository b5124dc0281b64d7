"""What must never be read in a log line. The last net: the first is not to write it."""

import re
from typing import Final

# People, forms, URLs and JSON each write a space in their own way.
_SEPARATOR = r"(?:[\s./_+-]|%20|%c2%a0|%e2%80%af|\\xa0|\\u00a0|\\u202f){0,3}"
# A NIR follows anything but a digit or a hexadecimal token, or follows an escaped space (no part of it).
_START = r"(?:(?<![0-9a-f])(?!(?<=%)20)|(?<=%20)|(?<=a0)|(?<=2f)|(?<=%af))"

NIR_IN_TEXT: Final = re.compile(
    rf"{_START}[1-8１-８](?:{_SEPARATOR}\d){{4}}{_SEPARATOR}(?:\d{_SEPARATOR}\d|[2２]{_SEPARATOR}[ABＡＢ])"
    rf"(?:{_SEPARATOR}\d){{6}}(?:(?:{_SEPARATOR}\d){{2}})?(?![0-9a-f])",
    re.IGNORECASE,
)
"""13 or 15 characters laid out as a NIR (docs/rules.md §4), with or without separators, in any script's digits.

Wider than the NIR itself (no key, no month): masking a harmless number costs nothing.
"""
