"""A client as FAPI 2.0 wants it: it registers itself, proves itself by its key, pushes its request, binds its tokens.

See README.md for how to run it. A real site keeps its key, and registers once.
"""

import hashlib
import os
import secrets
import time
from base64 import urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

ISSUER = os.environ["ISSUER"]
BACK = "http://localhost:8011/retour"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KEY = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256", "kid": "premier"})
Claims = dict[str, Any]


def digest(text: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def signed(header: Claims, claims: Claims) -> str:
    now = int(time.time())
    return jwt.encode({"alg": "ES256", **header}, {"iat": now, "jti": secrets.token_urlsafe(), **claims}, KEY)


def register(metadata: Claims) -> str:
    """Dynamic registration (RFC 7591): the id of a new client."""
    body = {
        "client_name": "Premier client FAPI",
        "redirect_uris": [BACK],
        "scope": "openid email",
        "token_endpoint_auth_method": "private_key_jwt",
        "dpop_bound_access_tokens": True,
        "id_token_signed_response_alg": "ES256",
        "jwks": KeySet([KEY]).as_dict(private=False),
    }
    token = {"Authorization": f"Bearer {os.environ['INITIAL_ACCESS_TOKEN']}"}
    told = read(requests.post(metadata["registration_endpoint"], json=body, headers=token, timeout=10))
    return str(told["client_id"])


def post(url: str, client_id: str, dpop_nonce: str = "", **form: str) -> Claims:
    """A form with an assertion (RFC 7523; `aud` is the issuer alone) and a DPoP proof (RFC 9449)."""
    who = {"iss": client_id, "sub": client_id, "aud": ISSUER, "exp": int(time.time()) + 60}
    proved = {"client_id": client_id, "client_assertion_type": ASSERTION, "client_assertion": signed({}, who)}
    answer = requests.post(url, {**form, **proved}, headers={"DPoP": proof("POST", url, nonce=dpop_nonce)}, timeout=10)
    if not dpop_nonce and "use_dpop_nonce" in answer.text:
        return post(url, client_id, answer.headers["DPoP-Nonce"], **form)
    return read(answer)


def proof(method: str, url: str, **claims: str) -> str:
    header = {"typ": "dpop+jwt", "jwk": KEY.as_dict(private=False)}
    return signed(header, {"htm": method, "htu": url, **{name: text for name, text in claims.items() if text}})


def read(answer: requests.Response) -> Claims:
    """The JSON of an answer; a refusal says why, and by which reference the provider's people find it."""
    if not answer.ok:
        raise SystemExit(f"{answer.status_code} {answer.text} (reference {answer.headers.get('X-Request-Id')})")
    told: Claims = answer.json()
    return told


def come_back() -> dict[str, str]:
    """What the browser brings to the redirect URI."""
    received: dict[str, str] = {}

    class Return(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            received.update(parse_qsl(urlsplit(self.path).query))
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b'<!doctype html><link rel="icon" href="data:,"><p>Vous pouvez fermer cette page.')

        def log_message(self, *_: Any) -> None:
            """The address has a code in it."""

    with HTTPServer(("localhost", 8011), Return) as server:
        while not {"code", "error"} & received.keys():
            server.handle_request()
    return received


def main() -> None:
    metadata = read(requests.get(f"{ISSUER}/.well-known/openid-configuration", timeout=10))
    client_id = register(metadata)
    verifier, state, nonce = (secrets.token_urlsafe(32) for _ in range(3))
    pushed = post(
        metadata["pushed_authorization_request_endpoint"], client_id,
        response_type="code", redirect_uri=BACK, scope="openid email", state=state, nonce=nonce,
        code_challenge=digest(verifier), code_challenge_method="S256",
    )  # fmt: skip
    query = urlencode({"client_id": client_id, "request_uri": pushed["request_uri"]})
    print(f"Open {metadata['authorization_endpoint']}?{query}", flush=True)
    received = come_back()
    if (received.get("state"), received.get("iss")) != (state, ISSUER) or "error" in received:
        raise SystemExit(f"refused: {received}")
    tokens = post(
        metadata["token_endpoint"], client_id,
        grant_type="authorization_code", code=received["code"], redirect_uri=BACK, code_verifier=verifier,
    )  # fmt: skip
    keys = KeySet.import_key_set(read(requests.get(metadata["jwks_uri"], timeout=10)))
    claims = jwt.decode(tokens["id_token"], keys, algorithms=["ES256"]).claims
    exact = {name: {"essential": True, "value": text} for name, text in
             (("iss", ISSUER), ("aud", client_id), ("nonce", nonce))}  # fmt: skip
    jwt.JWTClaimsRegistry(exp={"essential": True}, **exact).validate(claims)
    url, access = metadata["userinfo_endpoint"], tokens["access_token"]
    shown = {"Authorization": f"DPoP {access}", "DPoP": proof("GET", url, ath=digest(access))}
    told = read(requests.get(url, headers=shown, timeout=10))
    if told["sub"] != claims["sub"]:
        raise SystemExit("UserInfo speaks of somebody else (OpenID Connect Core section 5.3.2)")
    print(f"Signed in: {told['email']}", flush=True)


if __name__ == "__main__":
    main()
