"""What every page and endpoint shares: the edge, headers, errors, languages, forgery protection, transactions, mails.

Not here: anything that knows an account or the protocol.
"""
