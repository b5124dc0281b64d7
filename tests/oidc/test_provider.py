"""What the other rooms learn of a site."""

import rp
from flask import Flask

from idp.core.runtime import Runtime
from idp.oidc.clients import Clients
from idp.oidc.provider import sites_of


def test_a_site_has_a_name_a_home_and_a_way_to_start_again_that_names_us(runtime: Runtime) -> None:
    """OpenID Connect Core §4: `iss` comes with `initiate_login_uri`."""
    site = sites_of(Clients(runtime), rp.ISSUER).find("forum")
    assert site
    assert (site.name, site.home_url) == ("Forum MGEN", "https://forum.example")
    assert site.restart_url == "https://forum.example/connexion?iss=http%3A%2F%2Flocalhost%3A8000"


def test_without_an_initiate_login_uri_one_starts_again_at_home(runtime: Runtime) -> None:
    site = sites_of(Clients(runtime), rp.ISSUER).find("mobile")
    assert site
    assert site.restart_url == "https://mobile.example"


def test_forms_may_end_at_the_site_and_wherever_it_sends_on(runtime: Runtime) -> None:
    """The browser checks the whole chain of redirects; on loopback the port is the app's (RFC 8252 §7.3)."""
    sites = sites_of(Clients(runtime), rp.ISSUER)
    forum, mobile = sites.find("forum"), sites.find("mobile")
    assert forum
    assert mobile
    assert forum.targets == ("https:",)
    assert mobile.targets == ("http://127.0.0.1:*", "https:")


def test_an_unknown_site_is_none(runtime: Runtime) -> None:
    assert sites_of(Clients(runtime), rp.ISSUER).find("nobody") is None


def test_the_first_party_sites_are_listed(runtime: Runtime) -> None:
    names = {site.client_id for site in sites_of(Clients(runtime), rp.ISSUER).first_party()}
    assert {"member-area", "avantage", "forum"} <= names
    assert "partner" not in names


def test_scripts_of_other_origins_may_call_what_programs_call_and_never_authorize(app: Flask) -> None:
    """docs/rules.md §5 row 11, RFC 9700 §2.1."""
    origin = {"Origin": "https://elsewhere.example"}
    open_paths = {
        path
        for path in app.wsgi_app.paths  # type: ignore[attr-defined]
        if "Access-Control-Allow-Origin" in app.test_client().options(path, headers=origin).headers
    }
    assert open_paths == {
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/oidc/jwks",
        "/oidc/token",
        "/oidc/userinfo",
        "/oidc/revoke",
    }
