"""Messages: both parts, the headers of docs/rules.md §2, addresses a relay can read."""

import re
from typing import Any

import pytest

from idp.core import outbox as jobs
from idp.core.db import transaction

LINK = "https://connect.example/validation?jeton=x"
ARGUMENTS: dict[str, dict[str, Any]] = {
    "account_exists": {"email": "a@b.fr", "link": LINK, "forgotten_url": LINK},
    "account_frozen": {"letter_url": LINK},
    "account_linked": {"changed_at": 1_750_000_000, "not_me_url": LINK, "contest": 72 * 3600},
    "account_tried": {"email": "a@b.fr", "link": LINK},
    "address_changed": {"changed_at": 1_750_000_000, "not_me_url": LINK, "contest": 72 * 3600},
    "change_undone": {"changed_at": 1_750_000_000, "link": LINK, "not_me_url": LINK},
    "confirm_address": {"email": "a@b.fr", "link": LINK, "code": "ABCD2345", "validity": 86_400},
    "confirm_default": {"email": "a@b.fr", "link": LINK, "validity": 86_400, "not_me_url": LINK},
    "dormant_account": {"email": "a@b.fr", "link": LINK, "erased_at": 1_750_000_000},
    "guided_forgotten": {
        "link": LINK,
        "code": "ABCD2345",
        "validity": 3600,
        "never_created": True,
        "not_me_url": LINK,
    },
    "guided_unlock": {"link": LINK, "code": "ABCD2345", "validity": 3600, "not_me_url": LINK},
    "identifier_changed": {"changed_at": 1_750_000_000, "not_me_url": LINK, "contest": 72 * 3600},
    "identifier_reminder": {"email": "a@b.fr", "link": LINK, "forgotten_url": LINK},
    "legacy_password_changed": {"changed_at": 1_750_000_000, "link": LINK, "not_me_url": LINK},
    "legacy_unlocked": {"changed_at": 1_750_000_000, "link": LINK, "not_me_url": LINK},
    "password_after_failures": {"changed_at": 1_750_000_000, "not_me_url": LINK, "contest": 72 * 3600},
    "password_changed": {"changed_at": 1_750_000_000, "not_me_url": LINK, "contest": 72 * 3600, "unblocked": True},
    "password_reset": {"email": "a@b.fr", "link": LINK, "code": "ABCD2345", "validity": 3600},
    "invitation": {"last_day_at": 1_750_000_000, "stop_url": LINK},
    "registration": {"email": "a@b.fr", "link": LINK, "code": "ABCD2345", "validity": 86_400, "not_me_url": None},
    "second_factor_tried": {"changed_at": 1_750_000_000, "tries": 5, "not_me_url": None, "forgotten_url": LINK},
    "validate_address": {"email": "a@b.fr", "link": LINK, "code": "ABCD2345", "validity": 86_400, "not_me_url": LINK},
}


def put(template: str = "account_exists", to: str = "camille@exemple.fr", locale: str = "fr") -> None:
    with transaction():
        jobs.put("mail", {"template": template, "to": to, "locale": locale, "args": ARGUMENTS[template]})


@pytest.mark.parametrize("template", ARGUMENTS)
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_message_has_both_parts_and_its_link(runtime, outbox, template, locale):
    """Text and HTML say the same, each with the link; nothing is fetched from elsewhere, nothing tracks."""
    put(template, locale=locale)
    [message] = outbox()
    assert message.get_content_type() == "multipart/alternative"
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert LINK in text
    assert LINK in html
    assert f'lang="{locale}"' in html
    assert not re.search(r"<img|<link|<script|<style|src=", html)


def test_the_headers(runtime, outbox):
    """Message-ID at the issuer's host, a date, and the word that no automat should answer (RFC 3834)."""
    put()
    [message] = outbox()
    assert message["Subject"] == "Vous avez déjà un compte MGEN Connect"
    assert message["To"] == "camille@exemple.fr"
    assert message["From"] == "MGEN Connect <ne-pas-repondre@connect.mgen.example>"
    assert message["Message-ID"].endswith("@localhost>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime.tzinfo is not None
    assert not {"List-Unsubscribe", "Return-Receipt-To", "Disposition-Notification-To"} & set(message.keys())


def test_an_internationalised_domain_goes_as_a_labels(runtime, outbox):
    """The relay reads ASCII domains (RFC 5890)."""
    put(to="camille@mutuelle-été.fr")
    [message] = outbox()
    assert message["To"] == "camille@" + "mutuelle-été.fr".encode("idna").decode()


def test_an_international_local_part_stays_readable_in_a_maildir(runtime, outbox):
    """RFC 6532: the header is UTF-8."""
    put(to="hélène@exemple.fr")
    [message] = outbox()
    assert message["To"] == "hélène@exemple.fr"


class TestRelay:
    @pytest.fixture
    def settings(self, make_settings, smtp):
        return make_settings(mail_url=smtp.url)

    def test_a_relay_gets_the_message(self, runtime, outbox, smtp):
        """The envelope is the header's, without names."""
        put()
        outbox()
        [message] = smtp.messages
        assert message["X-MailFrom"] == "ne-pas-repondre@connect.mgen.example"
        assert message["X-RcptTo"] == "camille@exemple.fr"
        assert LINK in message.get_body(("plain",)).get_content()


def test_a_new_line_in_an_address_is_no_header(runtime, outbox):
    """Whatever a service lets through, no header can be added."""
    put(to="a@b.fr\nBcc: c@d.fr")
    with pytest.raises(ValueError, match=r".*"):
        outbox()
