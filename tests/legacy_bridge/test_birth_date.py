"""A birth date is read as the old file and as a member write it, and compared part by part."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.legacy_bridge.birth_date import BirthDate, BirthDateError

TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    "text",
    [
        "12/03/1958", "12.03.1958", "12-03-1958", "12 03 1958", "12/3/1958",
        " 12 / 03 / 1958 ", "12031958",
        "1958-03-12", "1958/3/12", "12/03/58", "12 3 58", "120358", "１２/０３/１９５８",
        "12\u00a003\u00a01958",
    ],
)  # fmt: skip
def test_every_usual_way_of_typing_a_date_is_read(text: str) -> None:
    assert BirthDate.parse(text, today=TODAY) == BirthDate(1958, 3, 12)


@pytest.mark.parametrize(("digits", "year"), [("10", 2010), ("11", 1911), ("26", 1926), ("00", 2000), ("99", 1999)])
def test_two_digits_are_the_latest_year_sixteen_years_ago_or_more(digits: str, year: int) -> None:
    assert BirthDate.parse(f"01/02/{digits}", today=TODAY).year == year


@pytest.mark.parametrize(
    "text",
    [
        "", "31/02/1958", "1958-02-31", "29/02/1957", "00/13/1958", "12/00/1958",
        "12/03/1858", "12/03/2027", "1/2/3",
        "1958", "12 mars 1958", "12/03/1958x", "0" * 33, "12/03\ud800/1958", "19580312",
        "1/1/1958/1", "١٢/٠٣/١٩٥٨\0",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(BirthDateError) as caught:
        BirthDate.parse(text, today=TODAY)
    assert not any(character.isdigit() for character in str(caught.value))


@given(st.text(max_size=40) | st.text(alphabet="0123456789/-. ", max_size=12))
def test_no_text_raises_anything_else(text: str) -> None:
    for read in (BirthDate.from_file, lambda typed: BirthDate.parse(typed, today=TODAY)):
        try:
            read(text)
        except BirthDateError:
            continue


@given(st.dates(dt.date(1900, 1, 1), TODAY))
def test_a_date_survives_the_form_of_the_file_and_every_typed_form(day: dt.date) -> None:
    recorded = BirthDate.from_file(day.isoformat())
    assert recorded.iso == day.isoformat()
    for form in ("%d/%m/%Y", "%d%m%Y", "%Y-%m-%d", "%d %m %Y"):
        assert recorded.matches(BirthDate.parse(day.strftime(form), today=TODAY))


@pytest.mark.parametrize("text", ["1958-3-12", "12/03/1958", "1958-02-31", "1958-00-12", "1958-13-00", "", "nc"])
def test_the_file_has_one_form(text: str) -> None:
    with pytest.raises(BirthDateError):
        BirthDate.from_file(text)


@pytest.mark.parametrize(
    ("recorded", "typed", "same"),
    [
        ("1958-03-12", "12/03/1958", True),
        ("1958-03-12", "12/03/1959", False),
        ("1958-03-12", "11/03/1958", False),
        ("1958-03-12", "00/03/1958", False),
        ("1958-03-12", "00/00/1958", False),
        ("1958-03-00", "00/03/1958", True),
        ("1958-03-00", "01/03/1958", True),
        ("1958-03-00", "12/03/1958", False),
        ("1958-03-00", "01/01/1958", False),
        ("1958-00-00", "00/00/1958", True),
        ("1958-00-00", "01/01/1958", True),
        ("1958-00-00", "01/02/1958", False),
    ],
)
def test_a_part_the_record_lacks_is_typed_zero_or_one(recorded: str, typed: str, same: bool) -> None:
    assert BirthDate.from_file(recorded).matches(BirthDate.parse(typed, today=TODAY)) is same


def test_nothing_that_prints_shows_the_date() -> None:
    born = BirthDate(1958, 3, 12)
    assert not any(character.isdigit() for character in f"{born} {born!r}")


def test_spellings_are_what_a_password_may_hide() -> None:
    assert BirthDate(1958, 3, 12).spellings == ("12031958", "19580312", "120358")
