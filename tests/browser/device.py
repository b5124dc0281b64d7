"""The device of a person, as Chromium's developer tools imitate one (WebAuthn's virtual authenticator)."""

from typing import Any

from playwright.sync_api import Page


class Device:
    """A phone that recognises its owner, for the passkeys of one tab."""

    def __init__(self, tab: Page) -> None:
        self._session = tab.context.new_cdp_session(tab)
        self._session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        answer = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._id = answer["authenticatorId"]

    def passkeys(self) -> list[dict[str, Any]]:
        """What it keeps: objects with credentialId, userHandle, signCount, …"""
        found: list[dict[str, Any]] = self._session.send("WebAuthn.getCredentials", {"authenticatorId": self._id})[
            "credentials"
        ]
        return found

    def goes_back_to(self, passkey: dict[str, Any]) -> None:
        """Be what it was when `passkey` was read: a copy of then."""
        self._session.send(
            "WebAuthn.removeCredential",
            {"authenticatorId": self._id, "credentialId": passkey["credentialId"]},
        )
        self._session.send("WebAuthn.addCredential", {"authenticatorId": self._id, "credential": passkey})

    def recognises_its_owner(self, whether: bool) -> None:
        """Whether the next finger is the right one."""
        self._session.send("WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": whether})
