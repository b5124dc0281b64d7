"""What was pushed, until the browser comes with its reference (RFC 9126 §2.2, §4): good for seconds, and one answer."""

from idp.core.ids import new_id
from idp.core.runtime import Runtime
from idp.oidc.inquiry import Inquiry
from idp.oidc.requests import Refused

URN = "urn:ietf:params:oauth:request_uri:"
_HANDLE = "par"
_KEY, _SPENT = "par:", "par-spent:"


def keep(inquiry: Inquiry) -> str:
    """Keep an accepted request for `par_life` seconds; its `request_uri`."""
    handle = inquiry.runtime.keyring.handle(_HANDLE, new_id())
    value = {"parameters": inquiry.parameters, "signed": inquiry.signed}
    inquiry.runtime.ephemeral.put(_KEY + handle, value, inquiry.runtime.settings.par_life)
    return URN + handle


def take(inquiry: Inquiry) -> None:
    """Put the pushed request in the place of the parameters. Raises `Refused`.

    FAPI 2.0 §5.3.2.2, note 3: a page that is loaded again is no second use; what is issued is (`spend`).
    """
    handle = inquiry.parameters["request_uri"].removeprefix(URN)
    # A forged one costs no look-up.
    known = inquiry.runtime.keyring.read_handle(_HANDLE, handle) is not None
    value = inquiry.runtime.ephemeral.get(_KEY + handle) if known else None
    # RFC 9126 §4: bound to the client that pushed it.
    if value is None or value["parameters"]["client_id"] != inquiry.client.client_id:
        raise _refused()
    inquiry.request.pushed = handle
    inquiry.parameters, inquiry.signed, inquiry.pushed = value["parameters"], value["signed"], True


def spend(runtime: Runtime, handle: str) -> None:
    """Use the request up, as its answer is made. Raises `Refused` for all but the first, also when it has expired."""
    life = runtime.settings.interaction_life + runtime.settings.par_life
    if not runtime.ephemeral.put_if_absent(_SPENT + handle, {}, life):
        raise _refused()
    runtime.ephemeral.delete(_KEY + handle)


def _refused() -> Refused:
    return Refused(
        "invalid_request_uri", "request_uri is unknown, used or expired",
        parameter="request_uri", clause="RFC 9126 section 4",
    )  # fmt: skip
