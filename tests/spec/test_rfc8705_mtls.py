"""RFC 8705: clients that prove themselves by a certificate, and tokens bound to one."""

import base64
import hashlib
from pathlib import Path
from urllib.parse import quote

import pytest
from certificates import NAMES, Certificate
from joserfc.jwk import import_key
from parties import Party, key, proof
from protocol import Protocol, bearer

from idp.core.crypto import b64u
from idp.settings import SettingsError

HEADER = "X-Client-Cert"
PROXY = {"REMOTE_ADDR": "10.0.0.1"}
AUTHORITY = Certificate("CN=An authority", authority=True)
SUBJECT = "CN=client.example,OU=Clients,O=MGEN,C=FR"
VOUCHED = Certificate(SUBJECT, AUTHORITY, names=NAMES)
OWN = Certificate("CN=own")


@pytest.fixture
def settings(make_settings, tmp_path: Path):
    """A deployment behind a TLS front that hands certificates on."""
    (tmp_path / "client-ca.pem").write_text(AUTHORITY.pem)
    return make_settings(
        client_certificate_header=HEADER,
        client_certificate_authorities=tmp_path / "client-ca.pem",
        trusted_proxies=["10.0.0.0/8"],
    )


def shown(certificate: Certificate) -> dict[str, str]:
    """The header of nginx's `$ssl_client_escaped_cert`."""
    return {HEADER: quote(certificate.pem, safe="")}


def jwk(certificate: Certificate) -> dict:
    """Its key, as a client registers it."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    pem = certificate.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return dict(import_key(pem, "EC").as_dict(private=False))


def own(party: Party, headers: dict[str, str], environ=PROXY):
    """A token for the client itself."""
    return party.post(headers=headers, environ=environ, grant_type="client_credentials")


def vouched(op: Protocol, **names: str) -> Party:
    """A client of tls_client_auth."""
    return Party.register(op, token_endpoint_auth_method="tls_client_auth", **names)


def self_signed(op: Protocol, *certificates: Certificate, **metadata) -> Party:
    """A client of self_signed_tls_client_auth, registered with the keys of these certificates."""
    keys = {"keys": [jwk(one) for one in certificates]}
    return Party.register(op, token_endpoint_auth_method="self_signed_tls_client_auth", jwks=keys, **metadata)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tls_client_auth_subject_dn", SUBJECT),
        ("tls_client_auth_subject_dn", "CN=Client.Example,OU=clients,O=mgen,C=fr"),
        ("tls_client_auth_san_dns", "client.example"),
        ("tls_client_auth_san_dns", "CLIENT.example"),
        ("tls_client_auth_san_uri", "https://client.example/id"),
        ("tls_client_auth_san_ip", "192.0.2.7"),
        ("tls_client_auth_san_ip", "2001:DB8:0::7"),
        ("tls_client_auth_san_email", "client@example.org"),
    ],
)
def test_a_certificate_of_an_authority_names_the_client(op: Protocol, name: str, value: str) -> None:
    """§2.1.2: each of the five names."""
    party = vouched(op, **{name: value})
    assert own(party, shown(VOUCHED)).status_code == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tls_client_auth_subject_dn", "CN=client.example,OU=Clients,O=MGEN"),
        ("tls_client_auth_subject_dn", "C=FR,O=MGEN,OU=Clients,CN=client.example"),
        ("tls_client_auth_subject_dn", "not a name"),
        ("tls_client_auth_san_dns", "example"),
        ("tls_client_auth_san_uri", "https://client.example/ID"),
        ("tls_client_auth_san_ip", "192.0.2.8"),
        ("tls_client_auth_san_ip", "no address"),
        ("tls_client_auth_san_email", "other@example.org"),
    ],
)
def test_another_name_is_another_client(op: Protocol, name: str, value: str) -> None:
    """§2.1."""
    answer = own(vouched(op, **{name: value}), shown(VOUCHED))
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "certificate",
    [
        Certificate(SUBJECT, names=NAMES),
        Certificate(SUBJECT, Certificate("CN=An authority", authority=True), names=NAMES),
        Certificate(SUBJECT, VOUCHED, names=NAMES),
        Certificate(SUBJECT, AUTHORITY, names=NAMES, days=-1),
    ],
    ids=["nobody vouches", "another authority by the same name", "a client vouches", "expired"],
)
def test_a_name_that_no_authority_of_ours_vouches_for_is_none(op: Protocol, certificate: Certificate) -> None:
    """§2.1: by a chain to an authority of `client_certificate_authorities`; the TLS front may let others through."""
    answer = own(vouched(op, tls_client_auth_subject_dn=SUBJECT), shown(certificate))
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")


def test_a_certificate_without_other_names_is_good_too(op: Protocol) -> None:
    """§2.1.2: the subject alone."""
    plain = Certificate("CN=plain", AUTHORITY)
    assert own(vouched(op, tls_client_auth_subject_dn="CN=plain"), shown(plain)).status_code == 200


def test_a_self_signed_certificate_is_known_by_its_key(op: Protocol) -> None:
    """§2.2.2: one of the keys of the registration; its name says nothing."""
    party = self_signed(op, Certificate("CN=former"), OWN)
    assert own(party, shown(OWN)).status_code == 200
    answer = own(party, shown(Certificate("CN=own")))
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "value",
    [
        quote(OWN.pem, safe=""),
        quote(OWN.pem),
        OWN.pem.replace("\n", "\t"),
        OWN.pem.replace("\n", " "),
        base64.b64encode(OWN.der).decode(),
        f":{base64.b64encode(OWN.der).decode()}:",
        quote(base64.b64encode(OWN.der).decode() + "," + base64.b64encode(AUTHORITY.der).decode(), safe=""),
        quote(OWN.pem + AUTHORITY.pem, safe=""),
    ],
    ids=["nginx escaped", "escaped in part", "tabs", "spaces", "base64", "RFC 9440", "Traefik", "a chain"],
)
def test_the_ways_in_which_fronts_write_it(op: Protocol, value: str) -> None:
    """§1: how it comes from the TLS front is not standardised; the first is the client's."""
    assert own(self_signed(op, OWN), {HEADER: value}).status_code == 200


@pytest.mark.parametrize(
    "value", ["", "x", "%", "-----BEGIN CERTIFICATE-----", "AAAA", "::", "é", "A" * 40_000, quote(OWN.pem)[:300]]
)
def test_what_is_no_certificate_proves_nothing(op: Protocol, value: str) -> None:
    """Never a 500."""
    for party in (self_signed(op, OWN), vouched(op, tls_client_auth_subject_dn=SUBJECT)):
        assert own(party, {HEADER: value}).status_code == 401


@pytest.mark.parametrize("peer", ["203.0.113.9", "", "local", "11.0.0.1"])
def test_only_the_front_is_believed(op: Protocol, peer: str) -> None:
    """A client could write the header itself, and X-Forwarded-For too."""
    headers = {**shown(OWN), "X-Forwarded-For": "10.0.0.1"}
    assert own(self_signed(op, OWN), headers, {"REMOTE_ADDR": peer}).status_code == 401


def test_without_a_certificate_nobody_is_known(op: Protocol) -> None:
    """§2: an id alone proves nothing."""
    for party in (self_signed(op, OWN), vouched(op, tls_client_auth_subject_dn=SUBJECT)):
        assert own(party, {}).json["error"] == "invalid_client"


def test_a_certificate_is_no_proof_for_a_client_of_another_method(op: Protocol) -> None:
    """RFC 6749 §2.3."""
    party = Party.register(op, token_endpoint_auth_method="private_key_jwt", jwks={"keys": [jwk(OWN)]})
    answer = op.http.post(
        "/oidc/token",
        data={"client_id": party.id, "grant_type": "client_credentials"},
        headers=shown(OWN),
        environ_base=PROXY,
    )
    assert answer.json["error"] == "invalid_client"


@pytest.mark.parametrize("path", ["/oidc/introspect", "/oidc/revoke"])
def test_every_endpoint_of_programs_takes_it(op: Protocol, path: str) -> None:
    """RFC 7009 §2, RFC 7662 §2.1."""
    party = self_signed(op, OWN)
    assert party.post(path, headers=shown(OWN), environ=PROXY, token="x").status_code == 200
    assert party.post(path, environ=PROXY, token="x").status_code == 401


def test_tokens_are_bound_to_the_certificate(op: Protocol) -> None:
    """§3, §3.1: at UserInfo over the same certificate only; it stays a bearer token by its type."""
    party = self_signed(op, OWN, tls_client_certificate_bound_access_tokens=True)
    answer = party.redeem(party.code(op.sign_in()), shown(OWN), PROXY).json
    token = answer["access_token"]
    assert answer["token_type"] == "Bearer"
    told = op.http.get("/oidc/userinfo", headers={**bearer(token), **shown(OWN)}, environ_base=PROXY)
    assert told.status_code == 200
    for headers, environ in (({}, PROXY), (shown(VOUCHED), PROXY), (shown(OWN), {"REMOTE_ADDR": "203.0.113.9"})):
        refused = op.http.get("/oidc/userinfo", headers={**bearer(token), **headers}, environ_base=environ)
        assert (refused.status_code, refused.json["error"]) == (401, "invalid_token")
    seen = party.post("/oidc/introspect", headers=shown(OWN), environ=PROXY, token=token).json
    assert seen["cnf"] == {"x5t#S256": b64u(hashlib.sha256(OWN.der).digest())}


def test_an_access_token_for_others_names_the_certificate(op: Protocol) -> None:
    """§3.1: `cnf` in a JWT."""
    party = self_signed(op, OWN, tls_client_certificate_bound_access_tokens=True, access_token_format="jwt")
    told = op.read_jwt(own(party, shown(OWN)).json["access_token"], "at+jwt")
    assert told["cnf"] == {"x5t#S256": b64u(hashlib.sha256(OWN.der).digest())}


def test_another_method_can_bind_too(op: Protocol) -> None:
    """§4: a client that signs, or a public one, over a certificate that nobody knows."""
    for method in ("private_key_jwt", "client_secret_basic", "none"):
        party = Party.register(op, token_endpoint_auth_method=method, tls_client_certificate_bound_access_tokens=True)
        code = party.code(op.sign_in(f"{method}@exemple.fr"))
        missing = party.redeem(code, {}, PROXY)
        assert (missing.status_code, missing.json["error"]) == (400, "invalid_request")
        token = party.redeem(code, shown(OWN), PROXY).json["access_token"]
        assert op.userinfo(token).status_code == 401
        told = op.http.get("/oidc/userinfo", headers={**bearer(token), **shown(OWN)}, environ_base=PROXY)
        assert told.status_code == 200


def test_the_refresh_token_of_a_public_client_is_bound(op: Protocol) -> None:
    """§4: to the certificate that the first request came over."""
    party = Party.register(op, token_endpoint_auth_method="none", tls_client_certificate_bound_access_tokens=True)
    token = party.redeem(party.code(op.sign_in(), "openid offline_access"), shown(OWN), PROXY).json["refresh_token"]
    assert party.refresh(token, shown(VOUCHED), PROXY).json["error"] == "invalid_grant"
    assert party.refresh(token, shown(OWN), PROXY).status_code == 200


def test_a_client_that_binds_to_its_certificate_does_not_bind_to_a_key(op: Protocol) -> None:
    """§3.4: its registration says which."""
    party = self_signed(op, OWN, tls_client_certificate_bound_access_tokens=True)
    answer = own(party, {**shown(OWN), **proof(op, pair=key())})
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")


def test_a_certificate_that_changes_nothing_is_not_looked_at(op: Protocol) -> None:
    """Who does not use it does not pay for it: a plain client behind the same front."""
    party = Party.register(op)
    answer = own(party, {HEADER: "nonsense"})
    assert (answer.status_code, answer.json["token_type"]) == (200, "Bearer")


def test_keys_at_an_address_are_asked_for_again_when_the_certificate_is_new(
    op: Protocol, monkeypatch: pytest.MonkeyPatch, time_machine
) -> None:
    """§2.2.2: `jwks_uri`; once a minute at most."""
    import orjson

    from idp.oidc import outgoing

    published = [{"keys": [jwk(Certificate("CN=former"))]}]
    asked = []

    def get(_settings, uri: str, _accept: str) -> bytes:
        asked.append(uri)
        return orjson.dumps(published[-1])

    monkeypatch.setattr(outgoing, "get", get)
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    party = Party.register(
        op, token_endpoint_auth_method="self_signed_tls_client_auth", jwks=None, jwks_uri="https://party.example/jwks"
    )
    assert own(party, shown(OWN)).status_code == 401
    published.append({"keys": [jwk(OWN)]})
    assert own(party, shown(OWN)).status_code == 401
    time_machine.shift(60)
    assert own(party, shown(OWN)).status_code == 200
    assert len(asked) == 2


class TestOffered:
    """Discovery tells what this deployment can check."""

    @pytest.mark.parametrize(
        ("header", "authorities", "expected"),
        [("", None, set()), (HEADER, None, {"self_signed_tls_client_auth"}), ("", "ca.pem", set())],
    )
    def test_what_cannot_be_checked_is_not_offered(self, make_settings, header, authorities, expected) -> None:
        """RFC 8414 §2."""
        from idp.oidc import client_auth

        offered = client_auth.offered(
            make_settings(client_certificate_header=header, client_certificate_authorities=authorities)
        )
        assert {name for name in offered if "tls" in name} == expected
        assert {"private_key_jwt", "client_secret_jwt", "none"} <= set(offered)


def test_in_production_the_header_has_one_spelling(make_settings) -> None:
    """`X_Client_Cert` reaches WSGI as `X-Client-Cert` does, and a front may look for one of them only."""
    production = {
        "environment": "production", "issuer": "https://connect.example", "mail_url": "smtp://127.0.0.1",
        "argon2_memory_kib": 19456, "argon2_time_cost": 2,
    }  # fmt: skip
    assert make_settings(**production, client_certificate_header="ClientCertificate")
    with pytest.raises(SettingsError, match="without a hyphen"):
        make_settings(**production, client_certificate_header="X-Client-Cert")
