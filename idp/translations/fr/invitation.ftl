## The invitation to change identifier, the way out of it, and the message to a dormant account.

mail-invitation-subject = Votre connexion à l’Espace personnel MGEN change
mail-invitation-lead = La loi ne nous permet plus d’utiliser votre numéro de sécurité sociale pour vous connecter. Votre nouvel identifiant sera une adresse email.
mail-invitation-what = Pour le choisir, allez sur le site MGEN comme vous le faites d’habitude et ouvrez votre Espace personnel. Connectez-vous une dernière fois avec votre numéro et votre mot de passe : la suite vous est expliquée, en trois étapes.
mail-invitation-until = La connexion avec le numéro s’arrête après le { $date }.
mail-invitation-done = Si vous l’avez déjà fait, vous n’avez rien à faire. Ce message ne contient pas de lien de connexion : méfiez-vous de ceux qui en contiennent.
mail-invitation-reason = Vous recevez ce message parce que cette adresse est l’adresse de contact de votre Espace personnel MGEN.
mail-invitation-stop = Ne plus recevoir cette invitation

legacy-uninvite-title = Ne plus recevoir l’invitation
legacy-uninvite-lead = Nous ne vous écrirons plus pour vous inviter à choisir une adresse email comme identifiant.
legacy-uninvite-submit = Ne plus m’écrire à ce sujet
legacy-uninvited-title = C’est noté
legacy-uninvited-lead = Nous ne vous enverrons plus cette invitation. Le changement d’identifiant vous sera proposé quand vous vous connecterez.

mail-dormant-account-subject = Votre compte MGEN Connect ne sert plus
mail-dormant-lead = Personne ne s’est connecté avec { $email } depuis deux ans.
mail-dormant-what = Sans connexion de votre part, nous effacerons ce compte le { $date }. Pour le garder, il suffit de vous connecter une fois.
mail-dormant-reason = Vous recevez ce message parce que cette adresse est l’identifiant d’un compte MGEN Connect.
