"""Where the pages of the bridge are: stable addresses, for links in messages and from other rooms."""

DOOR = "/login-adherent/"
ATTACHING = DOOR + "rattachement/"
ALREADY_CHANGED = DOOR + "deja-change/"
CHANGE = DOOR + "changement-identifiant/"
ADDRESS = CHANGE + "adresse/"
LINKING = CHANGE + "associer/"
LINKING_FACTOR = LINKING + "second-facteur/"
LINKING_OPTIONS = LINKING_FACTOR + "options"
LINKING_MESSAGE = LINKING + "message/"
LINKING_STATE = LINKING_MESSAGE + "etat/"
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

# The guided ways: a form each, the page after it, the letter asked for there, and what a proof leads to.
GUIDED = DOOR + "mot-de-passe-oublie/"
UNLOCK = DOOR + "debloquez-votre-compte/"
MESSAGE = "message/"
POSTED = MESSAGE + "courrier/"
GUIDED_LINK = GUIDED + "lien/"
NEW_PASSWORD = GUIDED + "nouveau/"
REGAINED = GUIDED + "fait/"
UNLOCKED = UNLOCK + "fait/"
LETTER = DOOR + "courrier/"
LETTER_CHOICE = LETTER + "choix/"
LETTER_PASSWORD = LETTER + "mot-de-passe/"
LETTER_DONE = LETTER + "fait/"

# The page of each state of a change.
STEPS = {"address": ADDRESS, "link": LINKING, "password": PASSWORD, "waiting": WAITING, "review": REVIEW, "done": DONE}
# Stops the invitations; what names the member follows.
UNINVITE = DOOR + "invitations/arreter/"
# Sign-in by email, the other door.
EMAIL_DOOR = "/connexion/"
FORGOTTEN = EMAIL_DOOR + "mot-de-passe-oublie/"
# "No": the site is told that the person goes no further.
DECLINE = "/oidc/decline"
