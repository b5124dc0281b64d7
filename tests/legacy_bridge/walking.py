"""Members of the old portal, and what they do on the pages of the change."""

import base64
import csv
import hashlib
import html
import re
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.core.batch_import import load
from idp.core.csv_file import CsvFile
from idp.core.runtime import Runtime
from idp.legacy_bridge.importing import MemberLoader

DOOR = "/login-adherent/"
CHANGED = "/login-adherent/deja-change/"
CHANGE = "/login-adherent/changement-identifiant/"
LINKING = CHANGE + "associer/"
LINKING_MESSAGE = LINKING + "message/"
ADDRESS, NO_ADDRESS, PASSWORD = CHANGE + "adresse/", CHANGE + "sans-adresse/", CHANGE + "mot-de-passe/"
WAITING, REVIEW, DONE = CHANGE + "attente/", CHANGE + "verification/", CHANGE + "fin/"
RESUME, EXTEND, STATE = CHANGE + "reprendre/", CHANGE + "prolonger/", WAITING + "etat/"
HELP = "/login-adherent/vous-avez-des-difficultes-pour-vous-connecter/"
TICKET, SESSION = "mgen_connect_ticket", "mgen_connect_session"
FRESH = "camille.nouvelle@boite.test"
NEW_PASSWORD = "trois chats dorment au soleil"
ANSWER = "la bicyclette verte"
RETURN = {
    "member-area": "https://espace.example/retour",
    "avantage": "https://avantage.example/retour",
    "partner": "https://partner.example/cb",
}

_COLUMNS = (
    "member_ref", "nir", "birth_date", "last_name", "first_name", "contact_email", "contact_email_checked_on",
    "postal_address_ok", "password_hash", "status",
)  # fmt: skip


@dataclass(frozen=True)
class Member:
    """A row of the old file, and the password it is for."""

    ref: str
    nir: str
    contact: str = ""
    password: str = "ancien-mdp-2009"
    status: str = "active"
    last_name: str = "Factice"
    first_name: str = "Camille"

    @property
    def birth_date(self) -> str:
        return f"19{self.nir[1:3]}-{self.nir[3:5]}-14"


CAMILLE = Member("M00001", "2560975120001", "camille.factice@domaine.test")
DOMINIQUE = Member("M00002", "1610175120002", "dominique@domaine.test", first_name="Dominique")
# The same contact address as Camille's.
SACHA = Member("M00003", "1580375120003", "Camille.Factice@Domaine.test", first_name="Sacha")
BLOCKED = Member("M00004", "2700575120004", "bloquee@domaine.test", status="blocked")
NEVER = Member("M00005", "2710575120005", "jamais@domaine.test", password="", status="never_activated")
NO_CONTACT = Member("M00006", "2720575120006", first_name="Lou")
EVERYBODY = (CAMILLE, DOMINIQUE, SACHA, BLOCKED, NEVER, NO_CONTACT)


def many(count: int, contact: str = "", *, first: int = 0) -> list[Member]:
    """Some more members, the `first` of them left out."""
    places = range(100 + first, 100 + first + count)
    return [replace(CAMILLE, ref=f"N{place:05}", nir=f"2601175120{place}", contact=contact) for place in places]


def import_members(folder: Path, members: tuple[Member, ...] | list[Member] = EVERYBODY) -> None:
    """Load them as `mgen-connect legacy import` does."""
    path = folder / f"members-{members[0].ref}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        writer.writerows(_row(member) for member in members)
    run, _ = load(MemberLoader(), CsvFile(path, MemberLoader.columns), jobs=1)
    assert run.counts.imported == len(members), run.counts


def _row(member: Member) -> list[str]:
    digest = "{SHA}" + base64.b64encode(hashlib.sha1(member.password.encode()).digest()).decode()
    checked = "2025-01-15" if member.contact else ""
    return [
        member.ref, member.nir, member.birth_date, member.last_name, member.first_name, member.contact, checked, "1",
        digest if member.password else "", member.status,
    ]  # fmt: skip


class Walk:
    """Somebody in front of a browser, perhaps on the way to a site."""

    def __init__(self, client: FlaskClient, site: str | None = None) -> None:
        self.client = client
        self.query = ""
        self.site = site
        if site:
            self.query = "?" + urlsplit(arrive(client, site)).query

    def get(self, path: str, **kwargs: object) -> TestResponse:
        """A page, by its path."""
        return self.client.get(path if "?" in path else path + self.query, **kwargs)

    def post(self, path: str, *, token: str | None = None, **fields: str) -> TestResponse:
        """A form of this browser, sent."""
        return self.client.post(
            path if "?" in path else path + self.query, data={"csrf_token": token or self.forgery_token(), **fields}
        )

    def forgery_token(self) -> str:
        """What a form of this browser carries."""
        return token_of(self.client.get(DOOR))

    def signs_in(self, member: Member, password: str | None = None) -> TestResponse:
        """Through the NIR door."""
        return self.post(DOOR, nir=member.nir, password=password or member.password)

    def gives(self, address: str, **fields: str) -> TestResponse:
        """Step 1."""
        return self.post(ADDRESS, email=address, **fields)

    def chooses(self, password: str = NEW_PASSWORD, **fields: str) -> TestResponse:
        """Step 2."""
        given = {
            "new_password": password, "confirm_password": password, "secret_question": "object",
            "secret_answer": ANSWER,
        }  # fmt: skip
        return self.post(PASSWORD, **(given | fields))

    def finishes(self) -> TestResponse:
        """Step 3: the form as the page has it."""
        page = self.get(REVIEW)
        return self.post(REVIEW, version=field_of(page, "version"))

    def reaches_review(self, member: Member, address: str | None = None) -> None:
        """Everything up to the last look, with the proposed address."""
        assert at(self.signs_in(member), ADDRESS)
        assert at(self.gives(address or member.contact), PASSWORD)
        assert at(self.chooses(), REVIEW)

    def waits(self, member: Member, address: str) -> None:
        """Everything up to the message."""
        assert at(self.signs_in(member), ADDRESS)
        assert at(self.gives(address), PASSWORD)
        assert at(self.chooses(), WAITING)

    def changes(self, member: Member) -> None:
        """The whole way, with the proposed address."""
        self.reaches_review(member)
        assert at(self.finishes(), DONE)

    def is_signed_in(self) -> bool:
        """Whether this browser has a session."""
        return "Votre connexion est ouverte" in self.client.get("/connexion/").text

    def reaches_site(self, location: str) -> bool:
        """Whether a link leads, through pages of ours, back to the site with a code."""
        while location.startswith("/"):
            response = self.client.get(location)
            if response.status_code != 303:
                return False
            location = response.location
        return location.startswith(RETURN[self.site or ""] + "?code=")


def arrive(client: FlaskClient, site: str, **parameters: str) -> str:
    """Come from a site; the page where one ends up."""
    query = {
        "client_id": site, "redirect_uri": RETURN[site], "response_type": "code", "scope": "openid", "state": "s",
        "nonce": "n", "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256",
    }  # fmt: skip
    return str(client.get(f"/oidc/authorize?{urlencode(query | parameters)}").location)


def at(response: TestResponse, path: str) -> bool:
    """Whether an answer leads to a page of ours."""
    assert response.status_code == 303, words_of(response)
    assert urlsplit(response.location).path == path, response.location
    return True


def account_of(runtime: Runtime, address: str) -> tuple[int | None, str | None] | None:
    """When the mailbox of an address was proved, and whose Espace its account holds."""
    return runtime.sql.one(
        "SELECT identifier.verified_at, membership.member_ref FROM identifier"
        " LEFT JOIN membership USING (account_id) WHERE canonical = :address AND status = 'active'",
        {"address": address},
    )


def token_of(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def field_of(page: TestResponse, name: str) -> str:
    """The value of a field of a page."""
    found = re.search(rf'<input[^>]* name="{name}"[^>]*>', page.text)
    assert found, words_of(page)
    value = re.search(r' value="([^"]*)"', found[0])
    return html.unescape(value[1]) if value else ""


def words_of(page: TestResponse) -> str:
    """The text of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def link_to(page: TestResponse, label: str) -> str:
    """Where a link of a page leads."""
    for target, text in re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', page.text, re.DOTALL):
        if " ".join(html.unescape(text).split()) == label:
            return html.unescape(target)
    raise AssertionError(f"no link {label!r}: {words_of(page)}")


def link_of(message: EmailMessage, after: str = "") -> str:
    """The path of the (first) link of a message."""
    found = re.search(rf"https?://\S+/(?:changement-identifiant|confirmer)/\S+/{after}$", plain(message), re.MULTILINE)
    assert found, plain(message)
    return urlsplit(found[0]).path


def code_of(message: EmailMessage) -> str:
    found = re.search(r"^[2-9A-Z]{8}$", plain(message), re.MULTILINE)
    assert found, plain(message)
    return found[0]


def plain(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body
    return str(body.get_content())
