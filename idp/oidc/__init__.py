"""The OpenID Provider: authorization, tokens, claims, clients, keys, logout.

The only room that may import Authlib and joserfc. Not here: how a person signs in (accounts/, legacy_bridge/), nor what
they must still do (interaction/, policy).
"""
