"""UserInfo (OpenID Connect Core §5.3): what an access token lets a client know of a person, now."""

from idp.core.runtime import Runtime
from idp.oidc import claims, tokens
from idp.oidc.clients import Clients
from idp.oidc.keys import KeyStore
from idp.web.edge import Answer, Call, Edge, ProtocolError, json_answer

PATH = "/oidc/userinfo"
_FORM = "application/x-www-form-urlencoded"


def register(edge: Edge, runtime: Runtime, clients: Clients, keys: KeyStore) -> None:
    """Serve UserInfo."""
    edge.register(PATH, ("GET", "POST"), UserInfoEndpoint(runtime, clients, keys), cors=True)


class UserInfoEndpoint:
    """Answers with claims, or with the errors of RFC 6750 §3."""

    def __init__(self, runtime: Runtime, clients: Clients, keys: KeyStore) -> None:
        self._runtime = runtime
        self._clients = clients
        self._keys = keys

    def __call__(self, call: Call) -> Answer:
        text = find_token(call)
        if text is None:
            # RFC 6750 §3.1: without a token there is nothing to say of an error.
            return Answer(401, b"", [("WWW-Authenticate", _challenge()), ("Cache-Control", "no-store")])
        grant = tokens.read_access(self._runtime, self._keys, text)
        client = self._clients.find(grant.client_id) if grant else None
        if grant is None or client is None:
            raise _refusal("invalid_token", "the access token is unknown or has expired", 401)
        if "openid" not in grant.scope.split():
            raise _refusal("insufficient_scope", "the access token was not issued for openid", 403, 'scope="openid"')
        person = tokens.alive(self._runtime.sql, grant)
        if person is None:
            raise _refusal("invalid_token", "the access token has been revoked, or its sign-in is over", 401)
        told = claims.of_person(person, grant.scope, grant.userinfo.split())
        told["sub"] = claims.subject(self._runtime.keyring, client, grant.account_id)
        return json_answer(told)


def find_token(call: Call) -> str | None:
    """The access token of a call: in the header, or in a form (RFC 6750 §2.1, §2.2); never in the query.

    Raises `ProtocolError` where it comes in both.
    """
    scheme, _, value = call.header("AUTHORIZATION").partition(" ")
    in_header = value.strip() if scheme.lower() == "bearer" else None
    if call.method != "POST" or not call.environ.get("CONTENT_TYPE", "").lower().startswith(_FORM):
        return in_header
    in_form = call.form().get("access_token")
    if in_header is not None and in_form is not None:
        raise _refusal("invalid_request", "the access token comes in two ways at once", 400)
    return in_header if in_form is None else in_form


def _refusal(error: str, description: str, status: int, *more: str) -> ProtocolError:
    attributes = (f'error="{error}"', f'error_description="{description}"', *more)
    return ProtocolError(error, description, status=status, headers=(("WWW-Authenticate", _challenge(*attributes)),))


def _challenge(*attributes: str) -> str:
    return "Bearer " + ", ".join(('realm="MGEN Connect"', *attributes))
