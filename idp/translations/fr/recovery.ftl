## A forgotten password, a change contested, an address confirmed.

accounts-forgotten-title = Mot de passe oublié
accounts-forgotten-lead = Indiquez l’adresse email de votre compte. Nous vous écrirons, et vous choisirez un nouveau mot de passe.
accounts-forgotten-submit = Recevoir un message
accounts-forgotten-back = Revenir à la connexion
accounts-forgotten-nir-lead = Le mot de passe qui va avec ce numéro se retrouve autrement.
accounts-forgotten-nir-link = J’utilise mon numéro

accounts-recovery-sent = Si un compte existe avec cette adresse, nous venons de lui écrire :
accounts-recovery-lead = Ouvrez le message et appuyez sur le bouton, depuis cet appareil ou un autre. Vous choisirez alors un nouveau mot de passe.
accounts-recovery-continue = J’ai choisi mon mot de passe : continuer
accounts-recovery-waiting = Cette page continuera toute seule dès que votre mot de passe sera choisi.
accounts-recovery-not-yet = Votre nouveau mot de passe n’est pas encore choisi. Ouvrez le message et appuyez sur le bouton, ou recopiez le code.
accounts-recovery-otherwise = Vous n’avez plus accès à cette messagerie ?
accounts-recovery-done = Votre nouveau mot de passe est enregistré. Connectez-vous avec lui.
accounts-recovery-again = Demandez-en un autre : indiquez de nouveau votre adresse email.

accounts-reset-question-title = Votre question secrète
accounts-reset-question-lead = Vous avez choisi cette question avec votre mot de passe. Sa réponse, ajoutée au message reçu, nous montre que c’est bien vous.
accounts-reset-until = Vous avez jusqu’à { $time } pour enregistrer le nouveau mot de passe. Après, un autre message suffira.
accounts-reset-answer-hint = Les majuscules, les accents et la ponctuation ne comptent pas.
accounts-reset-answer-refused = Ce n’est pas la réponse que vous aviez donnée. Essayez de l’écrire autrement.
accounts-reset-unknown-title = Vous ne retrouvez pas la réponse ?
accounts-reset-password-title = Choisissez un nouveau mot de passe
accounts-reset-password-lead = Il ouvrira le compte
accounts-reset-password-after = Par sécurité, les connexions déjà ouvertes seront fermées. Vous vous connecterez avec ce nouveau mot de passe.
accounts-reset-password-submit = Enregistrer ce mot de passe

accounts-way-letter = Recevoir un code par courrier
accounts-way-letter-lead = Si vous avez un Espace personnel, un code envoyé par courrier à votre adresse postale vous en rend l’accès.
accounts-ways-title = Il nous faut une autre preuve
accounts-ways-lead = Cette adresse n’a jamais été confirmée, et le compte n’a pas de question secrète. Un message ne suffit donc pas à montrer que c’est bien vous.

accounts-blocked-title = Votre compte est bloqué
accounts-blocked-lead = Votre mot de passe est le bon, mais ce compte ne s’ouvre plus. Pour le débloquer, choisissez un nouveau mot de passe : nous vous écrivons pour cela.
accounts-blocked-submit = Recevoir un message
accounts-frozen-title = Votre compte est suspendu
accounts-frozen-lead = Quelqu’un nous a dit qu’un changement sur ce compte ne venait pas de vous. Par sécurité, il reste fermé jusqu’à ce que nous soyons sûrs que c’est vous.
accounts-closed-contact = Contacter un conseiller

accounts-contest-title = Ce n’est pas vous ?
accounts-contest-lead = Un changement a été fait sur un compte lié à cette adresse. Si vous n’en êtes pas à l’origine, bloquez l’accès maintenant.
accounts-contest-closes = Toutes les connexions ouvertes seront fermées, et plus personne ne pourra se connecter.
accounts-contest-keeps = Rien ne sera effacé.
accounts-contest-way-out = Vous retrouverez l’accès avec un code reçu par courrier, ou avec un conseiller MGEN.
accounts-contest-submit = Bloquer l’accès
accounts-contest-it-was-me = C’était bien vous ? Fermez cette page : rien ne sera changé.
accounts-contest-done-title = L’accès est bloqué
accounts-contest-done-lead = Les connexions sont fermées et personne ne peut plus entrer. Pour retrouver votre compte, prouvez-nous que c’est vous.
accounts-contest-over-title = Ce lien n’est plus valable
accounts-contest-over-lead = Il servait { $contest } après le changement. Si ce changement ne venait pas de vous, ne tardez pas : demandez un code par courrier, ou appelez un conseiller MGEN.

accounts-confirm-title = Confirmez votre adresse email
accounts-confirm-lead = Vous vous connectez avec
accounts-confirm-why = Nous n’avons pas encore vérifié que cette adresse est bien la vôtre. Une fois confirmée, elle vous aidera si vous oubliez votre mot de passe.
accounts-confirm-submit = Recevoir un message pour confirmer
accounts-confirm-later = Plus tard
accounts-confirm-other-title = Ce n’est plus votre adresse ?
accounts-confirm-other-link = Changer d’adresse
accounts-confirm-link-password = Vous n’êtes pas connecté dans ce navigateur. Pour confirmer cette adresse ici, saisissez le mot de passe de votre compte. Sinon, confirmez-la à votre prochaine connexion.
accounts-confirm-again = Connectez-vous : nous vous proposerons de confirmer votre adresse.
accounts-proved-done = Tout est fait : vous pouvez fermer cette page.
accounts-replace-title = Changez d’adresse email
accounts-replace-lead = Vous saisirez la nouvelle adresse pour vous connecter, à la place de
accounts-replace-submit = Recevoir un message à cette adresse
accounts-replace-refused = Ce n’est pas le mot de passe de votre compte. Vérifiez-le.
accounts-taken-title = Cette adresse est déjà utilisée
accounts-taken-lead = Elle ouvre déjà un autre compte MGEN Connect. Choisissez une adresse qui n’appartient qu’à vous. Rien n’a été changé.
accounts-taken-link = Choisir une autre adresse
accounts-address-held = Cette adresse a servi à un compte effacé il y a peu. Elle pourra servir de nouveau dans quelques semaines. Utilisez une autre adresse.

mail-password-reset-subject = Choisissez un nouveau mot de passe
mail-reset-lead = Un nouveau mot de passe a été demandé pour le compte MGEN Connect { $email }. Appuyez sur le bouton pour le choisir, sur n’importe quel appareil.
mail-reset-button = Choisir un nouveau mot de passe
mail-reset-reason = Vous recevez ce message parce que quelqu’un a demandé un nouveau mot de passe pour ce compte.
mail-reset-ignore = Ne faites rien : votre mot de passe ne change pas.

mail-password-changed-subject = Votre mot de passe a été changé
mail-password-changed-lead = Le { $date } à { $time }, le mot de passe de votre compte MGEN Connect a été changé. Les connexions ouvertes ont été fermées.
mail-password-changed-unblocked = Ce compte était bloqué : il est débloqué.

mail-address-changed-subject = Votre adresse de connexion a changé
mail-address-changed-lead = Le { $date } à { $time }, l’adresse email qui ouvre votre compte MGEN Connect a été remplacée. Les connexions ouvertes ont été fermées.

mail-account-frozen-subject = L’accès à votre compte est bloqué
mail-account-frozen-lead = Quelqu’un nous a dit qu’un changement sur votre compte MGEN Connect ne venait pas de vous. Par sécurité, personne ne peut plus s’y connecter.
mail-account-frozen-way-out = Pour retrouver l’accès à votre Espace personnel, demandez un code par courrier : il part à l’adresse postale que nous connaissons.
mail-account-frozen-button = Recevoir un code par courrier
mail-account-frozen-advisor = Un conseiller MGEN peut aussi vous aider, par téléphone ou dans une agence.

mail-notice-reason = Vous recevez ce message parce que cette adresse est liée à un compte MGEN Connect.

mail-confirm-address-subject = Confirmez votre adresse email
mail-confirm-address-ignore = Ne faites rien : cette adresse ne sera pas utilisée.
