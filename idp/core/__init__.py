"""Tools that know no member and no protocol: storage, time, secrets, hashing, throttles, the outbox, the audit.

Not here: anything that reads a request (web/) or decides about an account (accounts/).
"""
