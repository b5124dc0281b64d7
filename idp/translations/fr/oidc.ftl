## What a site asked for, and signing out.

oidc-request-error-title = Connexion impossible depuis ce site
oidc-request-error-lead = Le site a envoyé une demande incorrecte. Vous n’y êtes pour rien : revenez au site et recommencez.
oidc-request-error-back = Retour à { $site }
oidc-request-error-fold = Pour les personnes qui gèrent le site
oidc-request-error-what = Ce qui ne va pas
oidc-request-error-parameter = Paramètre
oidc-request-error-clause = Règle
oidc-request-error-reference = Référence

oidc-logout-title = Voulez-vous vous déconnecter ?
oidc-logout-lead = Votre connexion est partagée : vous quitterez tous les sites MGEN ouverts dans ce navigateur.
oidc-logout-stay = Rester en ligne
oidc-signed-out-title = C’est fait, votre connexion est fermée
oidc-signed-out-lead = Il faudra de nouveau votre adresse email et votre mot de passe pour entrer.
oidc-signed-out-shared = Si d’autres personnes utilisent cet appareil, fermez aussi les onglets des sites MGEN.
oidc-signed-out-back = Retour à { $site }
oidc-signed-out-again = Me connecter de nouveau
