"""Where the pages of the bridge are: stable addresses, for links in messages and from other rooms."""

DOOR = "/login-adherent/"
ALREADY_CHANGED = DOOR + "deja-change/"
CHANGE = DOOR + "changement-identifiant/"
ADDRESS = CHANGE + "adresse/"
NO_ADDRESS = CHANGE + "sans-adresse/"
PASSWORD = CHANGE + "mot-de-passe/"
WAITING = CHANGE + "attente/"
WAITING_STATE = WAITING + "etat/"
REVIEW = CHANGE + "verification/"
DONE = CHANGE + "fin/"
RESUME = CHANGE + "reprendre/"
EXTEND = CHANGE + "prolonger/"
# A link of a message: its token follows, then what else may be done with it.
LINK = CHANGE + "lien/"
CONTINUE = "continuer/"
REFUSE = "arreter/"
CONFIRMATION = CHANGE + "confirmation/"

# The page of each state of a change.
STEPS = {"address": ADDRESS, "password": PASSWORD, "waiting": WAITING, "review": REVIEW, "done": DONE}
# Sign-in by email, the other door.
EMAIL_DOOR = "/connexion/"
