"""Where the pages of the account are, in the order in which they are offered."""

HOME = "/compte/"
SECURITY = "/compte/securite/"
SESSIONS = "/compte/connexions/"
PASSWORD = "/compte/mot-de-passe/"  # noqa: S105
QUESTION = "/compte/question/"
ADDRESS = "/compte/adresse/"
SITES = "/compte/acces/"
RECORD = "/compte/journal/"
DATA = "/compte/donnees/"
DELETION = "/compte/suppression/"

# By the name of each page's texts: `account-nav-<name>` and `account-home-<name>`.
OF = {
    "home": HOME,
    "password": PASSWORD,
    "security": SECURITY,
    "address": ADDRESS,
    "question": QUESTION,
    "sessions": SESSIONS,
    "sites": SITES,
    "record": RECORD,
    "data": DATA,
    "deletion": DELETION,
}
