"""The words of the pages and messages: Fluent catalogues, dates and durations, in French or English.

Lives here: looking a text up, choosing a language, telling a moment. The texts lie in `idp/translations/`.
"""

import datetime as dt
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.units import format_unit
from flask import Flask, current_app, g, request
from fluent.runtime import FluentBundle, FluentResource
from markupsafe import Markup, escape
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

Locale = Literal["fr", "en"]
LOCALES: tuple[Locale, ...] = ("fr", "en")
PARIS = ZoneInfo("Europe/Paris")

_TRANSLATIONS = Path(__file__).parent.parent / "translations"
_BABEL = {"fr": "fr_FR", "en": "en_GB"}
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


class Message(NamedTuple):
    """A text still to be told in some language: a catalogue key and its arguments."""

    key: str
    args: dict[str, str | int] = {}  # noqa: RUF012 - a NamedTuple default, never mutated


class MissingTextError(LookupError):
    """A key or an argument that no catalogue can tell (raised only when strict)."""


@cache
def _bundle(locale: str) -> FluentBundle:
    bundle = FluentBundle([_BABEL[locale].replace("_", "-")], use_isolating=False)
    for path in sorted((_TRANSLATIONS / locale).glob("*.ftl")):
        bundle.add_resource(FluentResource(path.read_text(encoding="utf-8")))
    return bundle


def translate(locale: str, key: str, /, *, strict: bool = False, **args: str | int) -> str:
    """The text of `key` in `locale`, else in French, else the key itself.

    With `strict`, a missing key or argument raises MissingTextError instead.
    """
    for candidate in dict.fromkeys((locale, "fr")):
        bundle = _bundle(candidate)
        if bundle.has_message(key) and (pattern := bundle.get_message(key).value) is not None:
            text, errors = bundle.format_pattern(pattern, args)
            if strict and errors:
                raise MissingTextError(f"{locale}: {key}: {errors}")
            return str(text)
        if strict:
            raise MissingTextError(f"{candidate}: {key}")
    return key


def pick_locale(ui_locales: str | None, cookie: str | None, accept_language: str | None) -> Locale:
    """The language to speak; French unless something asks for English.

    The cookie first: only the person's own choice in the footer sets it. Then the site's
    `ui_locales` (OIDC Core §3.1.2.1: space-separated tags, best first), then the browser's list.
    """
    accepted = [tag for tag, quality in parse_accept_header(accept_language, LanguageAccept) if quality > 0]
    for wish in (cookie or "", *(ui_locales or "").split(), *accepted):
        for locale in LOCALES:
            if wish.lower().partition("-")[0] == locale:
                return locale
    return "fr"


def long_date(locale: str, moment: dt.date | dt.datetime) -> str:
    """A day with its month in letters, in Paris: "3 juin 2025", "1er juin 2025"."""
    if isinstance(moment, dt.datetime):
        moment = moment.astimezone(PARIS)
    first = locale == "fr" and moment.day == 1
    return format_date(moment, "d'er' MMMM y" if first else "d MMMM y", locale=_BABEL[locale])


def clock_time(locale: str, moment: dt.datetime) -> str:
    """An hour of the day in Paris: "14 h 05" (French), "14:05" (English)."""
    pattern = "H'\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}'mm" if locale == "fr" else "HH:mm"
    return format_time(moment.astimezone(PARIS), pattern, locale=_BABEL[locale])


def duration(locale: str, span: dt.timedelta | int) -> str:
    """A whole span in its largest exact unit, as one says it: "24 heures", "7 jours", "1 heure".

    `span` is a timedelta, or seconds. A single day is told in hours.
    """
    seconds = int(span.total_seconds()) if isinstance(span, dt.timedelta) else span
    for unit, size in _UNITS:
        if seconds % size == 0 and seconds >= size * (2 if unit == "day" else 1):
            return format_unit(seconds // size, unit, "long", locale=_BABEL[locale])
    return format_unit(seconds, "second", "long", locale=_BABEL[locale])


def words(locale: str, *, strict: bool = False) -> dict[str, Any]:
    """What a template needs to speak one language: `t`, `rich`, `locale` and the date helpers.

    Messages are rendered with this; pages get the same names from `install`.
    """

    def t(text: str | Message, /, **args: str | int) -> str:
        key, given = text if isinstance(text, Message) else (text, {})
        return translate(locale, key, strict=strict, **{**given, **args})

    def rich(key: str, /, **args: str | int) -> Markup:
        # The catalogue is ours and may hold <strong>; only the arguments come from outside.
        return Markup(t(key, **{name: str(escape(value)) for name, value in args.items()}))  # noqa: S704

    return {
        "t": t,
        "rich": rich,
        "locale": locale,
        "long_date": lambda moment: long_date(locale, moment),
        "clock_time": lambda moment: clock_time(locale, moment),
        "duration": lambda span: duration(locale, span),
    }


def install(app: Flask) -> None:
    """Give every template the words of `g.locale`, and `language_url(locale)` for the switch.

    They are globals, so that imported macros have them too. The catalogues are read now, once.
    """
    for locale in LOCALES:
        _bundle(locale)

    def spoken(name: str) -> Callable[..., Any]:
        def speak(*args: Any, **kwargs: Any) -> Any:
            return _page_words()[name](*args, **kwargs)

        return speak

    app.jinja_env.globals.update(
        {name: spoken(name) for name in ("t", "rich", "long_date", "clock_time", "duration")},
        language_url=_language_url,
    )
    app.context_processor(lambda: {"locale": g.get("locale", "fr")})


@cache
def _cached_words(locale: str, strict: bool) -> dict[str, Any]:
    return words(locale, strict=strict)


def _page_words() -> dict[str, Any]:
    return _cached_words(g.get("locale", "fr"), current_app.testing)


def _language_url(locale: str) -> str:
    """This same page in another language; the query is kept, for it may hold the interaction."""
    query = {**request.args.to_dict(flat=False), "hl": [locale]}
    return "?" + urlencode(query, doseq=True)
