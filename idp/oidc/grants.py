"""The token endpoint (RFC 6749 §3.2): a code of a browser or a device, a refresh token, or what a client itself is."""

from contextlib import nullcontext
from typing import Any

import orjson

from idp.core import clock, metrics
from idp.core.crypto import equal
from idp.core.ids import new_id
from idp.core.runtime import Runtime
from idp.oidc import authorization_details, binding, claims, client_auth, device, dpop, id_token, pkce, refresh, tokens
from idp.oidc.client_metadata import Client
from idp.oidc.clients import Clients
from idp.oidc.keys import KeyStore
from idp.oidc.resource_indicators import InvalidTarget, narrowed
from idp.oidc.tokens import Details, Grant
from idp.web.calls import Answer, Call, ProtocolError, json_answer
from idp.web.edge import Edge

PATH = "/oidc/token"
TYPES = ("authorization_code", "refresh_token", "client_credentials", device.GRANT)
Form = dict[str, str]
# One statement spends the code; it also tells whether its account and session live, and whether the visit is a first.
_TAKE = (
    "UPDATE code SET spent_at = :now WHERE z = :z AND client_id = :client_id AND spent_at IS NULL"
    " RETURNING session_id, account_id, epoch, request, at,"
    " EXISTS (SELECT 1 FROM session JOIN account ON account.id = session.account_id WHERE session.id = code.session_id"
    " AND session.ended_at IS NULL AND account.state = 'active' AND account.epoch = code.epoch),"
    " EXISTS (SELECT 1 FROM participation WHERE participation.session_id = code.session_id"
    " AND participation.client_id = code.client_id)"
)


def register(edge: Edge, runtime: Runtime, clients: Clients, keys: KeyStore) -> None:
    """Serve the token endpoint."""
    edge.register(PATH, ("POST",), TokenEndpoint(runtime, clients, keys), cors=True)


class TokenEndpoint:
    """Authenticates the client, sees what its tokens are bound to, and answers by the grant type."""

    def __init__(self, runtime: Runtime, clients: Clients, keys: KeyStore) -> None:
        self._runtime = runtime
        self._clients = clients
        self._keys = keys
        self._grants = {
            "authorization_code": self._authorization_code,
            "refresh_token": self._refresh_token,
            "client_credentials": self._client_credentials,
            device.GRANT: self._device_code,
        }

    def __call__(self, call: Call) -> Answer:
        form = call.form()
        client = client_auth.authenticate(call, form, self._clients)
        grant_type = _required(form, "grant_type")
        handler = self._grants.get(grant_type)
        if handler is None:
            raise ProtocolError(
                "unsupported_grant_type", "grant_type is not one of grant_types_supported (RFC 6749 section 5.2)"
            )
        if grant_type not in client.grant_types:
            raise ProtocolError(
                "unauthorized_client", "the client is not registered for this grant_type (RFC 6749 section 5.2)"
            )
        authorization_details.refuse(form)
        # Before anything is spent: a client that must prove its key again has lost nothing.
        confirmation = binding.of_request(call, client)
        try:
            answer = handler(client, form, confirmation)
        except InvalidTarget as refused:
            raise ProtocolError("invalid_target", str(refused)) from None
        metrics.count(metrics.TOKENS, grant_type)
        if confirmation:
            answer.headers.extend(dpop.nonce_headers(call))
        return answer

    def _authorization_code(self, client: Client, form: Form, confirmation: str) -> Answer:
        """RFC 6749 §4.1.3. A code is spent by the first try of its client, good or bad."""
        code, keyring = _required(form, "code"), self._runtime.keyring
        z = keyring.read_handle(tokens.CODE, code)
        if z is not None:
            return self._redeem(client, z, form, confirmation, lasting=False)
        z = keyring.read_handle(tokens.LASTING_CODE, code)
        if z is None:
            raise _invalid_grant("code is not one of this provider (RFC 6749 section 5.2)")
        return self._redeem(client, z, form, confirmation, lasting=True)

    def _device_code(self, client: Client, form: Form, confirmation: str) -> Answer:
        """RFC 8628 §3.4: what a person has agreed to becomes a code, and goes the way of every code."""
        z = device.poll(self._runtime, client, _required(form, "device_code"))
        return self._redeem(client, z, form, confirmation, lasting=True)

    def _redeem(self, client: Client, z: bytes, form: Form, confirmation: str, *, lasting: bool) -> Answer:
        sql, now = self._runtime.sql, clock.now()
        refresh_token = None
        # What is kept, or given back, stands or falls with the code; to spend it alone is one statement.
        with sql.together() if lasting or "resource" in form else nullcontext():
            row = sql.one(_TAKE, {"z": z, "client_id": client.client_id, "now": now})
            if row:
                session_id, account_id, epoch, request, at, lives, known = row
                details = orjson.loads(request)
                refusal = self._why_not(client, details, form, now - at, lives) or _key_refusal(details, confirmation)
                grant = Grant(z, client.client_id, details["scope"], account_id, session_id, epoch)
                self._narrow(client, grant, details, form, confirmation)
                if not refusal:
                    self._remember_visit(grant, known=known)
                    refresh_token = self._keep(client, grant, details) if lasting else None
        if row is None:
            self._tell_reuse(client, z)
            raise _invalid_grant("code is unknown, or has been used (RFC 6749 section 4.1.2)")
        if refusal:
            raise _invalid_grant(refusal)
        return self._answer(client, grant, details, refresh_token)

    def _why_not(self, client: Client, details: Details, form: Form, age: int, lives: bool) -> str | None:
        if age >= min(self._runtime.settings.code_life, client.rules.code_life):
            return "the code has expired (RFC 6749 section 4.1.2)"
        if not lives:
            return "the sign-in behind the code is over (RFC 6749 section 5.2)"
        # OpenID Connect Core §3.1.3.2: it was in the request, so it must come again, the same.
        if form.get("redirect_uri") != details["redirect_uri"]:
            return "redirect_uri is not the one of the authorization request (RFC 6749 section 4.1.3)"
        return pkce.refusal(details.get("code_challenge"), form.get("code_verifier"))

    def _narrow(self, client: Client, grant: Grant, details: Details, form: Form, confirmation: str) -> None:
        """Who alone may use the tokens of `grant`, and where. Raises `InvalidTarget`: what was spent then is not."""
        grant.confirmation = confirmation
        if "resource" in form or "resource" in details:
            grant.resource = narrowed(form.get("resource"), details.get("resource", ""), client, self._runtime.settings)

    def _remember_visit(self, grant: Grant, *, known: bool) -> None:
        if not known:
            self._runtime.sql.run(
                "INSERT INTO participation (session_id, client_id, first_at) VALUES (:session_id, :client_id, :now)"
                " ON CONFLICT DO NOTHING",
                {"session_id": grant.session_id, "client_id": grant.client_id, "now": clock.now()},
            )

    def _keep(self, client: Client, grant: Grant, details: Details) -> str | None:
        """Write what outlives the code: the refresh token, if one is still due."""
        if not refresh.is_due(client, grant.scope):
            return None
        grant.offline = "offline_access" in grant.scope.split()
        return refresh.start(self._runtime, client, grant, details)

    def _tell_reuse(self, client: Client, z: bytes) -> None:
        """RFC 6749 §4.1.2: a second use revokes what the first one got."""
        row = self._runtime.sql.one(
            "SELECT account_id FROM code WHERE z = :z AND client_id = :client_id AND spent_at IS NOT NULL",
            {"z": z, "client_id": client.client_id},
        )
        if row:
            tokens.revoke(self._runtime, z, why="code reused", client_id=client.client_id, account_id=row[0])

    def _refresh_token(self, client: Client, form: Form, confirmation: str) -> Answer:
        """RFC 6749 §6."""
        text = _required(form, "refresh_token")
        # Where something may still refuse it, the rotation stands or falls with that.
        refusable = client.public or not {"scope", "resource"}.isdisjoint(form)
        with self._runtime.sql.together() if refusable else nullcontext():
            rotated = refresh.rotate(self._runtime, client, text)
            if rotated:
                # What cannot be answered raises, which leaves the refresh token as it was.
                grant, details, _ = rotated
                if "scope" in form:
                    grant.scope = _narrowed(form["scope"], frozenset(grant.scope.split()))
                if not equal(details.get("confirmation", confirmation), confirmation):
                    raise _invalid_grant("the refresh token is bound to another key (RFC 9449 section 5)")
                self._narrow(client, grant, details, form, confirmation)
        if rotated is None:
            refresh.reused(self._runtime, client, text)
            raise _invalid_grant("refresh_token is unknown, used, expired or revoked (RFC 6749 section 5.2)")
        return self._answer(client, *rotated)

    def _client_credentials(self, client: Client, form: Form, confirmation: str) -> Answer:
        """RFC 6749 §4.4: the client acts for itself, so scopes that speak of a person are not for it."""
        own = client.scope - claims.PERSONAL
        scope = _narrowed(form["scope"], own) if "scope" in form else " ".join(sorted(own))
        grant = Grant(new_id(), client.client_id, scope)
        self._narrow(client, grant, {}, form, confirmation)
        return self._answer(client, grant, {}, None)

    def _answer(self, client: Client, grant: Grant, details: Details, refresh_token: str | None) -> Answer:
        access_token = tokens.access_token(self._runtime, self._keys, client, grant, details)
        answer: dict[str, Any] = {
            "access_token": access_token,
            "token_type": binding.token_type(grant.confirmation),
            "expires_in": self._runtime.settings.token_life,
            "scope": grant.scope,
        }
        if refresh_token is not None:
            answer["refresh_token"] = refresh_token
        if "openid" in grant.scope.split():
            answer["id_token"] = id_token.make(self._runtime, self._keys, client, grant, details, access_token)
        return json_answer(answer)


def _key_refusal(details: Details, confirmation: str) -> str | None:
    # RFC 9449 §10: the authorization request said which key will come.
    if "dpop_jkt" not in details or equal(f"{binding.KEY}={details['dpop_jkt']}", confirmation):
        return None
    return "the DPoP proof is not by the key of dpop_jkt (RFC 9449 section 10)"


def _narrowed(asked: str, granted: frozenset[str]) -> str:
    wanted = dict.fromkeys(asked.split())
    if not granted.issuperset(wanted):
        raise ProtocolError("invalid_scope", "scope asks for more than is granted (RFC 6749 section 5.2)")
    return " ".join(wanted)


def _required(form: Form, name: str) -> str:
    if name not in form:
        raise ProtocolError("invalid_request", f"{name} is missing (RFC 6749 section 5.2)")
    return form[name]


def _invalid_grant(description: str) -> ProtocolError:
    return ProtocolError("invalid_grant", description)
