"""The words of a page: which language, which text, how a moment is told."""

import datetime as dt

import pytest
from flask import Flask, g, render_template_string

from idp.web import i18n


@pytest.mark.parametrize(
    ("ui_locales", "cookie", "accept_language", "expected"),
    [
        (None, None, None, "fr"),
        (None, None, "de-DE,de;q=0.9", "fr"),
        (None, None, "en-GB,en;q=0.9,fr;q=0.5", "en"),
        (None, None, "fr-CA,en;q=0.5", "fr"),
        (None, None, ";;q=x,\x00", "fr"),
        ("en-US fr", None, "fr", "en"),
        ("de en", None, "fr", "en"),
        ("en", "fr", "en", "fr"),
        ("fr", "nonsense", "en", "fr"),
    ],
)
def test_the_persons_own_choice_wins_then_the_sites_then_the_browsers(
    ui_locales: str | None, cookie: str | None, accept_language: str | None, expected: str
) -> None:
    assert i18n.pick_locale(ui_locales, cookie, accept_language) == expected


def test_a_text_is_told_in_the_language_asked_for() -> None:
    assert i18n.translate("fr", "web-step", n=2, total=3) == "Étape 2 sur 3"
    assert i18n.translate("en", "web-step", n=2, total=3) == "Step 2 of 3"


def test_a_missing_text_raises_when_strict_and_shows_its_key_otherwise() -> None:
    assert i18n.translate("en", "web-nothing") == "web-nothing"
    with pytest.raises(i18n.MissingTextError):
        i18n.translate("en", "web-nothing", strict=True)
    with pytest.raises(i18n.MissingTextError):
        i18n.translate("fr", "web-step", strict=True, n=2)


def test_moments_are_told_in_paris() -> None:
    noon = dt.datetime(2025, 6, 3, 22, 5, tzinfo=dt.UTC)
    assert i18n.long_date("fr", noon) == "4 juin 2025"
    assert i18n.long_date("fr", dt.date(2025, 6, 1)) == "1er juin 2025"
    assert i18n.long_date("en", dt.date(2025, 6, 3)) == "3 June 2025"
    assert i18n.clock_time("fr", noon) == "0\u00a0h\u00a005"
    assert i18n.clock_time("en", noon) == "00:05"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (30, "30 secondes"),
        (90, "90 secondes"),
        (3600, "1 heure"),
        (86_400, "24 heures"),
        (604_800, "7 jours"),
    ],
)
def test_a_span_is_told_in_its_largest_exact_unit(seconds: int, expected: str) -> None:
    assert i18n.duration("fr", dt.timedelta(seconds=seconds)).replace("\u00a0", " ") == expected


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.testing = True
    i18n.install(app)
    return app


def test_a_template_speaks_the_language_of_the_request_and_escapes_what_it_is_given(
    app: Flask,
) -> None:
    with app.test_request_context():
        g.locale = "en"
        page = render_template_string(
            "{{ locale }} {{ t('web-continue') }} {{ rich('web-toward-site', site=name) }}", name="<i>"
        )
    assert page == "en Continue Access to <strong>&lt;i&gt;</strong>"


def test_a_message_carries_its_arguments_to_the_page(app: Flask) -> None:
    problem = i18n.Message("web-error-password-too-short", {"min": 15})
    with app.test_request_context():
        assert "15" in render_template_string("{{ t(problem) }}", problem=problem)


def test_the_language_switch_keeps_the_query(app: Flask) -> None:
    with app.test_request_context("/connexion/?i=abc&hl=fr"):
        assert render_template_string("{{ language_url('en') }}") == "?i=abc&amp;hl=en"
