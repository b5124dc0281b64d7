"""A provider that can be told to lie: the answers that a relying party must refuse, and no real one gives."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug import Response as AnyResponse
from werkzeug.serving import make_server


class LyingProvider:
    """Signs anybody in as "marie" without a page. `lies` replaces claims, userinfo or parameters by name."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.issuer = ""
        self.be_honest()

    def be_honest(self) -> None:
        """Forget every lie and every request."""
        self.lies: dict[str, dict[str, Any]] = {"id_token": {}, "userinfo": {}, "token": {}, "metadata": {}}
        self.nonce = ""
        self.audience = "avantage"
        self.requests: list[tuple[str, dict[str, str]]] = []

    def sign(self, claims: dict[str, Any], typ: str = "JWT") -> str:
        """A token signed with the provider's key, good for five minutes unless `claims` says otherwise."""
        now = int(time.time())
        dates = {"iss": self.issuer, "aud": self.audience, "iat": now, "exp": now + 300}
        return jwt.encode({"alg": "RS256", "kid": "one", "typ": typ}, dates | claims, self.key)

    def app(self) -> Flask:
        """The endpoints."""
        app = Flask("lying_provider")

        @app.before_request
        def remember() -> None:
            self.requests.append((request.path, request.values.to_dict()))

        app.add_url_rule("/.well-known/openid-configuration", view_func=self._metadata)
        app.add_url_rule("/authorize", view_func=self._authorize)
        app.add_url_rule("/jwks", view_func=self._keys)
        app.add_url_rule("/token", view_func=self._token, methods=["POST"])
        app.add_url_rule("/userinfo", view_func=self._userinfo)
        app.add_url_rule("/revoke", view_func=lambda: Response(), methods=["POST"], endpoint="revoke")
        return app

    def _metadata(self) -> Response:
        names = {"authorize": "authorization_endpoint", "token": "token_endpoint", "jwks": "jwks_uri"}
        names |= {"userinfo": "userinfo_endpoint", "logout": "end_session_endpoint"}
        names |= {"revoke": "revocation_endpoint"}
        metadata = {name: f"{self.issuer}/{path}" for path, name in names.items()} | {
            "issuer": self.issuer,
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "authorization_response_iss_parameter_supported": True,
        }
        return jsonify(metadata | self.lies["metadata"])

    def _authorize(self) -> AnyResponse:
        self.nonce, self.audience = request.args["nonce"], request.args["client_id"]
        answer = urlencode({"code": "good", "state": request.args["state"], "iss": self.issuer})
        return redirect(f"{request.args['redirect_uri']}?{answer}")

    def _keys(self) -> Response:
        return jsonify({"keys": [self.key.as_dict(private=False)]})

    def _token(self) -> Response:
        claims = {"sub": "marie", "nonce": self.nonce, "sid": "s1"} | self.lies["id_token"]
        answer = {"access_token": "at-secret", "token_type": "Bearer", "expires_in": 600}
        return jsonify(answer | {"id_token": self.sign(claims)} | self.lies["token"])

    def _userinfo(self) -> Response:
        claims = {"sub": "marie", "email": "marie@exemple.fr", "email_verified": True}
        return jsonify(claims | self.lies["userinfo"])


@contextmanager
def running() -> Iterator[LyingProvider]:
    """Serve a lying provider on a free port of 127.0.0.1."""
    provider = LyingProvider()
    server = make_server("127.0.0.1", 0, provider.app(), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
