"""The sign-in at the provider, shared by the sites: open, renew, list, end.

Not here: how somebody proves who they are (accounts/, legacy_bridge/), nor what a site is told (oidc/).
"""
