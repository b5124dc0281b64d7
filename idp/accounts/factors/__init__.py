"""What proves a person besides the password: passkeys, one-time codes of an application, recovery codes.

And the devices that are spared the second proof. Not here: the pages (email_door/, account_pages/).
"""
