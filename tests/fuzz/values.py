"""Values as nobody means them: wrong types, hostile texts, damaged tokens; and good ones, so that some get further."""

from typing import Any
from urllib.parse import quote, quote_plus

from fuzz.target import Request, Target
from hypothesis import strategies as st

# What an answer must never hold.
CANARY = "c4n4ry<\"'>"
HOSTILE = [
    CANARY, "", " ", "\0", "\r\nX-Injected: 1", "é", "😀", "\ud800", "../../etc/passwd", "' OR 1=1--", "{{7*7}}",
    "${7*7}", "<script>alert(1)</script>", "javascript:alert(1)", "//evil.example", "https://evil.example/", "%00",
    "%ff", "null", "true", "-1", "0", "1e400", "9" * 400, "A" * 5000, "{}", "[]", '{"a":', "[" * 2000, "none", "\u202e",
    "a\tb",
]  # fmt: skip
NAMES = [
    "client_id", "client_secret", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "prompt",
    "max_age", "claims", "acr_values", "id_token_hint", "login_hint", "ui_locales", "display", "code_challenge",
    "code_challenge_method", "request", "request_uri", "registration", "resource", "dpop_jkt", "grant_type", "code",
    "code_verifier", "refresh_token", "device_code", "token", "token_type_hint", "client_assertion",
    "client_assertion_type", "post_logout_redirect_uri", "logout_hint", "access_token", "authorization_details", "aud",
]  # fmt: skip
GOOD = {
    "client_id": ["forum", "avantage", "member-area", "partner", "native"],
    "redirect_uri": ["https://forum.example/retour", "https://avantage.example/retour", "http://127.0.0.1:1/retour"],
    "response_type": ["code", "id_token", "code token", "token id_token"],
    "response_mode": ["query", "fragment", "form_post", "jwt", "form_post.jwt"],
    "scope": ["openid", "openid email", "reports:read"],
    "prompt": ["none", "login", "consent", "create"],
    "code_challenge": ["x" * 43],
    "code_challenge_method": ["S256", "plain"],
    "grant_type": [
        "authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code",
    ],
    "client_assertion_type": ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"],
    "claims": ['{"userinfo":{"email":null}}', '{"id_token":{"acr":{"essential":true,"values":["x"]}}}'],
    "request_uri": ["urn:ietf:params:oauth:request_uri:x", "https://forum.example/request"],
    "post_logout_redirect_uri": ["https://forum.example/au-revoir"],
}  # fmt: skip
TYPES = ["application/x-www-form-urlencoded", "application/json", "text/plain", "multipart/form-data; boundary=x", ""]
METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"]
_WRONG = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(HOSTILE) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*NAMES, "keys", "kty"]), inner, max_size=4)
    ),
    max_leaves=12,
)


def json_values() -> st.SearchStrategy[Any]:
    """Any JSON, of any type."""
    return _WRONG


def value_of(name: str, target: Target) -> st.SearchStrategy[str]:
    """A value for a parameter: good, somebody else's, damaged, hostile, or anything."""
    good = st.sampled_from(GOOD.get(name, ["x"]))
    tokens = st.sampled_from(target.tokens)
    return st.one_of(good, good, tokens, tokens.flatmap(_damaged), st.sampled_from(HOSTILE), st.text(max_size=40))


def _damaged(text: str) -> st.SearchStrategy[str]:
    place = st.integers(0, len(text) - 1)
    return st.builds(lambda at, to: text[:at] + to + text[at + 1 :], place, st.sampled_from([*"A.-_=", "", "é"]))


def pairs(target: Target) -> st.SearchStrategy[list[tuple[str, str]]]:
    """Parameters, some of them twice."""
    name = st.sampled_from(NAMES)
    return st.lists(name.flatmap(lambda known: st.tuples(st.just(known), value_of(known, target))), max_size=9)


def encoded(parameters: list[tuple[str, str]]) -> str:
    """A form or a query."""
    return "&".join(f"{_plus(name)}={_plus(value)}" for name, value in parameters)


def _plus(text: str) -> str:
    return quote_plus(text, errors="surrogatepass")


def headers(target: Target) -> st.SearchStrategy[dict[str, str]]:
    """Headers that endpoints read."""
    schemes = st.sampled_from(["Bearer ", "DPoP ", "Basic ", "bearer", ""])
    tokens = st.sampled_from([*target.tokens, *(quote(text, errors="surrogatepass") for text in HOSTILE)])
    authorization = st.sampled_from(target.credentials) | st.builds(
        lambda scheme, token: scheme + token, schemes, tokens
    )
    # What a header cannot hold never arrives.
    plain = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)
    return st.fixed_dictionaries(
        {},
        optional={
            "Authorization": authorization,
            "DPoP": tokens | plain,
            "Accept": st.sampled_from(["application/json", "application/token-introspection+jwt", "*/*", ""]),
            "If-None-Match": plain,
            "X-Forwarded-For": plain,
            "X-Client-Cert": plain,
            "Content-Length": st.sampled_from(["", "-1", "x", "999999999"]),
        },
    )


def bodies(target: Target) -> st.SearchStrategy[tuple[bytes, str]]:
    """Bodies with a content type, right or wrong."""
    from json import dumps

    form = pairs(target).map(lambda each: (encoded(each).encode(), TYPES[0]))
    json = json_values().map(lambda each: (dumps(each).encode("utf-8", "surrogatepass"), TYPES[1]))
    raw = st.tuples(st.binary(max_size=200), st.sampled_from(TYPES))
    huge = st.just((b"a=" + b"b" * 70_000, TYPES[0]))
    return st.one_of(form, form, form, json, raw, huge)


def requests(target: Target) -> st.SearchStrategy[Request]:
    """Anything, to any address."""
    query = pairs(target).map(encoded) | st.sampled_from(["%", "%ff=%fe", "a=%00", "&&&", "=", "a" * 70_000, "\x80"])

    def build(
        method: str, path: str, asked: str, body: tuple[bytes, str], head: dict[str, str], known: bool
    ) -> Request:
        sent = body if method in ("POST", "PUT", "PATCH") else (b"", "")
        return Request(method, path, asked, sent[0], sent[1], head, known)

    method = st.sampled_from(["GET", "POST", "POST", *METHODS])
    path = st.sampled_from(target.paths)
    return st.builds(build, method, path, query, bodies(target), headers(target), st.booleans())
