"""A person in front of a browser, in the words of what they do."""

import re

from browser.device import Device
from browser.old_members import Member
from browser.running_demo import Demo, Mail
from browser.watch import NARROW, Watch
from playwright.sync_api import Browser, Page, expect

NEW_PASSWORD = "une phrase facile à retenir"
ANSWER = "la maison bleue"
SECURITY = "/compte/securite/"
SITE_NAMES = {"member-area": "Espace personnel MGEN", "avantage": "MGEN Avantage", "forum": "Forum MGEN"}


class Person:
    """Somebody with a browser of their own; `tab` is the page in front of them."""

    def __init__(self, demo: Demo, chromium: Browser, watch: Watch, *, scripts: bool = True) -> None:
        self.demo = demo
        self.watch = watch
        self.context = chromium.new_context(viewport=NARROW, locale="fr-FR", java_script_enabled=scripts)
        self.context.set_default_timeout(20_000)
        watch.follow(self.context)
        self.tab: Page = self.context.new_page()
        self._scripts = scripts

    # What anybody does with a page.

    def goes_to(self, address: str) -> "Person":
        """Type an address, or follow a link of a message."""
        self.tab.goto(address)
        return self

    def opens_another_tab(self) -> Page:
        """A new tab in front; the one that was there."""
        before = self.tab
        self.tab = self.context.new_page()
        return before

    def sees(self, heading: str) -> "Person":
        """Be on the page with this title; every page met is checked."""
        expect(self.tab.get_by_role("heading", level=1, name=heading)).to_be_visible()
        return self._looks()

    def reads(self, text: str) -> "Person":
        """Find a text on the page."""
        expect(self.tab.get_by_text(text).first).to_be_visible()
        return self

    def types(self, **fields: str) -> "Person":
        """Fill fields in, by their names."""
        for name, value in fields.items():
            self.tab.locator(f"[name={name}]:visible").fill(value)
        return self

    def presses(self, label: str) -> "Person":
        """Press a button, or a link."""
        button = self.tab.get_by_role("button", name=label, exact=True)
        button.or_(self.tab.get_by_role("link", name=label, exact=True)).first.click()
        return self

    # What people do here.

    def opens_site(self, key: str) -> "Person":
        """Go to a site and ask to sign in there."""
        self.goes_to(self.demo.site(key))
        self._looks()
        self.tab.locator("main a[href='/connexion']").first.click()
        return self

    def signs_in_by_nir(self, member: Member) -> "Person":
        """From the entry page, through the other door, with number and old password."""
        self.presses("Utiliser mon numéro de sécurité sociale").sees("Changez d’identifiant")
        return self.types(nir=member.nir, password=member.password).presses("Continuer")

    def signs_in_by_email(self, address: str, password: str) -> "Person":
        """On the entry page."""
        return self.types(email=address, password=password).presses("Se connecter")

    def gives_address(self, address: str | None = None) -> "Person":
        """At step 1: another address than the one proposed, or that one."""
        self.sees("Votre adresse email")
        if address is not None:
            self.types(email=address)
        return self.presses("Continuer")

    def chooses_password(self, password: str = NEW_PASSWORD) -> "Person":
        """At step 2: the new password and the secret question."""
        self.sees("Votre mot de passe")
        self.tab.locator("select[name=secret_question]").select_option(index=1)
        return self.types(new_password=password, confirm_password=password, secret_answer=ANSWER).presses("Continuer")

    def finishes(self) -> "Person":
        """At step 3: the last look, and the end."""
        return self.sees("Votre identifiant sera").presses("Terminer").sees("C’est fait")

    def continues_to(self, key: str) -> "Person":
        """From the last page to the site."""
        self.presses(f"Continuer vers {SITE_NAMES[key]}")
        return self.is_signed_in_at(key)

    def changes_identifier(self, member: Member, address: str | None = None) -> "Person":
        """The whole change with the address on file, from the entry page to its last page."""
        return self.signs_in_by_nir(member).gives_address(address).chooses_password().finishes()

    def chooses_new_password(self, password: str) -> "Person":
        """On a page that asks for a new password, twice."""
        return self.types(new_password=password, confirm_password=password)

    def is_guided(self, member: Member, *, unlock: bool = False) -> "Person":
        """On the guided page: number and birth date, and the page that is always the same after it."""
        self.sees("Débloquer votre compte" if unlock else "Retrouver l’accès")
        if self.tab.locator("[name=nir]").count():
            self.types(nir=member.nir)
        self.types(birth_date=member.birth_date_typed).presses("Continuer")
        return self.sees("Consultez votre messagerie").reads("Si ces informations correspondent à un compte")

    def is_signed_in_at(self, key: str) -> "Person":
        """Be on the signed-in page of a site."""
        expect(self.tab).to_have_url(f"{self.demo.site(key)}/mon-espace")
        expect(self.tab.get_by_role("button", name="Se déconnecter")).to_be_visible()
        return self._looks()

    def is_asked_to_sign_in_to(self, key: str) -> "Person":
        """Be on the entry page, on the way to a site."""
        return self.sees(f"Connectez-vous à {SITE_NAMES[key]}")

    def makes_passkey(self) -> Device:
        """On the page of one's security; the device that it is kept on."""
        device = Device(self.tab)
        self.presses("Ajouter une clé d’accès").sees("Ajoutez une clé d’accès").presses("Créer ma clé d’accès")
        self.sees("Vos codes de secours").presses("Plus tard").sees("Votre sécurité")
        return device

    def leaves(self) -> "Person":
        """End the session of this browser, and nothing else."""
        self.context.clear_cookies(name=re.compile("session$"))
        return self.goes_to("about:blank")

    def signs_out(self) -> "Person":
        """Press the button of the site in front."""
        return self.presses("Se déconnecter")

    def knows(self) -> dict[str, str]:
        """The claims that the site in front shows."""
        rows = self.tab.locator(".known dl > div")
        return {row.locator("dt code").inner_text(): row.locator("dd").inner_text() for row in rows.all()}

    def _looks(self) -> "Person":
        if self._scripts:
            self.watch.look_at(self.tab)
        return self

    def reads_mail(self, address: str) -> Mail:
        """Wait for the next message to `address`."""
        return self.demo.next_mail(address)
