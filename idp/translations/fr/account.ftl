## The account's own pages: what is known of a person, and what they can do about it.

account-nav = Votre compte
account-nav-home = Votre compte
account-nav-password = Mot de passe
account-nav-security = Sécurité
account-nav-address = Adresse email
account-nav-question = Question secrète
account-nav-sessions = Connexions
account-nav-sites = Sites
account-nav-record = Historique
account-nav-data = Vos données
account-nav-deletion = Suppression

account-waiting = { $site } vous attend. Continuez dès que votre protection est prête.

account-home-title = Votre compte MGEN Connect
account-home-lead = Vous vous connectez avec
account-home-can = Ce que vous pouvez faire
account-home-password = Changer mon mot de passe
account-home-password-lead = À faire si quelqu’un d’autre a pu le lire.
account-home-security = Renforcer ma connexion
account-home-security-lead = Votre téléphone ou votre ordinateur confirme que c’est vous.
account-home-address = Changer mon adresse email
account-home-address-lead = L’adresse que vous saisissez pour vous connecter.
account-home-question = Ma question secrète
account-home-question-lead = Elle vous est posée si vous oubliez votre mot de passe.
account-home-sessions = Voir mes connexions
account-home-sessions-lead = Les appareils où votre compte est ouvert. Vous pouvez les déconnecter.
account-home-sites = Voir les sites
account-home-sites-lead = Ce que chaque site peut lire de votre compte.
account-home-record = Voir mon historique
account-home-record-lead = Ce qui s’est passé sur votre compte, et quand.
account-home-data = Voir mes données
account-home-data-lead = Tout ce que nous savons de vous, à lire ou à télécharger.
account-home-deletion = Supprimer mon compte
account-home-deletion-lead = Vous avez un jour pour changer d’avis.

account-name-title = Votre pseudonyme
account-name = Nom affiché sur les sites
account-name-hint = Facultatif. { $longest } caractères au maximum. Un pseudonyme suffit : d’autres personnes le liront. Laissez vide pour n’en montrer aucun.
account-name-seen = Les sites qui le montrent :
account-name-unseen = Aucun de vos sites ne le montre pour l’instant.
account-name-submit = Enregistrer ce nom
account-name-kept = C’est enregistré : votre nom sur les sites est « { $name } ».
account-name-removed = C’est enregistré : vous n’avez plus de nom sur les sites.
account-name-too-long = Choisissez un nom plus court : { $longest } caractères au maximum.
account-name-private = D’autres personnes liront ce nom : n’y mettez ni adresse email, ni numéro de sécurité sociale.
account-name-characters = Ce nom contient un caractère invisible. Saisissez-le de nouveau.
account-name-start = Commencez ce nom par une lettre ou un chiffre.

account-access-title = Les sites qui utilisent votre compte
account-access-lead = Le compte de
account-access-withdrawn = C’est fait : { $site } n’a plus accès à votre compte. Ce que ce site a déjà reçu, demandez-lui de l’effacer.
account-access-withdrawn-nameless = C’est fait : ce site n’a plus accès à votre compte.
account-access-already = L’accès de { $site } était déjà retiré. Vous n’avez rien d’autre à faire.
account-access-already-nameless = Cet accès était déjà retiré. Vous n’avez rien d’autre à faire.
account-access-allowed-title = Les sites que vous avez autorisés
account-access-allowed-lead = Ce ne sont pas des sites MGEN. Vous pouvez leur retirer l’accès à tout moment ; ils vous demanderont votre accord s’ils en ont de nouveau besoin.
account-access-none = Vous n’avez autorisé aucun autre site que ceux de MGEN.
account-access-since = Autorisé depuis le { $date }
account-access-can = Ce site peut :
account-access-stays = Il peut rester connecté quand vous n’êtes pas là, même après votre déconnexion.
account-access-ends = Son accès s’arrête quand vous vous déconnectez.
account-access-withdraw = Retirer l’accès de { $site }
account-access-own-title = Les sites MGEN
account-access-own-lead = Ce compte est fait pour eux : il n’y a pas d’accord à retirer. Déconnectez-vous pour qu’ils ne vous reconnaissent plus.
account-access-own-can = { $site } peut :

account-device = { $browser } sur { $system }
account-device-browser = { $browser }
account-device-system = Un navigateur sur { $system }
account-device-unknown = Un appareil inconnu

account-sessions-title = Vos connexions
account-sessions-lead = Voici les appareils où votre compte est ouvert, et les sites ouverts sur chacun.
account-sessions-here = Vous êtes ici
account-sessions-elsewhere = Les autres appareils
account-sessions-only = Votre compte n’est ouvert nulle part ailleurs.
account-sessions-seen = Dernière activité : le { $date } à { $time }
account-sessions-since = Connexion ouverte le { $date } à { $time }
account-sessions-from = Depuis le réseau { $network }
account-sessions-sites = Sites ouverts : { $sites }
account-sessions-no-site = Aucun site ouvert
account-sessions-end = Déconnecter { $device }
account-sessions-end-others = Déconnecter tous les autres appareils
account-sessions-asks = Nous vous redemanderons peut-être votre mot de passe, pour vérifier que c’est bien vous.
account-sessions-unknown-title = Un appareil n’est pas à vous ?
account-sessions-unknown = Déconnectez-le, puis changez votre mot de passe : personne d’autre ne pourra plus se connecter.
account-sessions-ended = C’est fait : { $device } n’est plus connecté.
account-sessions-already = Cet appareil n’était déjà plus connecté. Vous n’avez rien d’autre à faire.
account-sessions-others-ended = { $count ->
    [0] Aucun autre appareil n’était connecté. Vous n’avez rien d’autre à faire.
    [one] C’est fait : l’autre appareil n’est plus connecté.
   *[other] C’est fait : les { $count } autres appareils ne sont plus connectés.
}
account-sessions-password = Changer mon mot de passe

account-password-title = Changez votre mot de passe
account-password-lead = Il ouvre le compte
account-password-current = Mot de passe actuel
account-password-after = Par sécurité, vos autres appareils seront déconnectés. Vous resterez connecté ici.
account-password-submit = Enregistrer ce mot de passe
account-password-wrong = Ce n’est pas votre mot de passe actuel. Vérifiez-le.
account-password-forgotten-title = Vous ne le retrouvez pas ?
account-password-forgotten = Choisir un mot de passe avec ma messagerie
account-password-done = C’est fait : votre mot de passe est changé, et vos autres appareils sont déconnectés.

account-question-title = Votre question secrète
account-question-lead = Elle vous sera posée si vous oubliez votre mot de passe. Choisissez une réponse que vous seul connaissez.
account-question-now = Votre question actuelle :
account-question-none = Vous n’avez pas encore de question secrète.
account-question-choose = Choisir une question
account-question-replace = Choisir une autre question ou une autre réponse
account-question-answer-hint = Au moins 4 lettres. Les majuscules, les accents et la ponctuation ne comptent pas.
account-question-after = Par sécurité, vos autres appareils seront déconnectés. Vous resterez connecté ici.
account-question-submit = Enregistrer ma question
account-question-remove-title = Ne plus avoir de question
account-question-remove-lead = Si vous oubliez votre mot de passe, un message à votre adresse email suffira pour en choisir un autre.
account-question-remove = Supprimer ma question
account-question-kept = C’est enregistré : votre question secrète est changée.
account-question-removed = C’est fait : vous n’avez plus de question secrète.
account-question-already = Vous n’aviez déjà plus de question secrète. Vous n’avez rien d’autre à faire.

account-address-title = Changez d’adresse email
account-address-lead = Vous vous connectez avec
account-address-how = Nous écrivons à la nouvelle adresse. Elle remplace l’ancienne quand vous avez ouvert ce message, et pas avant.
account-address-keeps = Votre mot de passe, vos sites et votre Espace personnel ne changent pas.
account-address-after = Par sécurité, vos autres appareils seront déconnectés, et votre ancienne adresse recevra un message.
account-address-new = Nouvelle adresse email
account-address-submit = Recevoir un message à cette adresse
account-address-same = C’est déjà votre adresse. Saisissez-en une autre.
account-address-confirm = Votre adresse n’est pas encore confirmée. Saisissez-la de nouveau pour recevoir un message.
account-address-done-title = C’est fait
account-address-done = Cette adresse est confirmée. Désormais, connectez-vous avec
account-address-done-others = Si elle vient de changer, vos autres appareils sont déconnectés et votre ancienne adresse a reçu un message.
account-back = Retour à votre compte

account-record-title = L’historique de votre compte
account-record-lead = Ce qui s’est passé sur votre compte depuis un an, le plus récent d’abord.
account-record-unknown = Vous ne reconnaissez pas quelque chose ? Changez votre mot de passe, puis déconnectez les autres appareils.
account-record-empty = Rien ne s’est passé sur votre compte depuis un an.
account-record-when = Le { $date } à { $time }
account-record-from = depuis le réseau { $network }
account-record-site = site : { $site }
account-record-older = Voir la suite
account-record-newest = Revenir au plus récent

account-data-title = Vos données
account-data-lead = Voici tout ce que MGEN Connect sait de vous. Nous ne gardons ni votre numéro de sécurité sociale, ni votre mot de passe en clair.
account-data-download-title = Garder une copie
account-data-download-lead = Un fichier que vous pouvez conserver, ou confier à un autre service (son format s’appelle JSON).
account-data-download = Télécharger mes données
account-data-account = Votre compte
account-data-address = Adresse de connexion
account-data-proved = Adresse confirmée
account-data-yes = Oui
account-data-no = Non
account-data-created = Compte créé
account-data-on = le { $date }
account-data-used = { $what }, depuis le { $date }
account-data-member = Référence d’adhérent
account-data-name = Pseudonyme
account-data-question = Question secrète
account-data-password = Mot de passe
account-data-kept-hidden = enregistré, sous une forme que personne ne peut lire
account-data-none = rien
account-data-other-addresses = Autres adresses connues
account-data-sessions = Vos connexions
account-data-sites = Les sites que vous avez utilisés
account-data-consents = Les autorisations que vous avez données
account-data-factors = Ce qui renforce votre connexion
account-data-passkey = Clé d’accès « { $name } », ajoutée le { $date }
account-data-totp = Application de codes, ajoutée le { $date }
account-data-codes = { $count ->
    [one] Un code de secours encore bon
   *[other] { $count } codes de secours encore bons
}
account-data-devices = { $count ->
    [one] Un appareil de confiance
   *[other] { $count } appareils de confiance
}
account-data-record = Votre historique
account-data-record-lead = { $count ->
    [0] Il est vide.
    [one] Il compte une ligne.
   *[other] Il compte { $count } lignes.
}
account-data-nothing = Rien.

account-deletion-title = Supprimez votre compte
account-deletion-lead = Ce compte n’ouvrira plus rien :
account-deletion-what-title = Ce qui est effacé
account-deletion-what-account = Votre adresse, votre mot de passe, votre question secrète et tout ce qui renforce votre connexion.
account-deletion-what-sessions = Vos connexions, et les autorisations données aux sites.
account-deletion-what-address = Votre adresse ne pourra pas servir à un autre compte pendant 30 jours.
account-deletion-what-record = Il reste un historique sans votre nom ni votre adresse, pendant un an.
account-deletion-sites-title = Ce que chaque site garde
account-deletion-sites-lead = Nous ne pouvons pas effacer ce que les sites ont reçu. Demandez-le-leur :
account-deletion-site-member = { $site } : vos remboursements et vos contrats. Ils ne dépendent pas de ce compte ; pour les revoir, il vous faudra de nouveau un identifiant.
account-deletion-site-own = { $site } : ce que vous y avez écrit ou commandé.
account-deletion-site-other = { $site } : ce que vous l’avez autorisé à lire. Ce n’est pas un site MGEN.
account-deletion-site-rules = Ses règles
account-deletion-no-site = Vous n’avez utilisé aucun site ces derniers jours.
account-deletion-day-title = Vous avez un jour pour changer d’avis
account-deletion-day = Vos autres appareils sont déconnectés tout de suite. Le compte est effacé demain à la même heure ; d’ici là, connectez-vous pour le garder.
account-deletion-password = Mot de passe
account-deletion-agree = J’ai compris : mon compte sera effacé, et personne ne pourra le rétablir.
account-deletion-agree-missing = Cochez la case pour confirmer que vous avez compris.
account-deletion-wrong = Ce n’est pas le mot de passe de votre compte. Vérifiez-le.
account-deletion-submit = Supprimer mon compte
account-deletion-stay = Garder mon compte
account-deletion-asked-title = Votre compte va être supprimé
account-deletion-asked-lead = Votre compte sera effacé le { $date } à { $time }.
account-deletion-asked-how = Vous avez changé d’avis ? Appuyez sur le bouton : rien ne sera effacé.
account-deletion-cancel = Garder mon compte
account-deletion-done = C’est demandé : vos autres appareils sont déconnectés.
account-deletion-already = La suppression était déjà demandée, dans un autre onglet ou sur un autre appareil. Vous n’avez rien d’autre à faire.
account-deletion-cancelled = C’est fait : vous gardez votre compte. Rien n’a été effacé.
account-deletion-not-asked = La suppression était déjà annulée. Vous gardez votre compte.

mail-question-changed-subject = Votre question secrète a été changée
mail-question-changed-lead = Le { $date } à { $time }, la question secrète de votre compte MGEN Connect a été changée. Les autres connexions ont été fermées.
mail-question-removed-lead = Le { $date } à { $time }, la question secrète de votre compte MGEN Connect a été supprimée. Les autres connexions ont été fermées.
mail-deletion-asked-subject = Votre compte va être supprimé
mail-deletion-asked-lead = Le { $date } à { $time }, la suppression de votre compte MGEN Connect a été demandée. Il sera effacé le { $until_date } à { $until_time }.
mail-deletion-asked-keep = Vous voulez le garder ? Connectez-vous avant, et appuyez sur « Garder mon compte ».
mail-deletion-asked-button = Garder mon compte
mail-deletion-kept-subject = Vous gardez votre compte
mail-deletion-kept-lead = Le { $date } à { $time }, la suppression de votre compte MGEN Connect a été annulée. Rien n’a été effacé.
