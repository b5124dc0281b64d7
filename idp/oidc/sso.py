"""The authorization endpoint at the edge: who has a session is sent back with a code at once.

Where a person must act, or a page must be shown, Flask takes over the same request (views.py).
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from idp.core import clock
from idp.core.runtime import Runtime
from idp.interaction.dispatcher import Dispatcher, Standing
from idp.oidc import responses, tokens
from idp.oidc.authorize import Inquiry, check
from idp.oidc.claims import subject
from idp.oidc.client_metadata import Client
from idp.oidc.clients import Clients
from idp.oidc.keys import KeyStore
from idp.oidc.requests import OUTCOME, AuthorizationRequest, Refused
from idp.sessions import cookie
from idp.sessions.service import Session, find
from idp.web.edge import MAX_BODY, Answer, Call, Edge, ProtocolError, redirect

PATH = "/oidc/authorize"
# A request line that servers and browsers let pass.
_LONGEST_QUERY = 7000


def register(edge: Edge, runtime: Runtime, clients: Clients, keys: KeyStore, dispatcher: Dispatcher) -> None:
    """Serve the authorization endpoint."""
    edge.register(PATH, ("GET", "POST"), AuthorizationEndpoint(runtime, clients, keys, dispatcher), page=True)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A good request that a person must do something for: what its interaction is made of."""

    request: AuthorizationRequest
    session: Session | None
    not_before: int
    account_id: bytes | None
    requires_member: bool


class AuthorizationEndpoint:
    """`/oidc/authorize` by GET and POST (OpenID Connect Core §3.1.2.1)."""

    def __init__(self, runtime: Runtime, clients: Clients, keys: KeyStore, dispatcher: Dispatcher) -> None:
        self._runtime = runtime
        self._clients = clients
        self._keys = keys
        self._dispatcher = dispatcher
        self._issuer = runtime.settings.issuer
        self._cookie = cookie.name(runtime.settings)

    def __call__(self, call: Call) -> Answer | None:
        try:
            parameters, twice = _parameters(call)
        except ProtocolError as error:
            _leave(call, Refused(error.error, error.description))
            return None
        inquiry = Inquiry(parameters, twice, self._clients, self._keys, self._issuer)
        try:
            check(inquiry)
        except Refused as refused:
            if inquiry.request.redirect_uri:
                return responses.error(inquiry.request, self._issuer, refused.error, refused.description)
            refused.client_id = inquiry.request.client_id
            _leave(call, refused)
            return None
        handle = call.cookie(self._cookie)
        if call.method == "POST" and not handle:
            # A Lax cookie stays behind on another site's POST: the browser comes again with it (docs/rules.md §5).
            query = urlencode(parameters)
            if len(query) <= _LONGEST_QUERY:
                return redirect(f"{PATH}?{query}")
        return self._answer(call, inquiry, find(handle) if handle else None)

    def _answer(self, call: Call, inquiry: Inquiry, session: Session | None) -> Answer | None:
        request = inquiry.request
        meant = session if session and is_meant(self._runtime, inquiry.client, request, session) else None
        not_before = _not_before(request, session, meant)
        requires_member = inquiry.client.requires_member
        standing = Standing(meant, not_before, acr_values=request.acr_values, requires_member=requires_member)
        step = self._dispatcher.first_due(standing)
        if step is None and meant is not None:
            return responses.success(request, self._issuer, tokens.issue_code(self._runtime, meant, request))
        if "none" in request.prompt:
            # OpenID Connect Core §3.1.2.6: never a page; the first thing due is the error.
            return responses.error(request, self._issuer, step.error if step else "login_required")
        account_id = meant.account_id if meant and request.subject else None
        _leave(call, Accepted(request, session, not_before, account_id, requires_member))
        return None


def is_meant(runtime: Runtime, client: Client, request: AuthorizationRequest, session: Session) -> bool:
    """Whether the account of `session` may answer: the one that the request names, or anyone where it names none."""
    return request.subject is None or request.subject == subject(runtime.keyring, client, session.account_id)


def _not_before(request: AuthorizationRequest, session: Session | None, meant: Session | None) -> int:
    now = clock.now()
    if session is not meant or "login" in request.prompt or "select_account" in request.prompt:
        # Later than the present sign-in, even one of this very second.
        return max(now, session.auth_time + 1) if session else now
    return 0 if request.max_age is None else now - request.max_age


def _parameters(call: Call) -> tuple[dict[str, str], set[str]]:
    if call.method == "POST":
        return call.form_and_duplicates()
    if len(call.environ.get("QUERY_STRING", "")) > MAX_BODY:
        raise ProtocolError("invalid_request", "the query is longer than 64 KiB")
    return call.query()


def _leave(call: Call, outcome: Accepted | Refused) -> None:
    call.environ[OUTCOME] = outcome
