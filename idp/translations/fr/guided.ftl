## The guided ways: by number and birth date, by letter; and what they lead to.

legacy-guided-forgotten-title = Retrouver l’accès
legacy-guided-unlock-title = Débloquer votre compte
legacy-guided-lead = Saisissez votre numéro de sécurité sociale et votre date de naissance, puis laissez-vous guider.
legacy-guided-kept = Nous avons gardé le numéro que vous venez de saisir. Il ne manque que votre date de naissance.
legacy-guided-forgotten-after = Nous vérifierons que c’est bien vous. Vous choisirez ensuite un nouveau mot de passe, puis vous changerez d’identifiant.
legacy-guided-unlock-after = Nous vérifierons que c’est bien vous. Votre mot de passe restera le même, et vous changerez d’identifiant à la prochaine connexion.
legacy-guided-other-number = Saisir un autre numéro
legacy-guided-birth-date = Date de naissance (JJ/MM/AAAA)
legacy-guided-birth-date-hint = Exemple : 14/07/1956. Si le jour ou le mois n’est pas connu, saisissez 00.
legacy-error-birth-date-empty = Saisissez votre date de naissance.
legacy-error-birth-date = Vérifiez votre date de naissance. Exemple : 14/07/1956.

legacy-sign-in-blocked = Compte bloqué ?

legacy-guided-message-title = Consultez votre messagerie
legacy-guided-sent = Si ces informations correspondent à un compte, nous envoyons un message à l’adresse que nous connaissons. Rien reçu après 10 minutes ? Demandez un code par courrier.
legacy-guided-again = Si ces informations correspondent à un compte, un nouveau message part vers l’adresse que nous connaissons.
legacy-guided-press = Ouvrez le message et appuyez sur le bouton : la suite se passe dans la page qui s’ouvre. Vous pouvez aussi continuer ici avec le code.
legacy-guided-code-title = Continuer ici avec le code du message
legacy-guided-code-hint = Il est écrit sous le bouton du message. Vous pouvez le coller.
legacy-guided-code-submit = Valider le code
legacy-guided-post-title = Rien reçu, ou plus d’accès à cette adresse ?
legacy-guided-post-lead = Nous pouvons envoyer un code à l’adresse postale que nous connaissons. Un courrier met quelques jours.
legacy-guided-post = Recevoir un code par courrier
legacy-guided-nothing-title = Le message tarde ?
legacy-guided-nothing = Regardez aussi dans les courriers indésirables. Un message est valable { $validity }, et nous en envoyons trois par jour au plus.
legacy-guided-resend = Demander un nouveau message

legacy-guided-link-forgotten = Vous avez demandé à retrouver l’accès à votre Espace personnel. Continuez sur cet appareil.
legacy-guided-link-unlock = Appuyez sur le bouton : le compte sera débloqué, et votre mot de passe restera le même.
legacy-guided-link-date = Vous n’êtes pas dans le navigateur de la demande. Pour continuer ici, saisissez de nouveau votre date de naissance.
legacy-error-birth-date-wrong = Ce n’est pas la date de naissance que nous connaissons. Vérifiez-la, ou continuez là où vous avez fait la demande, avec le code du message.
legacy-guided-link-not-you = Vous n’avez rien demandé ? Fermez cette page : rien ne sera changé.
legacy-guided-expired = Demandez un nouveau message, avec votre numéro et votre date de naissance.

legacy-new-password-title = Choisissez un nouveau mot de passe
legacy-new-password-lead = Il remplace celui que vous utilisiez avec votre numéro. Vous pourrez le garder avec votre adresse email.
legacy-new-password-never = Vous n’avez pas créé de mot de passe lors de la demande d’activation de votre compte, ou la demande n’est pas allée jusqu’au bout. Créez-le maintenant : vous pourrez le garder avec votre adresse email.
legacy-regained-title = Votre mot de passe est enregistré
legacy-regained-lead = Il reste une chose à faire : choisir l’adresse email qui remplacera votre numéro de sécurité sociale.
legacy-regained-later = Vous préférez le faire plus tard ? Revenez avec votre numéro et ce nouveau mot de passe.
legacy-regained-elsewhere = Par sécurité, toutes les connexions ouvertes ont été fermées.
legacy-unlocked-title = Votre compte est débloqué
legacy-unlocked-lead = Votre mot de passe n’a pas changé. Connectez-vous avec votre numéro et ce mot de passe : vous pourrez alors changer d’identifiant.
legacy-unlocked-sign-in = Me connecter avec mon numéro

legacy-posted-title = Votre demande de courrier est enregistrée
legacy-posted-lead = Si ces informations correspondent à un compte, nous envoyons un code à l’adresse postale que nous connaissons.
legacy-posted-when = Le courrier arrive en quelques jours. Son code est valable { $validity }, et nous n’envoyons pas d’autre courrier pendant ce temps.
legacy-posted-moved = Vous avez déménagé depuis peu, ou rien n’arrive ? Un conseiller MGEN peut vous aider, par téléphone ou dans une agence.
legacy-letter-have-title = Vous avez reçu un courrier ?
legacy-letter-have = Saisir le code d’un courrier
legacy-letter-title = Le code de votre courrier
legacy-letter-lead = Saisissez votre numéro de sécurité sociale et le code écrit dans le courrier.
legacy-letter-kept = Nous avons gardé le numéro que vous venez de saisir. Saisissez le code écrit dans le courrier.
legacy-letter-code = Code reçu par courrier
legacy-letter-code-hint = 8 chiffres et lettres.
legacy-letter-none-title = Vous n’avez pas de courrier ?
legacy-letter-none = Demander un code
legacy-error-letter-code = Saisissez le code reçu par courrier.
legacy-error-letter = Ce code n’est pas le bon pour ce numéro, ou il n’est plus valable. Vérifiez les deux : un code permet cinq essais.

legacy-frozen-title = Votre compte a été fermé par précaution
legacy-frozen-lead = Quelqu’un nous a dit que le dernier changement ne venait pas de vous. Aujourd’hui, la connexion à votre Espace personnel se fait avec
legacy-frozen-stranger-title = Ce changement ne venait pas de vous ?
legacy-frozen-stranger = Annulez-le : cette adresse n’ouvrira plus votre Espace personnel. Vous créerez un mot de passe et choisirez votre adresse.
legacy-frozen-undo = Annuler le changement
legacy-frozen-mine-title = C’était bien vous ?
legacy-frozen-mine = Choisissez un nouveau mot de passe pour cette adresse : le compte sera rouvert.
legacy-frozen-keep = C’était bien moi

## Its messages.

mail-guided-forgotten-subject = Choisissez un nouveau mot de passe
mail-guided-forgotten-lead = Quelqu’un a demandé à retrouver l’accès à votre Espace personnel MGEN. Si c’est vous, appuyez sur le bouton et choisissez un nouveau mot de passe.
mail-guided-never = Vous n’avez pas créé de mot de passe lors de la demande d’activation de votre compte, ou la demande n’est pas allée jusqu’au bout. Appuyez sur le bouton pour en créer un.
mail-guided-then = Vous pourrez ensuite choisir l’adresse email qui remplacera votre numéro.
mail-guided-forgotten-button = Choisir un mot de passe
mail-guided-unlock-subject = Débloquez votre compte
mail-guided-unlock-lead = Quelqu’un a demandé à débloquer l’accès à votre Espace personnel MGEN. Si c’est vous, appuyez sur le bouton : votre mot de passe ne changera pas.
mail-guided-unlock-button = Débloquer mon compte
mail-guided-reason = Vous recevez ce message parce que cette adresse est l’adresse de contact d’un Espace personnel MGEN, et que quelqu’un a saisi le numéro et la date de naissance qui vont avec.
mail-guided-not-me = Ne faites rien, rien ne changera. Si ces messages continuent, demandez de l’aide
mail-legacy-password-changed-subject = Votre mot de passe a été changé
mail-legacy-password-lead = Le { $date } à { $time }, un nouveau mot de passe a été choisi pour un Espace personnel MGEN qui s’ouvre encore avec un numéro.
mail-legacy-unlocked-subject = Votre compte a été débloqué
mail-legacy-unlocked-lead = Le { $date } à { $time }, un Espace personnel MGEN qui s’ouvre encore avec un numéro a été débloqué. Son mot de passe n’a pas changé.
mail-legacy-then = Si c’est vous, tout va bien. À la prochaine connexion, vous choisirez une adresse email à la place du numéro.
mail-legacy-reason = Vous recevez ce message parce que cette adresse est l’adresse de contact de cet Espace personnel.
mail-legacy-not-me = Prévenez-nous sans attendre
mail-change-undone-subject = Le changement d’identifiant est annulé
mail-undone-lead = Le { $date } à { $time }, un changement d’identifiant contesté a été annulé. L’adresse email choisie ce jour-là n’ouvre plus l’Espace personnel.
mail-undone-then = La personne à qui est cet Espace personnel peut y revenir avec son numéro et un nouveau mot de passe.
mail-undone-button = Retrouver mon accès
mail-undone-reason = Vous recevez ce message parce que cette adresse est l’adresse de contact ou l’identifiant concerné par ce changement.
