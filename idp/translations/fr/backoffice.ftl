## Le back-office : pour les équipes de la MGEN.

backoffice-name = Back-office
backoffice-nav = Pages du back-office
backoffice-nav-home = Le changement
backoffice-nav-members = Un adhérent
backoffice-nav-requests = Demandes à deux
backoffice-nav-requests-waiting = Demandes à deux ({ $count })
backoffice-leave = Me déconnecter
backoffice-at-work = Au travail : { $name }
backoffice-none = Aucun
backoffice-yes = oui
backoffice-no = non

backoffice-sign-in-title = Entrez dans le back-office
backoffice-sign-in-lead = Réservé aux équipes de la MGEN. Chaque geste est enregistré avec votre nom.
backoffice-passkey-title = Avec votre clé d’accès
backoffice-passkey-lead = Votre appareil vous demande votre empreinte, votre visage ou son code.
backoffice-passkey-use = Utiliser ma clé d’accès
backoffice-passkey-failed = La clé d’accès n’a pas répondu. Réessayez, ou utilisez votre mot de passe et votre code.
backoffice-passkey-unavailable = Pour utiliser une clé d’accès, activez JavaScript dans ce navigateur, ou prenez-en un plus récent.
backoffice-password-title = Avec votre mot de passe et un code
backoffice-field-code = Code de votre application
backoffice-hint-code = Les 6 chiffres qu’affiche votre application d’authentification en ce moment.
backoffice-sign-in-submit = Entrer
backoffice-refused = Nous ne pouvons pas vous laisser entrer. Vérifiez l’adresse, le mot de passe et le code (un code ne sert qu’une fois), ou reprenez votre clé d’accès. Un code perdu, un appareil changé ? Demandez un nouveau lien à la personne qui gère le back-office.
backoffice-session-over = Votre session est terminée : rien n’a été fait. Entrez de nouveau, puis recommencez.

backoffice-enrol-title = Bienvenue, { $name }
backoffice-enrol-lead = Choisissez comment vous entrerez dans le back-office. Ce lien ne sert qu’une fois.
backoffice-enrol-passkey-title = Une clé d’accès, le plus simple
backoffice-enrol-passkey-lead = Elle reste dans votre appareil ou votre clé de sécurité. Il n’y a rien à retenir.
backoffice-enrol-passkey-submit = Créer ma clé d’accès
backoffice-enrol-application-title = Un mot de passe et une application
backoffice-enrol-application-lead = Si votre appareil ne connaît pas les clés d’accès.
backoffice-enrol-application-link = Choisir un mot de passe et une application
backoffice-enrol-refused = Votre clé d’accès n’a pas été enregistrée. Réessayez, ou choisissez un mot de passe et une application.
backoffice-enrol-secret-title = 1. Ajoutez ce compte à votre application
backoffice-enrol-secret-lead = Photographiez ce dessin avec votre application d’authentification, ou recopiez-y la clé.
backoffice-enrol-secret-picture = Code QR pour votre application
backoffice-enrol-secret-key = Clé à recopier :
backoffice-enrol-password-title = 2. Choisissez votre mot de passe
backoffice-enrol-submit = Enregistrer
backoffice-enrolled = C’est enregistré. Entrez maintenant avec ce que vous venez de choisir.
backoffice-enrol-spent-title = Ce lien n’est plus valable
backoffice-enrol-spent-lead = Les liens durent { $validity } et ne servent qu’une fois. Vous avez déjà choisi comment entrer ? Entrez. Sinon, demandez un nouveau lien à la personne qui gère le back-office.
backoffice-enrol-spent-sign-in = Entrer dans le back-office

backoffice-error-empty = Remplissez ce champ.
backoffice-error-code = Ce code n’est pas le bon. Saisissez celui que votre application affiche en ce moment.
backoffice-error-who = Saisissez une référence d’adhérent ou une adresse email. Exemple : M00001234
backoffice-error-number = N’écrivez jamais de numéro de sécurité sociale ici. Utilisez la référence d’adhérent ou l’adresse email.
backoffice-error-reason = Dites pourquoi, en 5 à 200 caractères. Exemple : appel du 12 mars, adresse perdue

backoffice-home-title = Le changement d’identifiant
backoffice-home-lead = Où en sont les adhérents, et ce qui les arrête.
backoffice-snapshot-at = Situation du { $date } à { $time }.
backoffice-snapshot-none = La situation n’est pas encore comptée : elle l’est toutes les cinq minutes, dès que le serveur tourne.
backoffice-share = { $share } % des adhérents ont changé d’identifiant : { $changed } sur { $members }.
backoffice-last-day = Dernier jour de l’entrée par numéro : { $date }.
backoffice-steps-title = Étape par étape, sur { $days } jours
backoffice-step = { $step ->
    [number] Connexions avec le numéro
    [started] Changements commencés
    [proved] Adresses ou comptes prouvés
    [changed] Changements terminés
   *[other] { $step }
}
backoffice-plot-label = Changements commencés, adresses prouvées et changements terminés, jour par jour, sur { $days } jours. Les mêmes nombres sont dans le tableau.
backoffice-days-title = Les nombres, jour par jour
backoffice-days-caption = Chaque étape, jour par jour (heure universelle)
backoffice-day = Jour
backoffice-step-short = { $step ->
    [number] Numéro
    [started] Commencés
    [proved] Prouvés
    [changed] Terminés
   *[other] { $step }
}
backoffice-stuck-title = Où en sont ceux qui n’ont pas terminé
backoffice-stuck-open = Changements en cours, par étape
backoffice-open-step = { $step ->
    [address] choisit son adresse
    [link] associe un compte existant
    [password] choisit son mot de passe
    [waiting] attend de prouver son adresse
    [review] relit avant de terminer
   *[other] { $step }
}
backoffice-stuck-state = Adhérents qui n’ont pas changé, par état
backoffice-old-state = { $state ->
    [active] peut changer dès maintenant
    [blocked] bloqué par l’ancien portail
    [never_activated] n’a jamais créé de mot de passe
    [reset_pending] doit choisir un nouveau mot de passe
    [conflict] deux lignes pour un même numéro
    [changed] a changé d’identifiant
   *[other] { $state }
}
backoffice-abandoned = Changements abandonnés, encore gardés : { $count }
backoffice-troubles-title = Ce qui les arrête, sur { $days } jours
backoffice-troubles-none = Rien ces jours-ci.
backoffice-cause = { $cause ->
    [refused] numéro ou mot de passe refusé
    [blocked] compte bloqué, avec le bon mot de passe
    [after] vient avec son numéro après avoir changé
    [guided] mot de passe oublié ou déblocage, par numéro
    [letter] courrier demandé
    [letter-wrong] code de courrier refusé
    [wrong-account] mauvais mot de passe du compte à associer
    [address-refused] « ce n’est pas moi » à l’adresse choisie
    [recovery] mot de passe oublié, par email
    [answer] mauvaise réponse à la question secrète
    [contested] changement contesté
    [undone] changement annulé
   *[other] { $cause }
}
backoffice-imports-title = Les derniers imports
backoffice-imports-none = Aucun import encore.
backoffice-import = { $kind ->
    [legacy] Ancien fichier des adhérents
    [identities] Comptes des sites
   *[other] { $kind }
}
backoffice-import-running = Pas terminé.
backoffice-import-counts = { $rows } lignes : { $imported } nouvelles, { $updated } modifiées, { $refused } refusées.
backoffice-import-reasons = Refusées, par motif
backoffice-import-reason = { $reason ->
    [nir_empty] pas de numéro
    [nir_key] numéro dont la clé est fausse
    [nir_length] numéro trop court ou trop long
    [nir_too_long] numéro trop court ou trop long
    [nir_shape] numéro qui n’en est pas un
    [nir_characters] numéro qui n’en est pas un
    [duplicate_nir] deux lignes pour un même numéro
    [nir_of_another_member] numéro déjà connu pour un autre adhérent
    [member_ref] référence mal écrite
    [identity_ref] référence mal écrite
    [duplicate_member_ref] deux lignes pour une même référence
    [duplicate_identity_ref] deux lignes pour une même référence
    [birth_date] date de naissance impossible
    [birth_date_against_nir] date de naissance qui contredit le numéro
    [unknown_status] état inconnu
    [unknown_source] site inconnu
    [unknown_hash] mot de passe d’un format inconnu
    [malformed_hash] mot de passe illisible
    [mailbox_of_another_row] adresse d’une autre ligne
    [another_address] compte connu avec une autre adresse
    [email_empty] pas d’adresse email
    [email_too_long] adresse email mal écrite
    [email_control] adresse email mal écrite
    [email_format] adresse email mal écrite
    [postal_address_ok] adresse postale : ni oui ni non
    [blocked] bloqué : ni oui ni non
    [validated] validé : ni oui ni non
    [control_characters] signes invisibles
    [formula] ressemble à une formule
    [oversized] ligne trop longue
    [encoding] signes illisibles
    [quotes] guillemets mal fermés
    [fields] nombre de cases faux
   *[other] { $reason }
}
backoffice-messages-title = Les messages
backoffice-messages-state = { $state ->
    [waiting] en attente
    [retrying] refusés au moins une fois, réessayés
    [given_up] abandonnés après tous les essais
   *[other] { $state }
}
backoffice-messages-reasons = Abandonnés, par motif
backoffice-undelivered = { $error ->
    [SMTPRecipientsRefused] la messagerie refuse l’adresse
    [SMTPDataError] la messagerie refuse le message
    [SMTPSenderRefused] la messagerie refuse l’expéditeur
    [NotTaken] le service d’impression ne prend pas le courrier
   *[other] pas de réponse, ou une réponse inattendue ({ $error })
}
backoffice-relay-fails = Le relais de messagerie a refusé des messages dans le dernier quart d’heure.
backoffice-relay-works = Le relais de messagerie prend les messages.
backoffice-count = { $what } : { $count }

backoffice-members-title = Trouver un adhérent
backoffice-members-lead = Par référence d’adhérent ou par adresse email. Jamais par numéro de sécurité sociale.
backoffice-field-who = Référence d’adhérent ou adresse email
backoffice-hint-who = Exemple : M00001234, ou nom@domaine.fr
backoffice-members-submit = Chercher
backoffice-members-none = Personne n’a cette référence ni cette adresse. Vérifiez-la avec l’adhérent.
backoffice-members-several = Plusieurs adhérents ont donné cette adresse
backoffice-member-link = Référence { $ref }
backoffice-member-no-ref = Compte sans Espace personnel, { $address }

backoffice-member-title = Adhérent { $ref }
backoffice-member-account-title = Compte sans Espace personnel
backoffice-member-trouble = Ce qui l’arrête
backoffice-member-fine = Rien ne l’arrête.
backoffice-trouble = { $trouble ->
    [bounced] Un message à une de ses adresses n’a pas pu être remis : vérifiez l’adresse avec lui.
    [frozen] Le compte est gelé : un changement a été contesté, ou un collègue l’a gelé.
    [blocked] Le compte est bloqué.
    [unverified] L’adresse qui sert d’identifiant n’est pas encore confirmée.
    [deletion] L’adhérent a demandé la suppression de son compte.
    [step-address] Un changement est en cours : il choisit son adresse.
    [step-link] Un changement est en cours : il associe un compte existant.
    [step-password] Un changement est en cours : il choisit son mot de passe.
    [step-waiting] Un changement est en cours : il attend de prouver son adresse. A-t-il regardé ses messages indésirables ?
    [step-review] Un changement est en cours : il lui reste à relire et à terminer.
    [old-active] Il n’a pas encore commencé à changer d’identifiant.
    [old-blocked] L’ancien portail l’avait bloqué : il se débloque avec le lien envoyé, ou par courrier.
    [old-never_activated] Il n’a jamais créé de mot de passe : il en choisit un avec le lien envoyé, ou par courrier.
    [old-reset_pending] Il doit choisir un nouveau mot de passe, avec le lien envoyé ou par courrier.
    [old-conflict] Deux lignes de l’ancien fichier ont le même numéro : il faut corriger le fichier, puis le réimporter.
    [contact-none] Aucune adresse email connue : aucun lien ne peut partir.
    [contact-shared] Son adresse email est aussi celle d’un autre adhérent : aucun lien ne part.
    [contact-fresh] Son adresse email a changé il y a moins de 30 jours : aucun lien ne part.
    [postal-none] Pas d’adresse postale utilisable : aucun courrier ne peut partir.
    [postal-fresh] Son adresse postale a changé il y a moins de 30 jours : aucun courrier ne part.
   *[other] { $trouble }
}
backoffice-facts-title = Ce que nous savons
backoffice-fact-account = Compte
backoffice-account-state = { $state ->
    [active] actif
    [blocked] bloqué
    [frozen] gelé
   *[other] { $state }
}
backoffice-fact-no-account = pas encore de compte
backoffice-fact-address = Identifiant
backoffice-fact-verified = Adresse confirmée
backoffice-fact-created = Compte créé le
backoffice-fact-seen = Dernière connexion le
backoffice-fact-never = jamais
backoffice-fact-sessions = Connexions ouvertes
backoffice-fact-factors = Clés d’accès
backoffice-fact-totp = Application de codes
backoffice-fact-old = Ancien portail
backoffice-fact-contact = Adresse email connue
backoffice-fact-changed = A changé le
backoffice-fact-invited = Invité le
backoffice-fact-step-until = Changement en cours, à reprendre avant le
backoffice-fact-letter = Dernier courrier demandé le
backoffice-fact-letter-until = Code de courrier valable jusqu’au
backoffice-fact-bounced = Dernier message non remis
backoffice-bounced = écrit le { $date } – { $reason }
backoffice-asked-title = Demandes en attente
backoffice-asked = { $kind ->
    [unfreeze] Rouvrir le compte gelé
    [release_letter] Remettre un code en agence
   *[other] { $kind }
}
backoffice-asked-by = Demandé par { $name } : { $reason }

backoffice-acts-title = Aider
backoffice-acts-lead = Chaque geste est enregistré avec votre nom, et l’adhérent le voit. Vous ne choisissez jamais une adresse ni un mot de passe à sa place.
backoffice-field-reason = Motif
backoffice-hint-reason = Ce qui s’est passé, sans nom ni numéro. L’adhérent peut demander à le lire.
backoffice-act = { $act ->
    [link] Envoyer le lien par email
    [letter] Envoyer un courrier
    [sessions] Fermer toutes ses connexions
    [freeze] Geler le compte
    [unfreeze] Demander la réouverture
    [release] Demander un code en agence
   *[other] { $act }
}
backoffice-act-what = { $act ->
    [link] Il part à l’adresse que nous connaissons, au plus trois fois par jour.
    [letter] Un code part à l’adresse postale que nous connaissons, au plus un tous les dix jours.
    [sessions] Sur tous les sites et tous les appareils. Il pourra se reconnecter.
    [freeze] Plus personne ne peut s’y connecter, jusqu’à un courrier ou l’accord de deux collègues.
    [unfreeze] Après avoir vérifié son identité. Un autre collègue doit être d’accord.
    [release] Après avoir vérifié son identité en agence. Un autre collègue doit être d’accord. Le code est imprimé sur place, valable 24 heures.
   *[other] { $act }
}

backoffice-said-link = Le message est parti.
backoffice-said-letter = Le courrier est demandé.
backoffice-said-sessions = Ses connexions sont fermées.
backoffice-said-freeze = Le compte est gelé.
backoffice-said-unfreeze = La demande attend l’accord d’un autre collègue.
backoffice-said-release = La demande attend l’accord d’un autre collègue.
backoffice-said-already = C’était déjà fait : rien n’a été fait deux fois.
backoffice-said-not-possible = Ce n’est pas possible maintenant : rien n’a été fait. La situation a pu changer, une demande attendre déjà, ou la limite de messages être atteinte.
backoffice-said-agreed-unfreeze = Le compte est rouvert.
backoffice-said-agreed-release-letter = Le code est imprimé en agence.
backoffice-said-declined = La demande est close : rien n’a été fait.
backoffice-said-own = Un autre collègue doit donner son accord : on ne répond pas à sa propre demande.
backoffice-said-settled = Cette demande est déjà réglée, ou trop ancienne. Rien d’autre n’a été fait.

backoffice-requests-title = Demandes à deux
backoffice-requests-lead = Rouvrir un compte ou remettre un code demande deux personnes. Une demande dure { $validity }.
backoffice-requests-none = Aucune demande n’attend.
backoffice-requests-gone = Cet adhérent n’est plus là.
backoffice-requests-until = Jusqu’au { $date } à { $time }.
backoffice-requests-own = C’est votre demande : un autre collègue doit y répondre.
backoffice-requests-agree = Donner mon accord
backoffice-requests-decline = Refuser
backoffice-requests-withdraw = Retirer ma demande
backoffice-requests-see = Voir cet adhérent

backoffice-record-title = Ce qui s’est passé
backoffice-record-none = Rien n’est enregistré sur les douze derniers mois.
backoffice-record-shown = Les { $count } derniers événements.
backoffice-record-when = { $date } à { $time }
backoffice-record-by = par { $name }
backoffice-record-way = { $way ->
    [nir] par numéro
    [email] par email
    [letter] par courrier
    [mailbox] par un message
    [default] avec l’adresse connue
    [account] avec un compte existant
    [link] par un lien
    [code] par un code
    [passkey] par clé d’accès
    [totp] par application de codes
    [registration] à l’inscription
    [recovery] après un oubli
    [guided] par l’aide guidée
    [change] pendant le changement
   *[other] { $way }
}
backoffice-event = { $event ->
    [sign_in] Connexion
    [sign_in_refused] Connexion refusée
    [sign_in_closed] Bon mot de passe, compte fermé
    [sign_in_unproved] Bon mot de passe, adresse pas encore prouvée
    [sign_out] Déconnexion
    [signed_out] Déconnexion
    [step_up] Second facteur demandé par un site
    [second_factor_refused] Second facteur refusé
    [session_ended] Connexion fermée
    [other_sessions_ended] Autres connexions fermées
    [identifier_change_started] Changement d’identifiant commencé
    [identifier_changed] Identifiant changé
    [identifier_reminded] Identifiant rappelé par message
    [nir_after_change] Est venu avec son numéro après le changement
    [mailbox_proved] Adresse prouvée
    [account_proved] Compte existant prouvé
    [account_refused] Mauvais mot de passe du compte à associer
    [linking_refused] Association refusée
    [address_refused] « Ce n’est pas moi » à l’adresse choisie
    [address_changed] Adresse changée
    [address_confirmed] Adresse confirmée
    [change_contested] Changement contesté
    [change_undone] Changement annulé
    [guided_asked] A demandé de l’aide par numéro
    [legacy_password_reset] Nouveau mot de passe pour le numéro
    [legacy_unlocked] Numéro débloqué
    [letter_asked] Courrier demandé
    [letter_used] Code de courrier utilisé
    [letter_refused] Code de courrier refusé
    [recovery_asked] Mot de passe oublié
    [password_reset] Nouveau mot de passe
    [password_changed] Mot de passe changé
    [secret_answer_refused] Mauvaise réponse à la question secrète
    [factor_added] Facteur ajouté
    [factor_removed] Facteur retiré
    [passkey_copied] Clé d’accès copiée, refusée
    [recovery_codes_made] Codes de secours créés
    [recovery_code_spent] Code de secours utilisé
    [consent_given] Accord donné à un site
    [consent_withdrawn] Accord retiré à un site
    [device_agreed] Appareil connecté
    [public_name_changed] Nom public changé
    [public_name_removed] Nom public retiré
    [dormancy_told] Prévenu d’un long silence
    [deletion_asked] Suppression demandée
    [deletion_cancelled] Suppression annulée
    [account_erased] Compte effacé
    [staff_link_sent] Lien envoyé
    [staff_letter_asked] Courrier demandé
    [staff_sessions_ended] Connexions fermées
    [staff_frozen] Compte gelé
    [staff_unfreeze_asked] Réouverture demandée
    [staff_unfrozen] Compte rouvert
    [staff_release_asked] Code en agence demandé
    [staff_letter_released] Code en agence remis
    [staff_declined] Demande close
   *[other] { $event }
}

mail-staff-act-subject = Un conseiller MGEN a agi sur votre compte
mail-staff-act-lead = { $act ->
    [sessions] Le { $date } à { $time }, un conseiller MGEN a fermé toutes les connexions de votre compte MGEN Connect. Vous pouvez vous reconnecter.
    [letter] Le { $date } à { $time }, un conseiller MGEN vous a fait envoyer un code par courrier, à l’adresse postale que nous connaissons.
    [unfrozen] Le { $date } à { $time }, deux conseillers MGEN ont rouvert votre compte MGEN Connect, après vérification.
   *[released] Le { $date } à { $time }, deux conseillers MGEN ont fait imprimer pour vous un code en agence, valable 24 heures.
}
mail-staff-act-not-you = Ce n’était pas à votre demande ? Parlez-en à un conseiller MGEN.
mail-staff-act-button = Trouver un conseiller
