"""MGEN Connect: an OpenID Connect provider, and the bridge from social security number to email identifier."""
