"""An MGEN Connect account: its identifier, its credentials, its recovery, its second factors, its pages.

Lives here: what an account is and how its owner proves and changes it; the hash formats of the old sites.
Does not live here: the session (`sessions`), whatever knows a NIR (`legacy_bridge`), a protocol (`oidc`).
"""
