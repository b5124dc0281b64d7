"""The pages of `/backoffice/`: staff see how the change goes, and help without ever holding a key.

Not here: what members see of it (account_pages/), nor the acts themselves where a room has them already.
"""
