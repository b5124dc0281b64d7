"""What the authorization endpoint issues for a request that is granted: a code, and, for some, tokens beside it."""

from idp.core import clock
from idp.core.ids import new_id
from idp.core.runtime import Runtime
from idp.oidc import id_token, pushed_requests, refresh, tokens
from idp.oidc.client_metadata import Client
from idp.oidc.keys import KeyStore
from idp.oidc.requests import AuthorizationRequest
from idp.oidc.response_types import CODE, ISSUED
from idp.oidc.session_management import session_state
from idp.oidc.tokens import Grant
from idp.sessions.service import Session


def issue(
    runtime: Runtime, keys: KeyStore, client: Client, session: Session, request: AuthorizationRequest
) -> dict[str, str]:
    """The parameters of the answer (RFC 6749 §4.1.2, OpenID Connect Core §3.2.2.5, §3.3.2.5).

    Raises `Refused` where another answer has used up the pushed request.
    """
    if request.pushed is not None:
        pushed_requests.spend(runtime, request.pushed)
    if request.response_type == CODE:
        issued = {"code": code(runtime, client, session, request)}
    else:
        issued = _through_the_browser(runtime, keys, client, session, request)
    if runtime.settings.session_management:
        issued |= session_state(runtime, client.client_id, request.redirect_uri, session)
    return issued


def code(runtime: Runtime, client: Client, session: Session, request: AuthorizationRequest) -> str:
    """An authorization code of `client` for `request` as accepted, good for `code_life` seconds."""
    return tokens.issue_code(runtime, session, request, _kind(client, request))


def _through_the_browser(
    runtime: Runtime, keys: KeyStore, client: Client, session: Session, request: AuthorizationRequest
) -> dict[str, str]:
    issued = ISSUED[request.response_type]
    # One `z` for all: revoking it, or using the code twice, ends them together.
    z, details = new_id(), tokens.details_of(session, request)
    grant = Grant(z, client.client_id, details["scope"], session.account_id, session.id, session.epoch)
    grant.resource = request.resource
    grant.expires_at = clock.now() + runtime.settings.token_life
    _remember_visit(runtime, session, client)
    answer: dict[str, str] = {}
    if "code" in issued:
        tokens.store_code(runtime, z, session.id, session.account_id, session.epoch, client.client_id, details)
        answer["code"] = runtime.keyring.handle(_kind(client, request), z)
    if "token" in issued:
        answer |= {
            "access_token": tokens.access_token(runtime, keys, client, grant, details),
            "token_type": "Bearer",
            "expires_in": str(runtime.settings.token_life),
            "scope": grant.scope,
        }
    if "id_token" in issued:
        answer["id_token"] = id_token.make(
            runtime, keys, client, grant, details,
            answer.get("access_token"), code=answer.get("code"), state=request.state,
        )  # fmt: skip
    return answer


def _kind(client: Client, request: AuthorizationRequest) -> str:
    return tokens.LASTING_CODE if refresh.is_due(client, " ".join(request.scope)) else tokens.CODE


def _remember_visit(runtime: Runtime, session: Session, client: Client) -> None:
    # The token endpoint does, for the others: it is where they are told who signed in.
    runtime.sql.run(
        "INSERT INTO participation (session_id, client_id, first_at) VALUES (:session_id, :client_id, :now)"
        " ON CONFLICT DO NOTHING",
        {"session_id": session.id, "client_id": client.client_id, "now": clock.now()},
    )
