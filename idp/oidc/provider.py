"""The assembly of the provider: its endpoints at the edge, its pages in Flask, and what other rooms ask of it."""

from dataclasses import dataclass

from flask import Flask

from idp.core.runtime import Runtime
from idp.interaction.dispatcher import Dispatcher
from idp.interaction.sites import Site, Sites
from idp.oidc import (
    device,
    discovery,
    grants,
    introspection,
    par,
    registration,
    registration_management,
    replay,
    revocation,
    session_management,
    sso,
    userinfo,
    views,
)
from idp.oidc.client_metadata import Client
from idp.oidc.clients import Clients
from idp.oidc.form_post import form_target
from idp.oidc.keys import KeyStore
from idp.oidc.responses import Exit, with_parameters
from idp.web.edge import Edge


@dataclass(frozen=True, slots=True)
class Provider:
    """What the rest of the application may ask."""

    sites: Sites
    clients: Clients
    keys: KeyStore


def install(app: Flask, edge: Edge, runtime: Runtime, dispatcher: Dispatcher) -> Provider:
    """Put the provider together."""
    clients, keys = Clients(runtime), KeyStore(runtime)
    way_out = Exit(runtime.settings.issuer, keys)
    # RFC 9700 §2.1: never CORS here; a browser comes as a whole, or not at all.
    sso.register(edge, runtime, clients, keys, dispatcher, way_out)
    for endpoint in (
        par,
        grants,
        device,
        userinfo,
        introspection,
        revocation,
        registration,
        registration_management,
        session_management,
        discovery,
    ):
        endpoint.register(edge, runtime, clients, keys)
    replay.begin(runtime)
    views.install(app, clients, keys, dispatcher, way_out)
    return Provider(sites_of(clients, runtime.settings.issuer), clients, keys)


def sites_of(clients: Clients, issuer: str) -> Sites:
    """The clients as the pages of the other rooms see them."""

    def find(client_id: str) -> Site | None:
        client = clients.find(client_id)
        return _site(client, issuer) if client else None

    return Sites(find, lambda: [_site(client, issuer) for client in clients.all() if client.first_party])


def _site(client: Client, issuer: str) -> Site:
    # OpenID Connect Core §4: `iss` is required there.
    restart = with_parameters(client.initiate_login_uri, {"iss": issuer}) if client.initiate_login_uri else client.site
    uris = (*client.redirect_uris, *client.post_logout_redirect_uris)
    return Site(
        client.client_id,
        client.client_name,
        client.site,
        restart,
        client.nir_door,
        client.registration,
        client.requires_member,
        "espace_personnel" in client.scope,
        tuple(sorted({form_target(uri) for uri in uris})),
        *((None, None, None) if client.first_party else (client.logo_uri, client.policy_uri, client.tos_uri)),
    )
