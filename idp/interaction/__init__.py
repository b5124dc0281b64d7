"""The authorization request that waits while a person acts, and the dispatcher that finds what is still due.

Not here: what each step does (accounts/, legacy_bridge/), nor the answer to the relying party (oidc/).
"""
