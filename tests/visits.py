"""Sites of every registration before the whole provider: what they ask through a browser, and what comes back to them.

Keys, signatures and their checks are another library's than the provider's.
"""

import html
import json
import re
import time
import warnings
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

import rp
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jws
from joserfc.jwk import KeySet
from parties import ASSERTION_TYPE, SECRET, Key, key, public, sign
from protocol import CHALLENGE, VERIFIER, basic
from werkzeug.test import TestResponse

from idp.core import db
from idp.oidc import clients
from idp.oidc.client_metadata import Client, read

RETURN = "https://site.example/cb"
ALL_TYPES = ["code", "id_token", "id_token token", "code id_token", "code token", "code id_token token"]
PAR = "/oidc/par"


@dataclass
class Site:
    """A registered site."""

    app: Flask
    client: Client
    pair: Key
    algorithm: str = "ES256"

    @property
    def id(self) -> str:
        """Its client_id."""
        return self.client.client_id

    def parameters(self, **changes: str | None) -> dict[str, str]:
        """A good request of this site, changed; None leaves one out."""
        good = {
            "client_id": self.id,
            "redirect_uri": RETURN,
            "response_type": "code",
            "scope": "openid email",
            "state": "the state",
            "nonce": "a-nonce",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in {**good, **changes}.items() if value is not None}

    def ask(self, browser: FlaskClient, **changes: str | None) -> TestResponse:
        """Send a browser with the good request, changed."""
        return self.send(browser, self.parameters(**changes))

    def send(self, browser: FlaskClient, parameters: dict[str, str]) -> TestResponse:
        """Send a browser with these parameters, and no others."""
        return browser.get(rp.AUTHORIZE, query_string=urlencode(parameters))

    def request_object(self, *, header: dict[str, Any] | None = None, pair: Key | None = None, **changes: Any) -> str:
        """A good request object with these claims instead; None leaves one out."""
        now = int(time.time())
        claims = {"iss": self.id, "aud": rp.ISSUER, "exp": now + 300, "nbf": now, "iat": now, **self.parameters()}
        claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
        head = {"alg": self.algorithm, "typ": "oauth-authz-req+jwt", **(header or {})}
        return sign(claims, pair or self.pair, {name: value for name, value in head.items() if value is not None})

    def credentials(self) -> tuple[dict[str, str], dict[str, str]]:
        """What proves it at our endpoints: parameters of a form, and headers."""
        method = self.client.token_endpoint_auth_method
        if method == "private_key_jwt":
            now = int(time.time())
            claims = {"iss": self.id, "sub": self.id, "aud": rp.ISSUER, "exp": now + 60, "iat": now}
            assertion = sign({**claims, "jti": uuid4().hex}, self.pair, {"alg": self.algorithm})
            return {"client_id": self.id, "client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}, {}
        if method == "none":
            return {"client_id": self.id}, {}
        return {}, basic(self.id, SECRET)

    def post(self, path: str, headers: dict[str, str] | None = None, **form: str) -> TestResponse:
        """A form to an endpoint, with what proves the site, without a browser."""
        parameters, proof = self.credentials()
        return self.app.test_client().post(path, data={**parameters, **form}, headers={**proof, **(headers or {})})

    def push(self, headers: dict[str, str] | None = None, **changes: str | None) -> TestResponse:
        """Push the good request, changed (RFC 9126)."""
        return self.post(PAR, headers, **self.parameters(**changes))

    def redeem(self, code: str, headers: dict[str, str] | None = None, **form: str) -> TestResponse:
        """Change a code for tokens."""
        ours = {"grant_type": "authorization_code", "code": code, "redirect_uri": RETURN, "code_verifier": VERIFIER}
        return self.post("/oidc/token", headers, **{**ours, **form})

    def read_jwt(self, text: str) -> dict[str, Any]:
        """The claims of a JWS of the provider, checked by another library against the published keys."""
        keys = KeySet.import_key_set(self.app.test_client().get("/oidc/jwks").json)
        with warnings.catch_warnings():
            # The library warns of the name EdDSA, which is the registered one of today's clients.
            warnings.simplefilter("ignore")
            signed = jws.deserialize_compact(text, keys, algorithms=["RS256", "PS256", "ES256", "EdDSA"])
        claims: dict[str, Any] = json.loads(signed.payload)
        return claims


def register(
    app: Flask, *, algorithm: str = "ES256", with_keys: bool = False, name: str = "site", **metadata: Any
) -> Site:
    """A new site; MGEN's own unless the metadata says otherwise, so that nobody is asked to agree."""
    values: dict[str, Any] = {
        "client_id": name,
        "client_name": "Un site",
        "redirect_uris": [RETURN],
        "scope": "openid email",
        "first_party": True,
        **metadata,
    }
    pair = key(algorithm, name)
    if with_keys and "jwks_uri" not in values:
        values["jwks"] = {"keys": [public(pair)]}
    with app.app_context():
        if clients.has_secret(values):
            values = clients.with_secret(values, SECRET)
        client = read(values)
        with db.transaction():
            clients.save(client, declared=False)
        db.db.session.remove()
    # At once, not only in the next second.
    app.extensions["mgen_connect_oidc"].clients._watch._read_at = -1
    return Site(app, client, pair, algorithm)


def received(response: TestResponse) -> tuple[str, dict[str, str]]:
    """The channel of an answer, and the parameters that the site receives; fails where the browser goes elsewhere."""
    if response.status_code == 200:
        page = response.get_data(as_text=True)
        assert re.findall(r'<form method="post" action="([^"]*)">', page) == [RETURN]
        fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
        return "form_post", {html.unescape(name): html.unescape(value) for name, value in fields}
    assert response.status_code == 303, response.get_data(as_text=True)
    target = urlsplit(response.location)
    assert f"{target.scheme}://{target.netloc}{target.path}" == RETURN, response.location
    assert not (target.query and target.fragment)
    channel, text = ("fragment", target.fragment) if target.fragment else ("query", target.query)
    pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs)
    return channel, dict(pairs)


def error_of(response: TestResponse) -> str:
    """The error that the site receives."""
    return received(response)[1]["error"]
