## Signing in and registering with an email address.

accounts-sign-in-title = Connectez-vous
accounts-sign-in-title-site = Connectez-vous à { $site }
accounts-sign-in-lead = Avec l’adresse email de votre compte MGEN Connect.
accounts-sign-in-submit = Se connecter
accounts-sign-in-forgotten = Mot de passe oublié ?
accounts-sign-in-nir-title = Vous utilisiez votre numéro de sécurité sociale ?
accounts-sign-in-nir-lead = Utilisez-le une dernière fois pour choisir une adresse email à la place.
accounts-sign-in-nir-link = Utiliser mon numéro de sécurité sociale
accounts-sign-in-register-title = Vous n’avez pas encore de compte ?
accounts-sign-in-register-link = Créer un compte
accounts-refused = Nous ne pouvons pas vous connecter. Vérifiez l’adresse email et le mot de passe.
accounts-refused-nir-typed = Ceci ressemble à un numéro de sécurité sociale. Saisissez ici votre adresse email, ou utilisez votre numéro plus bas sur cette page.
accounts-nir-typed = Ceci ressemble à un numéro de sécurité sociale. Saisissez ici une adresse email.
accounts-other-account = Le site attend un autre compte que celui qui est connecté. Connectez-vous avec l’adresse de cet autre compte.
accounts-already-exists = Un compte existe déjà avec cette adresse. Connectez-vous avec son mot de passe.
accounts-link-used = Cette adresse est déjà validée. Connectez-vous.
accounts-signed-out = Vous êtes déconnecté.

accounts-register-title = Créez votre compte MGEN Connect
accounts-register-lead = Une adresse email et un mot de passe vous ouvriront tous les sites MGEN.
accounts-register-submit = Créer mon compte
accounts-register-known-title = Vous avez déjà un compte ?
accounts-register-known-link = Me connecter
accounts-register-data = Nous gardons votre adresse email pour vous connecter et vous écrire au sujet de votre compte. Vous pouvez demander à la voir, la corriger ou l’effacer.

accounts-register-email-hint = Une adresse personnelle, que personne d’autre ne consulte. Exemple : nom@domaine.fr

accounts-check-mail-title = Consultez votre messagerie
accounts-check-mail-sent = Nous avons écrit à
accounts-check-mail-lead = Ouvrez le message et appuyez sur le bouton, depuis cet appareil ou un autre. Puis revenez ici.
accounts-check-mail-continue = J’ai validé : continuer
accounts-check-mail-code-title = Ou recopiez le code du message
accounts-check-mail-code-hint = Il est écrit sous le bouton du message. Vous pouvez le coller.
accounts-check-mail-submit = Valider le code
accounts-check-mail-not-yet = Votre adresse n’est pas encore validée. Ouvrez le message et appuyez sur le bouton, ou recopiez le code.
accounts-check-mail-resent = Nous venons de vous envoyer un nouveau message. Les précédents ne servent plus.
accounts-check-mail-bounced = Le message n’a pas pu être remis à cette adresse. Vérifiez-la et corrigez-la.
accounts-check-mail-too-soon = Le dernier message vient de partir. Attendez une minute avant d’en demander un autre.
accounts-check-mail-enough = Plusieurs messages ont déjà été demandés aujourd’hui pour cette adresse. Utilisez le dernier reçu, ou revenez demain.
accounts-check-mail-unproved = Ce compte n’a pas encore été validé. Nous devons d’abord vérifier que cette adresse est la vôtre.
accounts-check-mail-nothing-title = Vous n’avez rien reçu ?
accounts-check-mail-nothing-lead = Attendez quelques minutes et regardez aussi dans les courriers indésirables. Le message reste valable { $validity }.
accounts-check-mail-resend = Renvoyer le message
accounts-check-mail-correct = Corriger l’adresse

accounts-link-title = Confirmez votre adresse
accounts-link-lead = Vous avez demandé à utiliser
accounts-link-press = Appuyez sur le bouton pour le confirmer.
accounts-link-submit = Valider mon adresse
accounts-link-not-you = Vous n’avez rien demandé ? Fermez cette page : rien ne sera changé.
accounts-elsewhere-title = Adresse validée
accounts-elsewhere-lead = Revenez à la page MGEN que vous aviez laissée ouverte : elle continue toute seule.
accounts-elsewhere-closed-title = Vous l’avez fermée ?
accounts-elsewhere-closed-sign-in = Terminez ici avec le mot de passe que vous venez de choisir.
accounts-elsewhere-sign-in = Continuer ici
accounts-elsewhere-password-title = Terminez la création de votre compte
accounts-elsewhere-password-lead = Saisissez le mot de passe que vous avez choisi avec l’adresse
accounts-elsewhere-password-submit = Terminer
accounts-elsewhere-refused = Ce n’est pas le mot de passe choisi avec cette adresse. Vérifiez-le.

accounts-review-title = Votre identifiant sera
accounts-review-lead = L’adresse est validée. Vérifiez-la : c’est elle que vous saisirez pour vous connecter.
accounts-review-submit = Terminer
accounts-review-change = Ce n’est pas mon adresse

accounts-link-expired-title = Ce lien n’est plus valable
accounts-link-expired-lead = Les liens durent { $validity } et ne servent qu’une fois. Rien n’est perdu.
accounts-link-expired-submit = Recevoir un nouveau lien
accounts-link-expired-again = Connectez-vous comme la première fois : nous vous proposerons de reprendre.
accounts-link-expired-register = Connectez-vous si vous avez déjà un compte, ou créez-le de nouveau.

accounts-signed-in-title = Votre connexion est ouverte
accounts-signed-in-lead = Votre identifiant est
accounts-signed-in-where = Où souhaitez-vous aller ?
accounts-signed-in-account = Gérer mon compte
accounts-signed-in-sign-out = Me déconnecter

## The secret question: none that a family, a social network or a health card answers.

accounts-question-word = Quel mot avez-vous longtemps écrit avec une faute ?
accounts-question-book = Quel livre n’avez-vous jamais réussi à finir ?
accounts-question-lesson = Quel cours vous a le plus ennuyé ?
accounts-question-place = Quel lieu imaginez-vous pour vous apaiser ?
accounts-question-object = Quel objet inutile n’avez-vous jamais jeté ?
accounts-question-dish = Quel plat n’avez-vous jamais su réussir ?
accounts-question-song = Quelle chanson vous revient sans cesse en tête ?
accounts-question-gift = Quel cadeau reçu n’avez-vous jamais utilisé ?
accounts-question-nickname = Quel surnom secret donniez-vous à quelqu’un ?
accounts-question-wish = Quel métier auriez-vous aimé essayer une journée ?
