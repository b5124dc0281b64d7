"""The NIR door, built to be removed: from social security number and old password to an email identifier.

Lives here: the NIR, the old file, its sign-in, its recovery, the identifier change and its pages.
Does not live here: anything that must outlive the bridge (who holds which Espace is in `accounts`).
"""
