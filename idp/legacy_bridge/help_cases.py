"""What happens to people, a case each: its name never changes, for sites and messages lead to it (S14).

Its texts are `help-<name>-title`, `help-<name>`, the steps `help-<name>-1`…, and `help-<name>-more` where it says so.
`ways` are where it is solved: the key of a link's text, and the page it leads to.
"""

from typing import Final, NamedTuple


class Case(NamedTuple):
    """One case; a way that is closed is an adviser's."""

    name: str
    steps: int = 0
    more: bool = False
    ways: tuple[tuple[str, str], ...] = ()


_SIGN_IN = ("help-go-sign-in", "sign_in")
_NUMBER = ("help-go-number", "number")
_FORGOTTEN = ("help-go-forgotten", "forgotten")
_GUIDED = ("help-go-guided", "guided")
_ASK_LETTER = ("help-go-ask-letter", "guided")
_LETTER = ("help-go-letter", "letter")
_RESUME = ("help-go-resume", "number")
_ADVISER = ("help-go-adviser", "adviser")

GROUPS: Final = (
    (
        "help-group-sign-in",
        (
            Case("connexion", ways=(_SIGN_IN,)),
            Case("creer", ways=(("help-go-register", "register"),)),
            Case("oublie", 4, ways=(_FORGOTTEN,)),
            Case("question", 3, more=True, ways=(_ASK_LETTER,)),
            Case("identifiant-bloque", 3, ways=(_FORGOTTEN,)),
            Case("trop-d-essais", more=True, ways=(_FORGOTTEN, _GUIDED)),
            Case("conteste", 3, ways=(_ASK_LETTER, _LETTER)),
            Case("deconnexion", ways=(("help-go-sign-out", "sign_in"),)),
        ),
    ),
    (
        "help-group-number",
        (
            Case("numero", 4, more=True, ways=(_NUMBER,)),
            Case("pourquoi", more=True, ways=(_ADVISER,)),
            Case("refus", 3, ways=(_NUMBER, _GUIDED, _SIGN_IN)),
            Case("oublie-numero", 4, more=True, ways=(_GUIDED,)),
            Case("bloque", 3, more=True, ways=(("help-go-unlock", "unlock"),)),
            Case("pas-de-mot-de-passe", 3, more=True, ways=(_GUIDED,)),
            Case("deja-change", more=True, ways=(_SIGN_IN, ("help-go-reminder", "number"))),
            Case("fin", ways=(_ADVISER,)),
        ),
    ),
    (
        "help-group-change",
        (
            Case("adresse", more=True, ways=(_RESUME,)),
            Case("pas-d-adresse", 3, more=True, ways=(_RESUME,)),
            Case("adresse-prise", ways=(_RESUME,)),
            Case("compte-existant", more=True, ways=(_RESUME,)),
            Case("compte-oublie", 3, ways=(_FORGOTTEN,)),
            Case("non-valide", 3, ways=(_FORGOTTEN,)),
            Case("mot-de-passe", more=True, ways=(_RESUME,)),
            Case("verification", ways=(_RESUME,)),
            Case("reprendre", more=True, ways=(_RESUME,)),
            Case("confirmer", more=True, ways=(_SIGN_IN,)),
            Case("sans-espace", more=True, ways=(_SIGN_IN,)),
        ),
    ),
    (
        "help-group-messages",
        (
            Case("message", 4, ways=(_ADVISER,)),
            Case("message-guide", 3, ways=(_ASK_LETTER,)),
            Case("courrier", 3, more=True, ways=(_ASK_LETTER, _LETTER)),
        ),
    ),
    ("help-group-adviser", (Case("contact", more=True, ways=(_ADVISER,)),)),
)
CASES: Final = {case.name: case for _, cases in GROUPS for case in cases}
