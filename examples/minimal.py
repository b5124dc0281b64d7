"""The smallest relying party. See README.md for how to run it."""

import os
import secrets

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, session
from markupsafe import escape
from werkzeug import Response

app = Flask(__name__)
app.config.update(SECRET_KEY=secrets.token_bytes(32), SESSION_COOKIE_NAME="minimal_session")
provider = OAuth(app).register(
    "provider",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    server_metadata_url=os.environ["ISSUER"] + "/.well-known/openid-configuration",
    client_kwargs={"scope": "openid email", "code_challenge_method": "S256"},
)


@app.get("/")
def home() -> str:
    name = session.get("email")
    return f"Bonjour {escape(name)}" if name else '<a href="/connexion">Se connecter</a>'


@app.get("/connexion")
def sign_in() -> Response:
    started: Response = provider.authorize_redirect("http://localhost:8010/retour")
    return started


@app.get("/retour")
def come_back() -> Response:
    try:
        claims = provider.authorize_access_token()["userinfo"]
        session.update(sub=claims["sub"], email=provider.userinfo()["email"])
    except OAuthError:
        session.clear()
    return redirect("/")


app.run(port=8010)
