"""The device grant (RFC 8628): a device without a browser shows a code, a person agrees elsewhere, the device polls."""

from dataclasses import dataclass

import orjson

from idp.core import audit, clock, crypto
from idp.core.crypto import Keyring
from idp.core.ids import first_id, new_id
from idp.core.runtime import Runtime
from idp.oidc import authorization_details, client_auth, tokens
from idp.oidc.client_metadata import Client
from idp.oidc.clients import Clients
from idp.oidc.keys import KeyStore
from idp.oidc.resource_indicators import InvalidTarget, read
from idp.oidc.tokens import Details
from idp.sessions.service import Session
from idp.web.calls import Answer, Call, ProtocolError, json_answer
from idp.web.edge import Edge

PATH = "/oidc/device"
GRANT = "urn:ietf:params:oauth:grant-type:device_code"
# Where a person types the code: short, for it is copied by hand.
VERIFICATION = "/oidc/appareil/"
# Seconds between two polls, and what each that comes too soon adds (RFC 8628 §3.5).
INTERVAL = 5
_HANDLE = "device-code"
_LONGEST_TYPED = 64
_MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What a device waits for: a person's agreement to `scope`, for the API `resource` where it is not ourselves."""

    z: bytes
    client_id: str
    scope: str
    resource: str


def register(edge: Edge, runtime: Runtime, clients: Clients, keys: KeyStore) -> None:
    """Serve the device authorization endpoint."""
    edge.register(PATH, ("POST",), DeviceEndpoint(runtime, clients, keys))


class DeviceEndpoint:
    """Gives a device its two codes (RFC 8628 §3.1, §3.2)."""

    def __init__(self, runtime: Runtime, clients: Clients, _keys: KeyStore) -> None:
        self._runtime = runtime
        self._clients = clients

    def __call__(self, call: Call) -> Answer:
        form = call.form()
        client = client_auth.authenticate(call, form, self._clients)
        if GRANT not in client.grant_types:
            raise ProtocolError(
                "unauthorized_client",
                "the client is not registered for the grant_type of devices (RFC 8628 section 3.4)",
            )
        authorization_details.refuse(form)
        scope = " ".join(name for name in dict.fromkeys(form.get("scope", "").split()) if name in client.scope)
        if not scope:
            raise ProtocolError(
                "invalid_scope",
                "scope must hold openid, or another that this client may ask for (RFC 6749 section 3.3)",
            )
        try:
            resource = read(form.get("resource"), client, self._runtime.settings)
        except InvalidTarget as refused:
            raise ProtocolError("invalid_target", str(refused)) from None
        return self._answer(*begin(self._runtime, Asked(new_id(), client.client_id, scope, resource)))

    def _answer(self, device_code: str, user_code: str) -> Answer:
        address = self._runtime.settings.issuer + VERIFICATION
        return json_answer(
            {
                "device_code": device_code,
                "user_code": user_code,
                "verification_uri": address,
                "verification_uri_complete": f"{address}?user_code={user_code}",
                "expires_in": self._runtime.settings.device_life,
                "interval": INTERVAL,
            }
        )


def begin(runtime: Runtime, asked: Asked) -> tuple[str, str]:
    """Keep what a device asks for, `device_life` seconds; the code that it polls with, and the one that it shows."""
    now = clock.now()
    values = {
        "z": asked.z,
        "client_id": asked.client_id,
        "request": orjson.dumps({"scope": asked.scope, "resource": asked.resource}),
        "interval": INTERVAL,
        "now": now,
        "ends": now + runtime.settings.device_life,
    }
    for _ in range(_MOST_TRIES):
        typed = crypto.code()
        # The unique index decides whether another device shows the same code.
        kept = runtime.sql.run(
            "INSERT INTO device_code (z, user_code_digest, client_id, request, state, interval, created_at, expires_at)"
            " VALUES (:z, :digest, :client_id, :request, 'waiting', :interval, :now, :ends) ON CONFLICT DO NOTHING",
            {**values, "digest": _digest(runtime.keyring, typed)},
        )
        if kept:
            return runtime.keyring.handle(_HANDLE, asked.z), f"{typed[:4]}-{typed[4:]}"
    raise ProtocolError("temporarily_unavailable", "please try again", status=503)


def find(runtime: Runtime, typed: str) -> Asked | None:
    """What the device waits for that shows the code `typed`, in any spelling; None where none does, or no longer."""
    return _waiting(runtime, "user_code_digest", _digest(runtime.keyring, typed[:_LONGEST_TYPED]))


def find_again(runtime: Runtime, z: bytes) -> Asked | None:
    """The same by its id."""
    return _waiting(runtime, "z", z)


def approve(runtime: Runtime, asked: Asked, session: Session) -> bool:
    """Let the device act for the person of `session`; of two answers the first counts, the other gets False."""
    details: Details = {
        "scope": asked.scope,
        "redirect_uri": None,
        "auth_time": session.auth_time,
        "acr": session.acr,
        "amr": session.amr,
    }
    if asked.resource:
        details["resource"] = asked.resource
    answered = runtime.sql.run(
        "UPDATE device_code SET state = 'agreed', request = :request, session_id = :session_id,"
        " account_id = :account_id, epoch = :epoch WHERE z = :z AND state = 'waiting' AND expires_at > :now",
        {
            "request": orjson.dumps(details),
            "session_id": session.id,
            "account_id": session.account_id,
            "epoch": session.epoch,
            "z": asked.z,
            "now": clock.now(),
        },
    )
    if answered:
        audit.record("device agreed", account_id=session.account_id, client_id=asked.client_id)
    return answered == 1


def deny(runtime: Runtime, asked: Asked) -> bool:
    """Tell the device no; of two answers the first counts, the other gets False."""
    answered = runtime.sql.run(
        "UPDATE device_code SET state = 'refused' WHERE z = :z AND state = 'waiting' AND expires_at > :now",
        {"z": asked.z, "now": clock.now()},
    )
    return answered == 1


def poll(runtime: Runtime, client: Client, text: str) -> bytes:
    """The `z` of the code, just stored, that the agreement to a device code became (RFC 8628 §3.4, §3.5).

    Raises `ProtocolError` where there is no agreement: not one of ours, not yet, too soon, too late, or refused.
    """
    z, now = runtime.keyring.read_handle(_HANDLE, text), clock.now()
    if z is None:
        raise ProtocolError("invalid_grant", "device_code is not one of this provider (RFC 8628 section 3.5)")
    if z < first_id(now - runtime.settings.device_life):
        raise ProtocolError("expired_token", "device_code has expired (RFC 8628 section 3.5)")
    with runtime.sql.together():
        values = {"z": z, "client_id": client.client_id}
        # Of two polls at once one has it.
        agreed = runtime.sql.one(
            "UPDATE device_code SET state = 'spent' WHERE z = :z AND client_id = :client_id AND state = 'agreed'"
            " RETURNING session_id, account_id, epoch, request",
            values,
        )
        if agreed:
            session_id, account_id, epoch, request = agreed
            tokens.store_code(runtime, z, session_id, account_id, epoch, client.client_id, orjson.loads(request))
            return z
        row = runtime.sql.one("SELECT state FROM device_code WHERE z = :z AND client_id = :client_id", values)
        state = row[0] if row else "unknown"
        # Agreed to this very moment: the next poll has it.
        refusal = _REFUSALS[state] if state in _REFUSALS else _waits(runtime, z, now)
    raise ProtocolError(*refusal)


_REFUSALS = {
    "refused": ("access_denied", "the person has refused (RFC 8628 section 3.5)"),
    "spent": ("invalid_grant", "device_code has been used (RFC 8628 section 3.5)"),
    "unknown": ("invalid_grant", "device_code was issued to another client (RFC 8628 section 3.5)"),
}


def _waits(runtime: Runtime, z: bytes, now: int) -> tuple[str, str]:
    """Note a poll that found no answer, in the transaction of the caller; what it is told."""
    slower = runtime.sql.one(
        "UPDATE device_code SET interval = interval + :more WHERE z = :z AND polled_at > :now - interval"
        " RETURNING interval",
        {"more": INTERVAL, "z": z, "now": now},
    )
    runtime.sql.run("UPDATE device_code SET polled_at = :now WHERE z = :z", {"z": z, "now": now})
    if slower:
        return "slow_down", f"wait {slower[0]} seconds between two polls (RFC 8628 section 3.5)"
    return "authorization_pending", "the person has not answered yet (RFC 8628 section 3.5)"


def _waiting(runtime: Runtime, column: str, value: bytes) -> Asked | None:
    row = runtime.sql.one(
        "SELECT z, client_id, request FROM device_code"  # noqa: S608
        f" WHERE {column} = :value AND state = 'waiting' AND expires_at > :now",
        {"value": value, "now": clock.now()},
    )
    return Asked(row[0], row[1], **orjson.loads(row[2])) if row else None


def _digest(keyring: Keyring, typed: str) -> bytes:
    return keyring.digest("user-code", crypto.normalise_code(typed).encode("utf-8", "surrogatepass"))
