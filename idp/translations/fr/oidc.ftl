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
oidc-signed-out-continue = Continuer

oidc-form-post-title = Retour au site
oidc-form-post-continue = Continuer

oidc-consent-title = Accepter de vous connecter à { $site } ?
oidc-consent-lead = { $site } n’est pas un site MGEN. Avec votre compte { $address }, ce site pourra :
oidc-consent-openid = savoir que c’est vous, à chaque visite, sous un numéro propre à ce site
oidc-consent-email = lire votre adresse email
oidc-consent-name = lire le nom public que vous avez choisi
oidc-consent-espace-personnel = savoir que vous êtes adhérent, et connaître votre référence d’adhérent
oidc-consent-offline-access = agir en votre nom quand vous n’êtes pas là
oidc-consent-other = utiliser ce qu’il appelle « { $scope } »
oidc-consent-remembered = Votre choix est gardé. Vous pourrez le retirer à tout moment depuis votre compte MGEN Connect.
oidc-consent-agree = Accepter et continuer
oidc-consent-refuse = Refuser

oidc-device-title = Connecter un appareil
oidc-device-lead = Votre téléviseur, ou un autre appareil, affiche un code. Saisissez-le ici.
oidc-device-code = Code affiché par l’appareil
oidc-device-code-hint = 8 caractères. Exemple : KXTR-92HM
oidc-device-code-missing = Saisissez le code affiché par l’appareil.
oidc-device-code-wrong = Ce code n’est pas le bon, ou il n’est plus valable. Vérifiez ce que l’appareil affiche.
oidc-device-agreement-title = Connecter un appareil à { $site } ?
oidc-device-agreement-lead = L’appareil utilisera { $site } avec votre compte { $address }. Il pourra :
oidc-device-agreement-warning = N’acceptez que si l’appareil est devant vous. Si quelqu’un vous a envoyé le code, refusez.
oidc-device-agree = Connecter l’appareil
oidc-device-agreed-title = L’appareil est connecté
oidc-device-agreed-lead = Vous pouvez fermer cette page et continuer sur l’appareil.
oidc-device-refused-title = L’appareil n’est pas connecté
oidc-device-refused-lead = Vous avez refusé. Vous pouvez fermer cette page.
oidc-device-over-title = Ce code n’est plus valable
oidc-device-over-lead = Il a déjà servi, ou il est trop ancien. Demandez un nouveau code à l’appareil.
