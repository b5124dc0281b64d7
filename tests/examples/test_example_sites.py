"""The example sites: what they show, what they keep to themselves, and what they refuse."""

import base64
import hashlib
import time

import pytest
from site_browser import BASE_URL, answer, browser_for, sign_in, start

LOGOUT = {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}, "jti": "one"}
NOBODY = "http://127.0.0.1:9"


@pytest.mark.parametrize("key", ["member-area", "avantage", "forum"])
def test_home_offers_a_plain_link_to_sign_in_and_asks_nothing_of_the_provider(key):
    answer = browser_for(NOBODY, key).get("/")
    assert answer.status_code == 200
    assert 'href="/connexion"' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_the_authorization_request_carries_pkce_state_and_nonce(browser, provider):
    asked = start(browser, provider)
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{BASE_URL}/retour"
    assert asked["scope"] == "openid profile email"
    answer(browser, provider, asked["state"])
    verifier = next(sent["code_verifier"] for path, sent in provider.requests if path == "/token")
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    assert asked["code_challenge"] == digest.decode()


def test_the_member_area_alone_asks_for_the_espace_and_for_a_refresh_token(provider):
    scope = start(browser_for(provider.issuer, "member-area"), provider)["scope"]
    assert scope == "openid profile email espace_personnel offline_access"
    assert start(browser_for(provider.issuer, "forum"), provider)["scope"] == "openid profile email"


def test_signing_in_shows_what_the_site_knows_and_no_token(browser, provider):
    assert sign_in(browser, provider).location == "/mon-espace"
    page = browser.get("/mon-espace").text
    assert "marie@exemple.fr" in page
    assert "at-secret" not in page


def test_the_cookie_is_a_random_id_renewed_by_the_sign_in(browser, provider):
    asked = start(browser, provider)
    before = browser.get_cookie("avantage_session")
    sent = answer(browser, provider, asked["state"]).headers["Set-Cookie"]
    after = browser.get_cookie("avantage_session")
    assert before.value != after.value
    assert len(after.value) == 43
    assert "HttpOnly" in sent
    assert "SameSite=Lax" in sent
    browser.set_cookie("avantage_session", before.value)
    assert browser.get("/mon-espace").status_code == 403


def test_each_site_has_its_own_cookie(provider):
    for key in ("member-area", "forum"):
        site = browser_for(provider.issuer, key)
        start(site, provider)
        assert site.get_cookie(f"{key.replace('-', '_')}_session")


@pytest.mark.parametrize("state", ["", "unknown"])
def test_a_lost_state_gives_a_page_with_a_way_to_begin_again(browser, provider, state):
    start(browser, provider)
    lost = answer(browser, provider, state)
    assert lost.status_code == 400
    assert "Reprenons la connexion" in lost.text
    assert f'href="{BASE_URL}/connexion"' in lost.text


def test_coming_back_twice_leads_to_the_signed_in_page(browser, provider):
    asked = start(browser, provider)
    answer(browser, provider, asked["state"])
    assert answer(browser, provider, asked["state"]).location == "/mon-espace"


def test_two_tabs_may_sign_in_at_once(browser, provider):
    first, second = start(browser, provider), start(browser, provider)
    assert answer(browser, provider, second["state"]).status_code == 303
    provider.nonce = first["nonce"]
    assert answer(browser, provider, first["state"]).status_code == 303


@pytest.mark.parametrize(
    ("error", "title"),
    [
        ("access_denied", "Vous n’êtes pas connecté"),
        ("login_required", "Identifiez-vous pour continuer"),
        ("server_error", "La connexion est momentanément indisponible"),
        ("<script>", "La connexion n’a pas abouti"),
    ],
)
def test_an_error_of_the_provider_gives_a_kind_page(browser, provider, error, title):
    asked = start(browser, provider)
    page = answer(browser, provider, asked["state"], code="", error=error, error_description="<b>brut</b>")
    assert page.status_code == 400
    assert title in page.text
    assert "Recommencer" in page.text or "Réessayer" in page.text
    assert "brut" not in page.text
    assert "<script>" not in page.text


@pytest.mark.parametrize("iss", ["", "https://mechant.example"])
def test_an_answer_from_another_issuer_is_refused(browser, provider, iss):
    asked = start(browser, provider)
    assert answer(browser, provider, asked["state"], iss=iss).status_code == 400
    assert all(path != "/token" for path, _ in provider.requests)


@pytest.mark.parametrize(
    ("what", "lie"),
    [
        ("id_token", {"aud": "forum"}),
        ("id_token", {"aud": ["forum", "avantage"], "azp": "forum"}),
        ("id_token", {"iss": "https://mechant.example"}),
        ("id_token", {"nonce": "another"}),
        ("id_token", {"nonce": None}),
        ("id_token", {"sub": None}),
        ("id_token", {"exp": int(time.time()) - 3600}),
        ("userinfo", {"sub": "jean"}),
        ("token", {"id_token": "eyJhbGciOiJub25lIn0.e30."}),
        ("token", {"id_token": None}),
        ("token", {"id_token": "rubbish"}),
        ("token", {"error": "invalid_grant"}),
    ],
)
def test_an_answer_that_lies_signs_nobody_in(browser, provider, what, lie):
    provider.lies[what] = lie
    assert sign_in(browser, provider).status_code == 400
    assert browser.get("/mon-espace").status_code == 403


def test_the_site_says_so_when_the_provider_is_down():
    down = browser_for(NOBODY).get("/connexion")
    assert down.status_code == 503
    assert "momentanément indisponible" in down.text
    assert "Réessayer" in down.text


def test_the_metadata_of_another_issuer_is_not_believed_nor_kept(browser, provider):
    provider.lies["metadata"] = {"issuer": "https://mechant.example"}
    assert browser.get("/connexion").status_code == 503
    provider.lies["metadata"] = {}
    assert sign_in(browser, provider).status_code == 303


@pytest.mark.parametrize(
    ("target", "path"),
    [
        (f"{BASE_URL}/?page=2", "/?page=2"),
        ("/au-revoir", "/au-revoir"),
        ("https://mechant.example/", "/mon-espace"),
        (f"{BASE_URL}.mechant.example/", "/mon-espace"),
        (f"{BASE_URL}@mechant.example/", "/mon-espace"),
        ("//mechant.example/", "/mon-espace"),
        ("/\\mechant.example/", "/mon-espace"),
        ("/\t/mechant.example/", "/mon-espace"),
        ("javascript:alert(1)", "/mon-espace"),
    ],
)
def test_a_third_party_may_ask_for_a_page_of_this_site_only(browser, provider, target, path):
    asked = start(browser, provider, iss=provider.issuer, target_link_uri=target)
    assert answer(browser, provider, asked["state"]).location == path


def test_a_third_party_may_not_choose_the_provider(browser, provider):
    assert browser.get("/connexion?iss=https://mechant.example").status_code == 400
    assert not provider.requests


def test_the_login_hint_of_a_third_party_is_passed_on(browser, provider):
    assert start(browser, provider, login_hint="marie@exemple.fr")["login_hint"] == "marie@exemple.fr"


def test_sign_out_ends_here_and_then_at_the_provider(browser, provider):
    provider.lies["token"] = {"refresh_token": "rt-secret"}
    sign_in(browser, provider)
    leaving = browser.post("/deconnexion", headers={"Origin": BASE_URL}).location
    assert leaving.startswith(f"{provider.issuer}/logout?id_token_hint=")
    assert "post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A8002%2Fau-revoir" in leaving
    assert ("/revoke", {"token": "rt-secret"}) in provider.requests
    assert browser.get("/mon-espace").status_code == 403
    state = leaving.split("state=")[1].split("&")[0]
    assert "session MGEN Connect est terminée" in browser.get(f"/au-revoir?state={state}").text
    assert "session MGEN Connect est terminée" not in browser.get("/au-revoir?state=forged").text


def test_another_origin_cannot_sign_out(browser, provider):
    sign_in(browser, provider)
    assert browser.post("/deconnexion", headers={"Origin": "http://localhost:8003"}).status_code == 403
    assert browser.get("/deconnexion").status_code == 405
    assert browser.get("/mon-espace").status_code == 200


def test_sign_out_works_while_the_provider_is_down():
    assert browser_for(NOBODY).post("/deconnexion").location == f"{BASE_URL}/au-revoir"


@pytest.mark.parametrize("whose", [{"sid": "s1"}, {"sub": "marie"}])
def test_a_logout_token_ends_the_session(browser, provider, whose):
    sign_in(browser, provider)
    token = provider.sign(LOGOUT | whose, "logout+jwt")
    assert browser.post("/oidc/backchannel-logout", data={"logout_token": token}).status_code == 200
    assert browser.get("/mon-espace").status_code == 403


@pytest.mark.parametrize(
    "lie",
    [
        {"sid": None},
        {"events": {}},
        {"nonce": "n"},
        {"aud": "forum"},
        {"iss": "https://mechant.example"},
        {"exp": int(time.time()) - 3600},
        {"jti": None},
    ],
)
def test_a_logout_token_that_is_not_one_ends_nothing(browser, provider, lie):
    sign_in(browser, provider)
    token = provider.sign(LOGOUT | {"sid": "s1"} | lie, "logout+jwt")
    assert browser.post("/oidc/backchannel-logout", data={"logout_token": token}).status_code == 400
    assert browser.get("/mon-espace").status_code == 200


def test_an_expired_access_token_is_refreshed_and_the_page_is_up_to_date(browser, provider):
    provider.lies["token"] = {"refresh_token": "rt-one", "expires_in": 1}
    sign_in(browser, provider)
    provider.lies["userinfo"] = {"email": "nouvelle@exemple.fr"}
    provider.lies["token"] = {"refresh_token": "rt-two", "expires_in": 600}
    assert "nouvelle@exemple.fr" in browser.get("/mon-espace").text
    refreshes = [sent for path, sent in provider.requests if sent.get("grant_type") == "refresh_token"]
    assert [sent["refresh_token"] for sent in refreshes] == ["rt-one"]


def test_a_refresh_that_is_refused_ends_the_session(browser, provider):
    provider.lies["token"] = {"refresh_token": "rt-one", "expires_in": 1}
    sign_in(browser, provider)
    provider.lies["token"] = {"error": "invalid_grant"}
    assert "Votre session est terminée" in browser.get("/mon-espace").text
    assert "Connectez-vous pour voir cette page" in browser.get("/mon-espace").text


@pytest.mark.parametrize("path", ["/", "/mon-espace", "/au-revoir", "/nulle-part"])
def test_pages_keep_other_people_s_code_and_frames_out(browser, path):
    headers = browser.get(path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


def test_an_unknown_page_is_a_kind_404(browser):
    answer = browser.get("/nulle-part")
    assert answer.status_code == 404
    assert "Cette page n’existe pas" in answer.text
