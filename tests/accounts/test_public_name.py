"""The name that others read: what is kept of what was typed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.accounts.public_name import LONGEST, NameRefused, read


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Jeanne", "Jeanne"),
        ("  Jeanne \t M. ", "Jeanne M."),
        ("Je\u0301rôme", "Jérôme"),
        ("d’Artagnan-42 (Gers)", "d’Artagnan-42 (Gers)"),
        ("ジャンヌ", "ジャンヌ"),
        ("x" * LONGEST, "x" * LONGEST),
        ("", None),
        (" \u00a0\n", None),
    ],
)
def test_a_name_is_kept_as_it_reads(typed: str, kept: str | None) -> None:
    assert read(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("x" * (LONGEST + 1), "too-long"),
        ("=1+1", "start"),
        ("+33", "start"),
        ("-2", "start"),
        ("＝SUM(A1)", "start"),
        ("<b>", "start"),
        ("@jeanne", "private"),
        ("jeanne@exemple.test", "private"),
        ("284058800100132", "private"),
        ("Jeanne\u202e", "characters"),
        ("Jea\u200bnne", "characters"),
        ("Jea\0nne", "characters"),
        ("Jeanne\ud800", "characters"),
    ],
)
def test_what_would_harm_others_or_oneself_is_refused(typed: str, code: str) -> None:
    with pytest.raises(NameRefused) as refused:
        read(typed)
    assert refused.value.code == code


@given(st.text(max_size=120))
def test_whatever_is_typed_gives_a_name_that_can_be_shown_or_none(typed: str) -> None:
    try:
        name = read(typed)
    except NameRefused:
        return
    if name is not None:
        assert 1 <= len(name) <= LONGEST
        assert name.isprintable()
        assert name[0].isalnum()
        assert unicodedata.is_normalized("NFC", name)
        assert read(name) == name
