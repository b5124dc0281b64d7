## The NIR door and the change of identifier.

legacy-journey = Changement d’identifiant
legacy-whose = Espace personnel de { $name }

legacy-sign-in-title = Changez d’identifiant
legacy-sign-in-lead = Saisissez votre numéro de sécurité sociale : il sert seulement à changer d’identifiant. Ensuite, vous vous connecterez avec une adresse email.
legacy-sign-in-password-hint = Celui que vous utilisiez avec votre numéro.
legacy-sign-in-forgotten = Mot de passe oublié ?
legacy-sign-in-email-title = Vous avez déjà changé d’identifiant ?
legacy-sign-in-email-link = Utiliser mon adresse email
legacy-why-title = Pourquoi mon numéro m’est-il encore demandé ?
legacy-why-law = La loi ne permet plus d’utiliser le numéro de sécurité sociale pour se connecter. Nous vous le demandons une dernière fois, pour retrouver votre Espace personnel et le relier à votre adresse email.
legacy-why-once = Une fois le changement fait, votre numéro n’ouvre plus rien. Il n’est transmis à aucun site et n’est écrit dans aucun message.
legacy-why-until = Ce changement est possible ici jusqu’au { $date }.
legacy-why-refuse = Vous préférez ne pas le saisir ? Écrivez-nous ou venez dans une agence MGEN : vos droits et vos remboursements restent les mêmes.

legacy-refused-title = Nous ne pouvons pas vous connecter
legacy-refused-check = Vérifiez le numéro et le mot de passe.
legacy-refused-retry = Saisir de nouveau
legacy-refused-changed = Vous avez déjà changé d’identifiant ?
legacy-refused-email = Utiliser mon adresse email
legacy-refused-forgotten = Mot de passe oublié, jamais créé, ou compte bloqué ?
legacy-refused-guide = Me laisser guider

legacy-address-title = Votre adresse email
legacy-address-lead = Elle remplacera votre numéro. Une adresse ne sert qu’à un seul Espace personnel.
legacy-address-proposed = C’est votre adresse de contact. Gardez-la, ou donnez-en une autre.
legacy-address-own = Choisissez une adresse que personne d’autre ne consulte : ni celle de votre conjoint, ni celle d’un établissement.
legacy-address-none = Je n’ai pas d’adresse email
legacy-address-suggestion = Vouliez-vous écrire
legacy-address-suggestion-use = Utiliser cette adresse
legacy-address-used = Cette adresse ne peut pas être utilisée. Donnez-en une autre.

legacy-no-address-title = Il vous faut une adresse email personnelle
legacy-no-address-lead = C’est gratuit et rapide. Vous pourrez reprendre jusqu’au { $date }, avec votre numéro et votre mot de passe.
legacy-no-address-own = Cette adresse vous servira à vous connecter et à recevoir nos messages : elle ne doit appartenir qu’à vous. Choisissez un fournisseur, créez votre adresse, puis revenez ici.
legacy-no-address-create = Créer une adresse { $provider }
legacy-no-address-ready-title = Votre adresse est créée ?
legacy-no-address-ready = J’ai maintenant une adresse
legacy-no-address-alone-title = Vous préférez de l’aide ?
legacy-no-address-alone = Un conseiller peut vous aider au téléphone ou dans une agence MGEN. Un proche peut aussi rester à vos côtés, sans vous demander votre mot de passe.

legacy-password-title = Votre mot de passe
legacy-password-lead = Il servira avec l’adresse
legacy-question-title = Ma question secrète
legacy-question-lead = Elle vous sera demandée si vous oubliez votre mot de passe ou si votre compte est bloqué. Retenez bien la réponse.
legacy-question-optional = Vous pouvez aussi ne pas en choisir.
legacy-question-answer-hint = 4 lettres au minimum. Les majuscules, les accents et les espaces ne comptent pas.

legacy-choose-another = Choisir une autre adresse

legacy-elsewhere-closed = Continuez ici avec votre nouveau mot de passe.
legacy-elsewhere-continue = Continuer ici
legacy-continue-here-title = Continuez ici
legacy-continue-here-lead = Votre adresse est validée. Il reste une vérification avant la dernière étape.
legacy-continue-here-hint = Le nouveau, choisi pendant le changement d’identifiant.
legacy-continue-here-wrong = Ce mot de passe n’est pas celui que vous avez choisi pendant le changement d’identifiant. Saisissez-le de nouveau.
legacy-continue-here-forgotten = Vous l’avez oublié ? Reprenez avec votre numéro et votre ancien mot de passe : rien n’est encore changé.

legacy-review-title = Votre identifiant sera
legacy-review-lead = Vérifiez l’adresse : c’est elle que vous saisirez pour vous connecter.
legacy-review-password = Votre mot de passe sera celui que vous venez de choisir.
legacy-review-question = Votre question secrète sera enregistrée.
legacy-review-nir = Votre numéro de sécurité sociale ne servira plus à vous connecter.
legacy-review-notice = Nous préviendrons par email l’adresse de contact que nous connaissions, s’il y en a une.
legacy-review-confirm = Vous recevrez à cette adresse un message pour la confirmer, quand vous aurez un moment.
legacy-review-changed = Cette étape a changé dans un autre onglet. Vérifiez de nouveau l’adresse, puis terminez.
legacy-review-submit = Terminer
legacy-review-change = Ce n’est pas mon adresse

legacy-done-title = C’est fait
legacy-done-lead = Désormais, connectez-vous avec
legacy-done-nir = Votre numéro de sécurité sociale ne sert plus.
legacy-done-to-confirm = Nous vous avons écrit à cette adresse. Quand vous aurez un moment, ouvrez le message et confirmez qu’elle est bien à vous.

legacy-stop-title = Arrêter cette demande
legacy-stop-lead = Quelqu’un a choisi comme identifiant MGEN Connect
legacy-stop-what = Si ce n’est pas vous, arrêtez la demande : cette adresse ne sera pas utilisée, et le lien du message ne servira plus.
legacy-stop-submit = Arrêter la demande
legacy-stopped-title = La demande est arrêtée
legacy-stopped-lead = Le lien de ce message ne sert plus. Il concernait

legacy-changed-title = Votre identifiant a changé
legacy-changed-lead = La connexion se fait désormais avec l’adresse email indiquée lors de l’activation de votre compte.
legacy-changed-password = Utilisez cette adresse et le mot de passe que vous avez choisi avec elle.
legacy-changed-sign-in = Me connecter avec mon adresse email
legacy-changed-which = Quelle adresse ?
legacy-changed-which-lead = Nous pouvons vous la rappeler par un message, envoyé à cette adresse.
legacy-changed-remind = Envoyez-moi un rappel
legacy-changed-reminded = Nous envoyons un message à l’adresse que nous connaissons. Consultez votre messagerie.

legacy-blocked-title = Votre compte est bloqué
legacy-blocked-lead = Il y a eu plusieurs erreurs de mot de passe. Votre numéro et votre mot de passe sont bons, mais il faut d’abord débloquer le compte.
legacy-blocked-how = Munissez-vous de votre numéro de sécurité sociale et de votre date de naissance, et laissez-vous guider. Vous changerez d’identifiant à la prochaine connexion.
legacy-blocked-unlock = Débloquer mon compte

legacy-taken-title = Cette adresse est déjà utilisée pour un autre Espace personnel
legacy-taken-lead = Choisissez une adresse qui n’appartient qu’à vous.
legacy-in-progress-title = Un changement est déjà en cours
legacy-in-progress-lead = Vous l’avez commencé dans un autre navigateur ou sur un autre appareil. Vous pouvez le terminer là-bas, ou le reprendre ici.
legacy-in-progress-warning = Si vous le reprenez ici, l’autre page ne pourra plus continuer.
legacy-in-progress-resume = Reprendre ici
legacy-in-progress-leave = Laisser l’autre page continuer

legacy-sunset-title = La connexion par numéro est terminée
legacy-sunset-lead = Depuis le { $date }, la connexion se fait seulement avec une adresse email.
legacy-sunset-never = Vous n’aviez pas encore changé d’identifiant ?
legacy-sunset-advisor = Un conseiller MGEN ouvrira avec vous votre nouvel accès, par téléphone, par courrier ou dans une agence. Vos droits et vos remboursements restent les mêmes.
