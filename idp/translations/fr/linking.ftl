## An address that has an account already, and an account that holds no Espace personnel yet.

legacy-link-title = Vous avez déjà un compte MGEN Connect
legacy-link-exists = Un compte MGEN Connect existe déjà avec
legacy-link-lead = Entrez son mot de passe pour l’associer à votre Espace personnel.
legacy-link-lead-fresh = Vous venez de choisir son nouveau mot de passe. Il ne reste qu’à l’associer à votre Espace personnel.
legacy-link-hint = Celui que vous utilisez avec cette adresse, par exemple sur le forum ou sur MGEN Avantage.
legacy-link-submit = Associer mon compte
legacy-link-forgotten = Mot de passe oublié ?
legacy-link-renewed = Votre nouveau mot de passe est enregistré : saisissez-le.
legacy-link-wrong = Ce mot de passe n’est pas celui de ce compte. Saisissez-le de nouveau, ou choisissez-en un autre avec « Mot de passe oublié ? ».

legacy-link-message-unvalidated-title = Ce compte n’a pas encore été validé
legacy-link-message-unvalidated = Il a été créé sur un autre site MGEN, mais son adresse n’a jamais été confirmée. Nous vous envoyons un email pour choisir un nouveau mot de passe.
legacy-link-message-blocked-title = Ce compte est bloqué
legacy-link-message-blocked = Trop d’essais ont été faits avec un mauvais mot de passe. Nous vous envoyons un email pour choisir un nouveau mot de passe.
legacy-link-message-open-title = Consultez votre messagerie
legacy-link-message-open = Nous vous envoyons un email pour choisir un nouveau mot de passe.
legacy-link-message-to = Le message est pour
legacy-link-message-return = Ensuite, revenez sur cette page : elle continuera toute seule. Si vous l’avez fermée, recommencez avec votre numéro de sécurité sociale, puis saisissez le nouveau mot de passe.
legacy-link-message-back = J’ai choisi un nouveau mot de passe : continuer
legacy-link-message-code = Vous lisez vos messages sur un autre appareil ? Recopiez ici le code du message.
legacy-link-message-not-yet = Le nouveau mot de passe n’est pas encore choisi. Ouvrez le message et appuyez sur le bouton.
legacy-link-message-nothing-title = Vous n’avez rien reçu ?
legacy-link-message-nothing = Le message peut mettre quelques minutes. Regardez aussi dans les courriers indésirables. Le lien dure { $validity }, et le dernier reçu est le seul qui serve.
legacy-link-message-resend = Renvoyer le message
legacy-link-message-resent = Un nouveau message est parti.
legacy-link-message-too-soon = Un message est parti il y a moins d’une minute. Attendez un peu avant d’en demander un autre.
legacy-link-message-enough = Trois messages sont déjà partis aujourd’hui : nous n’en envoyons pas d’autre avant demain. Ouvrez le dernier reçu.
legacy-link-frozen-title = Ce compte est suspendu
legacy-link-frozen-lead = Un changement de ce compte a été contesté. Pour votre sécurité, personne ne peut l’utiliser ni l’associer ici.
legacy-link-frozen-how = Contactez un conseiller MGEN, par téléphone ou dans une agence. Vous pouvez aussi terminer tout de suite avec une autre adresse.

legacy-merge-title = Les deux comptes n’en feront qu’un
legacy-merge-lead = Votre Espace personnel sera relié à votre compte MGEN Connect. Vous vous connecterez partout avec
legacy-merge-sites = Ce que chaque site verra
legacy-merge-site-member = { $site } verra votre adresse email et saura quel Espace personnel est le vôtre.
legacy-merge-site-other = { $site } continuera de voir la même chose qu’aujourd’hui, et rien de votre Espace personnel.
legacy-merge-same = Ce qui ne change pas
legacy-merge-same-account = Vous gardez votre compte sur chaque site, avec ce que vous y avez : points, messages, abonnements.
legacy-merge-same-rights = Vos droits et vos remboursements restent les mêmes.
legacy-merge-password = Votre mot de passe sera celui que vous venez de choisir.
legacy-merge-password-kept = Votre mot de passe reste celui de votre compte MGEN Connect.
legacy-merge-sessions = Vous serez déconnecté des autres appareils.
legacy-merge-factors = Les autres clés d’accès et applications de ce compte seront retirées. Vous pourrez les ajouter de nouveau.
legacy-merge-submit = Confirmer

legacy-due-password-lead = Le mot de passe de ce compte est trop facile à deviner pour votre Espace personnel. Choisissez-en un nouveau, avec l’adresse
legacy-due-question-lead = Il reste à choisir une question secrète pour le compte
legacy-lost-title = Il faut vérifier votre adresse de nouveau
legacy-lost-lead = Pendant que vous avanciez, un compte a été créé ou modifié avec cette adresse. Rien n’a été enregistré.

legacy-leave = Quitter et reprendre plus tard
legacy-address-parked = Vous aviez choisi l’adresse
legacy-address-keep = Garder cette adresse
legacy-address-parked-other = Ou donnez-en une autre :

legacy-attach-title = Ce compte n’est pas encore relié à un Espace personnel
legacy-attach-signed-in = Vous êtes connecté avec
legacy-attach-lead = Pour continuer, saisissez une seule fois le numéro et le mot de passe de votre Espace personnel. Les deux comptes n’en feront qu’un, et vous garderez cette adresse.
legacy-attach-closed = La connexion par numéro est terminée. Un conseiller MGEN peut relier votre compte à votre Espace personnel, par téléphone ou dans une agence.
legacy-attach-decline-title = Vous n’avez pas d’Espace personnel, ou vous préférez ne pas le relier ?
legacy-attach-decline = Revenir au site sans continuer
legacy-attach-other-title = Votre Espace personnel est relié à une autre adresse ?
legacy-attach-other = Déconnectez-vous, puis utilisez cette autre adresse.
legacy-attach-sign-out = Utiliser un autre compte

mail-account-linked-subject = Votre compte est relié à un Espace personnel
mail-linked-lead = Le { $date } à { $time }, votre compte MGEN Connect a été relié à un Espace personnel MGEN. Il n’y a plus qu’un seul compte.
mail-linked-you = Si vous venez de le faire, tout va bien : vous n’avez rien à faire.
mail-linked-not-you = Si ce n’est pas vous, dites-le-nous dans les { $contest } : l’accès sera bloqué aussitôt.
mail-linked-button = Ce n’est pas moi
mail-linked-advisor = Si ce n’est pas vous, contactez sans attendre un conseiller MGEN, par téléphone ou dans une agence.
mail-linked-reason = Vous recevez ce message parce que cette adresse est celle d’un compte MGEN Connect, ou l’a été.
mail-account-tried-subject = Quelqu’un essaie d’associer votre compte
mail-tried-lead = Plusieurs mots de passe faux ont été essayés pour associer le compte MGEN Connect { $email } à un Espace personnel. Rien n’a été ouvert.
mail-tried-you = Si c’était vous, et si vous avez oublié votre mot de passe, choisissez-en un nouveau.
mail-tried-button = Choisir un nouveau mot de passe
mail-tried-not-you = Si ce n’était pas vous, vous n’avez rien à faire. Votre compte n’est pas bloqué.
mail-tried-reason = Vous recevez ce message parce que cette adresse est celle d’un compte MGEN Connect.
legacy-link-factor-others = Par sécurité, seul le moyen que vous utilisez ici restera sur le compte. Vous pourrez ajouter les autres de nouveau.
