"""What the suite is told of a plan: where the provider is, which clients it plays, how its own browser goes."""

from typing import Any

from conformance.deployment import ADDRESS, Deployment

Json = dict[str, Any]
ALIAS = "mgen-connect"
SIGN_IN, CONSENT = "/connexion/", "/oidc/consentement/"
AUTHORIZE, LOGOUT = "/oidc/authorize", "/oidc/logout"
# Words of our pages, as regular expressions on the whole page; and the modules that end on one of them.
REFUSED = "Connexion impossible depuis ce site"
SIGNED_OUT = "votre connexion est fermée"
SIGN_IN_AGAIN = "Mot de passe"
_REFUSED_REQUEST = (
    "oidcc-ensure-registered-redirect-uri",
    "oidcc-ensure-redirect-uri-in-authorization-request",
    "oidcc-redirect-uri-query-added",
    "oidcc-redirect-uri-query-mismatch",
    "oidcc-response-type-missing",
    "oidcc-ensure-request-object-with-redirect-uri",
    "fapi2-security-profile-final-ensure-registered-redirect-uri",
    "fapi2-security-profile-final-ensure-redirect-uri-in-authorization-request",
    "fapi2-security-profile-final-ensure-request-object-without-redirect-uri-fails",
    "fapi2-security-profile-final-ensure-unsigned-authorization-request-without-using-par-fails",
    "fapi2-security-profile-final-par-attempt-to-use-expired-request_uri",
    "fapi2-security-profile-final-par-attempt-to-use-request_uri-for-different-client",
)
_SHOWN_AT_SIGN_IN = ("oidcc-registration-logo-uri", "oidcc-registration-policy-uri", "oidcc-registration-tos-uri")
_SIGNED_IN_AGAIN = ("oidcc-prompt-login", "oidcc-max-age-1")
_LOGOUT = "oidcc-rp-initiated-logout-"
_REFUSED_LOGOUT = (
    "bad-post-logout-redirect-uri",
    "query-added-to-post-logout-redirect-uri",
    "modified-id-token-hint",
    "bad-id-token-hint",
    # Whose address it is cannot be known.
    "no-id-token-hint",
)
_SIGNED_OUT_HERE = ("no-params", "no-post-logout-redirect-uri", "only-state")
_FAPI = "fapi2-security-profile-final-"
# The clients of a plan, by the start of its name; `client` and `client2` otherwise.
_CLIENTS_FOR = {"oidcc-backchannel": "oidf-backchannel", "oidcc-frontchannel": "oidf-frontchannel"}


def asks_to_agree(module: str) -> bool:
    """Whether a module needs the question that is asked once only."""
    return module == _FAPI + "user-rejects-authentication"


def picture_of(module: str) -> str:
    """What the page must show of which a module wants a picture."""
    name = module.removeprefix(_LOGOUT)
    if name in _SIGNED_OUT_HERE:
        return SIGNED_OUT
    if module in _SIGNED_IN_AGAIN + _SHOWN_AT_SIGN_IN:
        return SIGN_IN_AGAIN
    return REFUSED


def ends_at_picture(module: str) -> bool:
    """Whether nobody goes on after the picture."""
    return module in _SHOWN_AT_SIGN_IN


def make(deployment: Deployment, plan: str, variant: dict[str, str]) -> Json:
    """The configuration of a plan."""
    ways = _Ways(deployment)
    made: Json = {
        "description": f"MGEN Connect, {plan}",
        "server": {
            "discoveryUrl": f"{deployment.issuer}/.well-known/openid-configuration",
            "login_hint": ADDRESS,
            "acr_values": "urn:mgen:acr:password",
        },
        "browser": [ways.whole(), ways.logout(), *([ways.session_frame()] if "session-management" in plan else [])],
        "override": ways.exceptions(),
        "options": {"browsercontrol_css_enable": False},
    }
    if plan.startswith("fapi"):
        return {**made, "alias": ALIAS, **_fapi_clients(deployment, plan, variant), "override": ways.fapi_exceptions()}
    if variant.get("client_registration") == "dynamic_client" or plan.startswith(("oidcc-dynamic", "oidcc-3rdparty")):
        return {**made, "client": {"client_name": "Suite, un"}, "client2": {"client_name": "Suite, deux"}}
    first = next((name for start, name in _CLIENTS_FOR.items() if plan.startswith(start)), "oidf-one")
    names = {"client": first, "client2": "oidf-two", "client_secret_post": "oidf-post"}
    return {**made, "alias": ALIAS, **{role: deployment.clients.named(name) for role, name in names.items()}}


def _fapi_clients(deployment: Deployment, plan: str, variant: dict[str, str]) -> Json:
    profile = "ms" if "message-signing" in plan else "sp"
    method = "mtls" if variant.get("client_auth_type") == "mtls" else "pkjwt"
    binding = variant.get("sender_constrain", "dpop")
    made: Json = {"resource": {"resourceUrl": f"{deployment.issuer}/oidc/userinfo"}}
    for role, certificate, number in (("client", "mtls", "one"), ("client2", "mtls2", "two")):
        client_id = f"oidf-{profile}-{method}-{binding}-{number}"
        keys = {"keys": [deployment.clients.keys[number]]}
        made[role] = {"client_id": client_id, "scope": "openid email offline_access", "jwks": keys}
        if "mtls" in (method, binding):
            made[certificate] = deployment.clients.certificates[number]
    return made


class _Ways:
    """How the suite's browser goes through our pages."""

    def __init__(self, deployment: Deployment) -> None:
        self._issuer = deployment.issuer
        self._callback = f"{deployment.suite_url}/test/*/callback*"
        self._after_logout = f"{deployment.suite_url}/test/*/post_logout_redirect*"
        self._session_page = f"{deployment.suite_url}/test/*session_verify"
        self._sign_in = [
            ["text", "name", "email", ADDRESS],
            ["text", "name", "password", deployment.password],
            ["click", "css", "main button.primary"],
        ]

    def _tasks(self, look: bool = False, button: str = "agree") -> list[Json]:
        picture = [["wait", "xpath", "//*", 10, SIGN_IN_AGAIN, "update-image-placeholder-optional"]] if look else []
        return [
            self._task("Sign in", self._at(SIGN_IN), picture + self._sign_in, optional=True),
            self._task("Consent", self._at(CONSENT), [["click", "css", f"button[name={button}]"]], optional=True),
            self._task("Sent back", self._callback, [["wait", "id", "submission_complete", 10]]),
        ]

    def whole(self, look: bool = False) -> Json:
        """Sign in, consent, and back to the suite."""
        return {"match": self._at(AUTHORIZE), "tasks": self._tasks(look)}

    def logout(self) -> Json:
        back = self._task("Back at the suite", self._after_logout, [["wait", "xpath", "//*", 10]])
        return {"match": self._at(LOGOUT), "tasks": [self._confirm(), back]}

    def session_frame(self) -> Json:
        """The suite's page that asks our frame, and moves on with its answer."""
        return {
            "match": self._session_page,
            "tasks": [self._task("Ask the frame", "*", [["wait", "contains", "session_result", 15]])],
        }

    def exceptions(self) -> Json:
        """The modules that end elsewhere."""
        again = [self.whole(look=True), self.logout()]
        shown = [{"match": self._at(AUTHORIZE), "tasks": [self._page(self._at(SIGN_IN), SIGN_IN_AGAIN)]}]
        refused = [self.whole(), {"match": self._at(LOGOUT), "tasks": [self._page("*", REFUSED)]}]
        here = [self.whole(), {"match": self._at(LOGOUT), "tasks": [self._confirm(), self._page("*", SIGNED_OUT)]}]
        found = dict.fromkeys(_SIGNED_IN_AGAIN, again)
        found |= dict.fromkeys(_SHOWN_AT_SIGN_IN, shown)
        found |= {name: [self._refused()] for name in _REFUSED_REQUEST}
        found |= {_LOGOUT + name: refused for name in _REFUSED_LOGOUT}
        found |= {_LOGOUT + name: here for name in _SIGNED_OUT_HERE}
        return {name: {"browser": browser} for name, browser in found.items()}

    def fapi_exceptions(self) -> Json:
        """The same for FAPI: a request_uri is used once, and a person may say no."""
        no = self._tasks(button="refuse")
        look = self._task("Leave the page", self._at(SIGN_IN), [])
        found = {name: [self._refused()] for name in _REFUSED_REQUEST}
        found[_FAPI + "user-rejects-authentication"] = [{"match": self._at(AUTHORIZE), "tasks": no}]
        once = {**self.whole(), "match-limit": 1}
        found[_FAPI + "par-attempt-reuse-request_uri"] = [once, self._refused()]
        seen = {"match": self._at(AUTHORIZE), "match-limit": 1, "tasks": [look]}
        reused = "par-ensure-reused-request-uri-prior-to-auth-completion-succeeds"
        found[_FAPI + reused] = [seen, self.whole()]
        return {name: {"browser": browser} for name, browser in found.items()}

    def _refused(self) -> Json:
        page = self._page(self._at(AUTHORIZE), REFUSED)
        tasks = [{**page, "optional": True}, *self._tasks()]
        tasks[-1]["optional"] = True
        return {"match": self._at(AUTHORIZE), "tasks": tasks}

    def _page(self, match: str, words: str) -> Json:
        return self._task("Look", match, [["wait", "xpath", "//*", 10, words, "update-image-placeholder"]])

    def _confirm(self) -> Json:
        return self._task("Confirm", self._at(LOGOUT), [["click", "css", "main button.primary", "optional"]], True)

    def _at(self, path: str) -> str:
        return f"{self._issuer}{path}*"

    @staticmethod
    def _task(name: str, match: str, commands: list[list[Any]], optional: bool = False) -> Json:
        return {"task": name, "match": match, "optional": optional, "commands": commands}
