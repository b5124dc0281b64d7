"""An email address is read, made canonical, masked, and its domain's slips are seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.accounts.identifiers import (
    AddressError,
    AddressProblem,
    canonical,
    mask_address,
    parse_address,
    suggest_domain,
)
from tests.old_file import load_generator


def refusal(text: str) -> AddressProblem:
    with pytest.raises(AddressError) as caught:
        parse_address(text)
    assert str(caught.value) == caught.value.code
    return caught.value.code


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Jean.Dupont+Sante@Courriel.Example", "jean.dupont+sante@courriel.example"),
        (" jean@boite.example\u00a0", "jean@boite.example"),
        ("jean@École.Example", "jean@xn--cole-9oa.example"),
        ("jean@xn--cole-9oa.example", "jean@xn--cole-9oa.example"),
        ("ZOÉ@école.example", "zoé@xn--cole-9oa.example"),
        ("zoe\u0301@école.example", "zoé@xn--cole-9oa.example"),
        ("ｊｅａｎ@boite.example", "jean@boite.example"),
        ("STRASSE@boite.test", "strasse@boite.test"),
        ("straße@boite.test", "strasse@boite.test"),
        ("o'brien_1@mail.localhost", "o'brien_1@mail.localhost"),
    ],
)
def test_two_ways_of_writing_one_mailbox_have_one_canonical_form(typed: str, expected: str) -> None:
    assert canonical(typed) == expected
    assert canonical(expected) == expected


def test_the_typed_form_is_kept_for_writing_to_it() -> None:
    address = parse_address("  Jean.Dupont@École.Example ")
    assert address.typed == "Jean.Dupont@École.Example"
    assert address.routable == "Jean.Dupont@xn--cole-9oa.example"


def test_dots_and_plus_make_another_mailbox() -> None:
    assert len({canonical(text) for text in ("jd@gmail.com", "j.d@gmail.com", "jd+a@gmail.com")}) == 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", AddressProblem.EMPTY),
        (" \u00a0\t", AddressProblem.EMPTY),
        ("x" * 65 + "@boite.example", AddressProblem.TOO_LONG),
        ("é" * 33 + "@boite.example", AddressProblem.TOO_LONG),
        ("a@" + ".".join(["bbbbbbbbbb"] * 24) + ".example", AddressProblem.TOO_LONG),
        ("a" * 100_000, AddressProblem.TOO_LONG),
        ("jean\u200b@boite.example", AddressProblem.CONTROL),
        ("jean\u202e@boite.example", AddressProblem.CONTROL),
        ("jean@boite.example\0", AddressProblem.CONTROL),
        ("jean\r\nBcc: x@boite.example", AddressProblem.CONTROL),
        ("jean\ud800@boite.example", AddressProblem.CONTROL),
        ("jean@boite", AddressProblem.FORMAT),
        ("jean@localhost", AddressProblem.FORMAT),
        ("jean@boite.invalid", AddressProblem.FORMAT),
        ("jean․․dupont@boite.example", AddressProblem.FORMAT),
        ("a＠b@boite.example", AddressProblem.FORMAT),
        ('"jean"@boite.example', AddressProblem.FORMAT),
        ("2 84 05 75 960 123 08", AddressProblem.FORMAT),
    ],
)
def test_a_wrong_text_is_refused_with_its_reason(text: str, code: AddressProblem) -> None:
    assert refusal(text) is code


def test_every_malformed_address_of_an_old_file_is_refused_but_for_outer_space() -> None:
    generator = load_generator()
    accepted = []
    for text in generator.MALFORMED:
        try:
            accepted.append(parse_address(text).typed)
        except AddressError:
            continue
    assert accepted == ["jean@boite.example"]


def test_every_good_address_of_an_old_file_is_accepted() -> None:
    generator = load_generator()
    members, _, secrets = generator.build(400, 7, 0.03, 0, 0, False)
    for row in members:
        if secrets["members"][row[0]]["email_kind"] not in ("missing", "malformed"):
            assert canonical(row[5]) == canonical(row[5].upper())


@given(st.text(max_size=30) | st.builds("{}@{}".format, st.text(max_size=12), st.text(max_size=12) | st.just("x.fr")))
def test_no_text_raises_anything_else_and_canonical_is_stable(text: str) -> None:
    try:
        once = canonical(text)
    except AddressError:
        return
    assert canonical(once) == once


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("gmial.com", "gmail.com"), ("gmal.com", "gmail.com"), ("gmail.co", "gmail.com"),
        ("gmail.fr", "gmail.com"),
        ("Hotmial.com", "hotmail.com"), ("hotmal.fr", "hotmail.fr"), ("orage.fr", "orange.fr"),
        ("wandoo.fr", "wanadoo.fr"),
        ("laposte.ner", "laposte.net"), ("yahou.fr", "yahoo.fr"), ("outlok.fr", "outlook.fr"),
        ("fre.fr", "free.fr"),
        ("sfrr.fr", "sfr.fr"), ("ac-versaille.fr", "ac-versailles.fr"), ("ac-pari.fr", "ac-paris.fr"),
    ],
)  # fmt: skip
def test_a_slip_in_a_common_domain_is_seen(domain: str, meant: str) -> None:
    assert suggest_domain("jean@" + domain) == meant


@pytest.mark.parametrize(
    "domain",
    ["gmail.com", "mail.com", "ymail.com", "laposte.fr", "boite.example", "yahoo.com.br", "ac-lyon.fr", ""],
)
def test_a_right_or_unlike_domain_is_left_alone(domain: str) -> None:
    assert suggest_domain("jean@" + domain) is None


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("jean.dupont@x.fr", "j…t@x.fr"),
        ("joe@x.fr", "j…@x.fr"),
        ("j@x.fr", "…@x.fr"),
        ("no address", "…"),
        ("", "…"),
    ],
)
def test_a_masked_address_keeps_too_little_to_tell(address: str, masked: str) -> None:
    assert mask_address(address) == masked
