"""What every page and endpoint shares: the edge, headers, errors, languages, forgery protection, transactions, mail texts.

Not here: anything that knows an account or the protocol.
"""
