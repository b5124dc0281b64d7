"""The fault bench: the whole provider under load, while what kills servers happens to it.

`load` plays people and sites through HTTP and writes what the provider acknowledged into a `ledger`; `faults` break a
`deployment`; after each, `invariants` compare the ledger with the database, the mailbox and the logs.
See docs/faults.md.
"""
