"""What a sign-in is worth: the `acr` values of OpenID Connect Core §2, lowest first. Only what is true is claimed."""

PASSWORD = "urn:mgen:acr:password"  # noqa: S105
LEVELS = (PASSWORD,)
