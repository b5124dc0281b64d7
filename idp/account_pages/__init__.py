"""The pages of `/compte/`: what a person sees and steers of their own account.

Not here: what those pages decide (accounts/, sessions/, oidc/), nor signing in (email_door/).
"""
