"""What a person must still do before a site has its answer, in order; and the ways in. One page of policy."""

from idp.email_door.steps import address_is_due
from idp.interaction.dispatcher import Dispatcher, Step
from idp.interaction.steps import second_factor_is_due, sign_in_is_due
from idp.legacy_bridge.steps import identifier_change_is_due, member_is_due
from idp.oidc import consents

STEPS = (
    Step("identifier change", identifier_change_is_due, "/login-adherent/changement-identifiant/", "login_required"),
    Step("sign-in", sign_in_is_due, "/connexion/", "login_required"),
    # OpenID Connect Core Unmet Authentication Requirements 1.0.
    Step("second factor", second_factor_is_due, "/connexion/second-facteur/", "unmet_authentication_requirements"),
    Step("attach member", member_is_due, "/login-adherent/rattachement/", "interaction_required"),
    Step("confirm address", address_is_due, "/connexion/confirmer/", "interaction_required"),
    Step("consent", consents.is_due, "/oidc/consentement/", "consent_required"),
)
# The answer to the relying party, once nothing is due.
FINISH = "/oidc/continue"

dispatcher = Dispatcher(STEPS, FINISH)
