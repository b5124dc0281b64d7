## Messages: one purpose, one button, one code. Never a number, a birth date or a name.

mail-colon = { "\u00A0" }:
mail-never-asks = MGEN ne vous demande jamais votre mot de passe par email.
mail-not-you = Ce n’est pas vous ?
mail-code-lead = Vous pouvez aussi recopier ce code dans la page restée ouverte :
mail-validity = Ce message est valable { $validity } et ne sert qu’une fois.
mail-sign-in-button = Me connecter

mail-validate-address-subject = Validez votre adresse email
mail-validate-address-lead = Appuyez sur le bouton pour confirmer que cette adresse est la vôtre. Vous pouvez le faire sur n’importe quel appareil.
mail-validate-address-button = Valider mon adresse
mail-validate-address-reason = Vous recevez ce message parce que quelqu’un a choisi { $email } comme identifiant MGEN Connect.
mail-validate-address-not-me = Arrêter cette demande

mail-registration-subject = Validez votre adresse email
mail-registration-lead = Appuyez sur le bouton pour terminer la création de votre compte MGEN Connect. Vous pouvez le faire sur n’importe quel appareil.
mail-registration-reason = Vous recevez ce message parce que quelqu’un crée un compte MGEN Connect avec { $email }.
mail-registration-ignore = Ne faites rien : aucun compte ne sera créé.

mail-identifier-changed-subject = Votre identifiant a changé
mail-changed-lead = Le { $date } à { $time }, l’identifiant d’un Espace personnel MGEN a été changé. La connexion se fait désormais avec une adresse email, et non plus avec un numéro.
mail-changed-you = Si vous venez de faire ce changement, tout va bien : vous n’avez rien à faire.
mail-changed-not-you = Si ce n’est pas vous, dites-le-nous dans les { $contest } : l’accès sera bloqué aussitôt.
mail-changed-button = Ce n’est pas moi
mail-changed-advisor = Si ce n’est pas vous, contactez sans attendre un conseiller MGEN, par téléphone ou dans une agence.
mail-changed-reason = Vous recevez ce message parce que cette adresse est l’adresse de contact de cet Espace personnel.

mail-confirm-default-subject = Confirmez votre adresse email
mail-confirm-default-lead = Votre identifiant est maintenant { $email }.
mail-confirm-default-why = Appuyez sur le bouton pour confirmer que cette adresse est bien la vôtre. Elle pourra alors vous aider si vous oubliez votre mot de passe.
mail-confirm-default-button = Confirmer mon adresse
mail-confirm-default-reason = Vous recevez ce message parce que cette adresse vient d’être choisie comme identifiant d’un Espace personnel MGEN.

mail-account-exists-subject = Vous avez déjà un compte MGEN Connect
mail-exists-lead = Un compte existe déjà avec { $email }. Il n’y a rien à créer : connectez-vous avec votre mot de passe.
mail-exists-forgotten = Mot de passe oublié ? Choisissez-en un nouveau.
mail-exists-reason = Vous recevez ce message parce que quelqu’un a voulu créer un compte MGEN Connect avec cette adresse.
mail-exists-ignore = Ne faites rien : votre compte n’a pas changé.

mail-identifier-reminder-subject = L’adresse email de votre connexion
mail-reminder-lead = Pour vous connecter à votre Espace personnel, utilisez { $email } et le mot de passe que vous avez choisi avec cette adresse.
mail-reminder-reason = Vous recevez ce message parce que quelqu’un a demandé un rappel en se connectant avec l’ancien numéro.
