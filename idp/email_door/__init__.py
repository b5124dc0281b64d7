"""The pages of `/connexion/`: signing in with an email address, and creating an account with one.

Lives here: what these pages show and read. Does not live here: what they decide (`accounts`), the NIR door
(`legacy_bridge`), the answer to a site (`oidc`).
"""

from idp.email_door import views

__all__ = ["views"]
