"""The messages people read: a template and words in their language, made into an email and handed over.

Services write `outbox.put("mail", {"template", "to", "locale", "args"})`; the jobs process calls `deliver` with it.
The subject of a template is the text `mail-<template>-subject`. In `args`, a name that ends in `_at` is seconds since
the epoch, and templates get an aware datetime. A message to many has `unsubscribe` too, a URL that stops them.
"""

import smtplib
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from typing import Any
from urllib.parse import urlsplit

import idna
from flask import Flask, current_app

from idp.core import clock, mail, metrics
from idp.core.ephemeral import SqlEphemeral
from idp.core.outbox import Payload
from idp.core.runtime import current
from idp.settings import Settings
from idp.web.i18n import words

_FAILING = "relay:failing"
_LATELY = 900
# They say nothing of the relay.
_OF_ONE_MESSAGE = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)


def install(app: Flask) -> None:
    """Give the application the transport of its settings."""
    settings: Settings = app.extensions["mgen_connect"].settings
    app.extensions["mgen_connect_mail"] = mail.transport(settings.mail_url)


def deliver(payload: Payload) -> None:
    """The outbox handler `mail`: compose the message of `payload` and hand it over; what fails is tried again.

    A message to nobody is dropped: queued all the same, it tells nobody apart (docs/rules.md §3 row 17).
    """
    if payload["to"] is None:
        return
    transport: mail.Transport = current_app.extensions["mgen_connect_mail"]
    message = compose(payload)
    try:
        transport.send(message)
    except (OSError, smtplib.SMTPException) as error:
        metrics.count(metrics.MAIL, "failed")
        if not isinstance(error, _OF_ONE_MESSAGE):
            _outcomes().put(_FAILING, {}, _LATELY)
        raise
    metrics.count(metrics.MAIL, "sent")
    if relay_fails():
        _outcomes().delete(_FAILING)


def relay_fails() -> bool:
    """Whether the relay has refused or missed a delivery in the last quarter of an hour, and taken none since."""
    return _outcomes().get(_FAILING) is not None


def compose(payload: Payload) -> EmailMessage:
    """The message of `payload`: text and HTML, with the headers of docs/rules.md §2 and nothing that tracks."""
    settings = current().settings
    speech = words(payload["locale"], strict=current_app.testing)
    context = speech | _arguments(payload["args"])
    name = payload["template"]
    message = EmailMessage(policy=policy.SMTP)
    message["Subject"] = speech["t"](f"mail-{name.replace('_', '-')}-subject")
    message["From"] = _sender(settings.mail_from)
    message["To"] = recipient(payload["to"])
    message["Date"] = format_datetime(clock.as_datetime(clock.now()))
    message["Message-ID"] = make_msgid(domain=urlsplit(settings.issuer).hostname)
    message["Auto-Submitted"] = "auto-generated"
    if stop := payload.get("unsubscribe"):
        # RFC 8058: a message to many can be stopped by the mail program itself.
        message["List-Unsubscribe"] = f"<{stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(_render(f"{name}.txt", context), cte="quoted-printable")
    message.add_alternative(_render(f"{name}.html", context), subtype="html", cte="quoted-printable")
    return message


def recipient(address: str) -> Address:
    """The address for a relay: its domain as A-labels (RFC 5890). Raises `ValueError` where there can be none."""
    local, _, domain = address.rpartition("@")
    return Address(username=local, domain=domain if domain.isascii() else idna.encode(domain, uts46=True).decode())


def _outcomes() -> SqlEphemeral:
    # In the database with the outbox: one node delivers, and every node can tell.
    return SqlEphemeral(current().sql)


def _arguments(args: dict[str, Any]) -> dict[str, Any]:
    return {name: clock.as_datetime(value) if name.endswith("_at") else value for name, value in args.items()}


def _sender(mail_from: str) -> Address:
    name, address = parseaddr(mail_from)
    return Address(name, addr_spec=address)


def _render(template: str, context: dict[str, Any]) -> str:
    return current_app.jinja_env.get_template(f"mail/{template}").render(context).strip() + "\n"
