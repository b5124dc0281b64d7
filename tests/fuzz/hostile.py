"""Campaigns of hostile requests, by hypothesis."""

from json import dumps
from typing import Any

from fuzz import values
from fuzz.checks import check
from fuzz.target import Request, Target
from hypothesis import given, settings
from hypothesis import strategies as st

_FORM = "application/x-www-form-urlencoded"


def anything(target: Target, rules: settings) -> None:
    """Any request to any address."""
    _campaign(target, rules, values.requests(target))


def authorization(target: Target, rules: settings) -> None:
    """Authorization requests that are good but for a few parameters."""
    good = {
        "client_id": "forum",
        "redirect_uri": "https://forum.example/retour",
        "response_type": "code",
        "scope": "openid email",
        "state": "s",
    }

    def build(changes: list[tuple[str, str]], by_post: bool, known: bool) -> Request:
        sent = values.encoded([*{**good, **dict(changes)}.items()])
        if by_post:
            return Request("POST", "/oidc/authorize", "", sent.encode(), _FORM, {}, known)
        return Request("GET", "/oidc/authorize", sent, signed_in=known)

    _campaign(target, rules, st.builds(build, values.pairs(target), st.booleans(), st.booleans()))


def token(target: Target, rules: settings) -> None:
    """Requests of clients that authenticate, to the endpoints that ask them to."""
    paths = st.sampled_from(["/oidc/token", "/oidc/par", "/oidc/introspect", "/oidc/revoke", "/oidc/device"])

    def build(path: str, sent: list[tuple[str, str]], credentials: str, head: dict[str, str]) -> Request:
        body = values.encoded(sent).encode()
        return Request("POST", path, "", body, _FORM, {**head, "Authorization": credentials, "Content-Length": ""})

    proved = st.sampled_from(target.credentials)
    _campaign(target, rules, st.builds(build, paths, values.pairs(target), proved, values.headers(target)))


def registration(target: Target, rules: settings) -> None:
    """Registrations whose metadata is of any type."""
    from idp.oidc.registration_rules import NAMES

    metadata = st.dictionaries(st.sampled_from(sorted(NAMES)), values.json_values(), max_size=6)
    uris = st.sampled_from([["https://a.example/cb"], ["http://a.example/"], [1], "x", [], [values.CANARY]])

    def build(sent: dict[str, Any], redirect_uris: Any) -> Request:
        body = dumps({"redirect_uris": redirect_uris, **sent}).encode("utf-8", "surrogatepass")
        return Request("POST", "/oidc/register", "", body, "application/json")

    _campaign(target, rules, st.builds(build, metadata, uris))


def _campaign(target: Target, rules: settings, requests: st.SearchStrategy[Request]) -> None:
    @rules
    @given(request=requests)
    def each(request: Request) -> None:
        check(request, target.send(request))

    each()
