"""The authorization endpoint at the edge: who has a session is sent back with a code at once.

Where a person must act, or a page must be shown, Flask takes over the same request (views.py).
"""

from dataclasses import dataclass
from urllib.parse import urlencode

import structlog

from idp.core import clock
from idp.core.runtime import Runtime
from idp.interaction.dispatcher import Dispatcher, Standing
from idp.oidc import consents, issuing
from idp.oidc.authorize import check
from idp.oidc.claims import subject
from idp.oidc.client_metadata import Client
from idp.oidc.clients import Clients
from idp.oidc.inquiry import Inquiry
from idp.oidc.keys import KeyStore
from idp.oidc.requests import OUTCOME, AuthorizationRequest, Refused
from idp.oidc.responses import Exit
from idp.sessions import cookie
from idp.sessions.service import Session, find
from idp.web.bodies import MAX_BODY
from idp.web.calls import Answer, Call, ProtocolError, redirect
from idp.web.edge import Edge

PATH = "/oidc/authorize"
_log = structlog.get_logger()
# A request line that servers and browsers let pass.
_LONGEST_QUERY = 7000
_SILENT = "prompt=none, and a page would have to be shown (OpenID Connect Core section 3.1.2.6)"
# Values of `prompt` that the present sign-in does not answer.
_ANEW = frozenset({"login", "select_account", "create"})


def register(
    edge: Edge, runtime: Runtime, clients: Clients, keys: KeyStore, dispatcher: Dispatcher, way_out: Exit
) -> None:
    """Serve the authorization endpoint."""
    endpoint = AuthorizationEndpoint(runtime, clients, keys, dispatcher, way_out)
    edge.register(PATH, ("GET", "POST"), endpoint, page=True)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A good request that a person must do something for: what its interaction is made of."""

    request: AuthorizationRequest
    session: Session | None
    not_before: int
    account_id: bytes | None
    # What a person must agree to (consents.py), where they must at all.
    consent: consents.Asked | None
    requires_member: bool


class AuthorizationEndpoint:
    """`/oidc/authorize` by GET and POST (OpenID Connect Core §3.1.2.1)."""

    def __init__(
        self, runtime: Runtime, clients: Clients, keys: KeyStore, dispatcher: Dispatcher, way_out: Exit
    ) -> None:
        self._runtime = runtime
        self._clients = clients
        self._keys = keys
        self._dispatcher = dispatcher
        self._exit = way_out
        self._cookie = cookie.name(runtime.settings)

    def __call__(self, call: Call) -> Answer | None:
        try:
            parameters, twice = _parameters(call)
        except ProtocolError as error:
            _leave(call, Refused(error.error, error.description))
            return None
        handle = call.cookie(self._cookie)
        again = None if handle or call.method != "POST" or twice else _with_the_cookie(parameters)
        # What is good once must not be used up by the checks.
        if again and "request_uri" in parameters:
            return again
        inquiry = Inquiry(parameters, twice, self._runtime, self._clients, self._keys)
        try:
            check(inquiry)
        except Refused as refused:
            refused.client_id = inquiry.request.client_id
            # Under the reference that the page shows, and every answer carries (X-Request-Id).
            _log.info("request_refused", client_id=refused.client_id, error=refused.error, reason=refused.text)
            if inquiry.request.redirect_uri:
                return self._exit.error(inquiry.request, refused.error, refused.text)
            _leave(call, refused)
            return None
        return again or self._answer(call, inquiry, find(handle) if handle else None)

    def _answer(self, call: Call, inquiry: Inquiry, session: Session | None) -> Answer | None:
        request, client = inquiry.request, inquiry.client
        meant = session if session and is_meant(self._runtime, client, request, session) else None
        not_before = _not_before(request, session, meant)
        # Nobody is asked, and nothing is read, for MGEN's own sites.
        consent = None if client.first_party else consents.asked(client, request)
        standing = Standing(
            meant,
            not_before,
            acr_needed=request.acr_needed,
            # What is only wished for stops no answer that nobody may be asked for.
            acr_wished="" if "none" in request.prompt else request.acr_wished,
            consent=consent,
            requires_member=client.requires_member,
        )
        step = self._dispatcher.first_due(standing)
        if step is None and meant is not None:
            return self._succeed(client, meant, request)
        if "none" in request.prompt:
            # OpenID Connect Core §3.1.2.6: never a page; the first thing due is the error.
            return self._exit.error(request, step.error if step else "login_required", _SILENT)
        account_id = meant.account_id if meant and request.subject else None
        _leave(call, Accepted(request, session, not_before, account_id, consent, client.requires_member))
        return None

    def _succeed(self, client: Client, session: Session, request: AuthorizationRequest) -> Answer:
        try:
            issued = issuing.issue(self._runtime, self._keys, client, session, request)
        except Refused as refused:
            return self._exit.error(request, refused.error, refused.text)
        return self._exit.success(request, issued)


def is_meant(runtime: Runtime, client: Client, request: AuthorizationRequest, session: Session) -> bool:
    """Whether the account of `session` may answer: the one that the request names, or anyone where it names none."""
    return request.subject is None or request.subject == subject(runtime.keyring, client, session.account_id)


def _not_before(request: AuthorizationRequest, session: Session | None, meant: Session | None) -> int:
    now = clock.now()
    if session is not meant or _ANEW.intersection(request.prompt):
        # Later than the present sign-in, even one of this very second.
        return max(now, session.auth_time + 1) if session else now
    return 0 if request.max_age is None else now - request.max_age


def _parameters(call: Call) -> tuple[dict[str, str], set[str]]:
    if call.method == "POST":
        return call.form_and_duplicates()
    if len(call.environ.get("QUERY_STRING", "")) > MAX_BODY:
        raise ProtocolError("invalid_request", "the query is longer than 64 KiB")
    return call.query()


def _with_the_cookie(parameters: dict[str, str]) -> Answer | None:
    # A Lax cookie stays behind on another site's POST: the browser comes again with it (docs/rules.md §5).
    query = urlencode(parameters)
    return redirect(f"{PATH}?{query}") if len(query) <= _LONGEST_QUERY else None


def _leave(call: Call, outcome: Accepted | Refused) -> None:
    call.environ[OUTCOME] = outcome
