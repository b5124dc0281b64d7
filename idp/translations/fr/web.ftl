## What every page shares: buttons, fields, errors.

web-title-error = Erreur :
web-skip = Aller au contenu
web-toward-site = Accès à <strong>{ $site }</strong>
web-help = Besoin d’aide ?
web-sign-out = Me déconnecter
web-step = Étape { $n } sur { $total }

web-continue = Continuer
web-continue-to-site = Continuer vers { $site }
web-back = Précédent
web-retry = Réessayer
web-help-button = Consulter l’aide
web-new-tab = (nouvel onglet)

web-all-required = Tous les champs sont obligatoires.
web-required = obligatoire
web-errors-title = { $count ->
    [one] Un point est à corriger
   *[other] { $count } points sont à corriger
}
web-select-choose = Choisissez…

web-field-email = Adresse email
web-field-password = Mot de passe
web-field-new-password = Nouveau mot de passe
web-field-confirm-password = Le même mot de passe, encore une fois
web-field-nir = Numéro de sécurité sociale
web-field-code = Code reçu par email
web-field-secret-question = Question secrète
web-field-secret-answer = Réponse
web-hint-email = Exemple : nom@domaine.fr
web-hint-nir = 13 ou 15 caractères, avec ou sans espaces. Il figure sur votre carte Vitale.
web-hint-new-password = { $min } caractères au minimum, 4 096 au maximum. Vous pouvez utiliser une phrase, facile à retenir.

web-password-show = Afficher
web-password-hide = Masquer
web-strength-label = Solidité du mot de passe
web-strength-short = Trop court pour l’instant.
web-strength-weak = Trop simple : allongez-le.
web-strength-fair = Assez long. Quelques caractères de plus le rendraient encore plus sûr.
web-strength-good = Très bon mot de passe.
web-waiting = Cette page continuera toute seule dès que votre adresse sera validée.

web-error-email-empty = Saisissez votre adresse email.
web-error-email-format = Vérifiez l’adresse email. Exemple : nom@domaine.fr.
web-error-email-control = Cette adresse contient un caractère invisible. Saisissez-la de nouveau.
web-error-email-too-long = Cette adresse est trop longue. Vérifiez-la.
web-error-nir-empty = Saisissez votre numéro de sécurité sociale.
web-error-nir-length = Vérifiez votre numéro de sécurité sociale : il compte 13 caractères, ou 15 avec la clé.
web-error-nir-characters = Vérifiez votre numéro de sécurité sociale : des chiffres seulement, avec 2A ou 2B pour la Corse.
web-error-nir-shape = Vérifiez votre numéro de sécurité sociale : un chiffre semble faux.
web-error-nir-too-long = Vérifiez votre numéro de sécurité sociale : il est trop long.
web-error-nir-key = Vérifiez les deux derniers chiffres de votre numéro de sécurité sociale.
web-error-required-password = Saisissez votre mot de passe.
web-error-required-new-password = Saisissez un nouveau mot de passe.
web-error-required-confirm = Saisissez encore une fois le nouveau mot de passe.
web-error-required-code = Saisissez le code reçu par email.
web-error-required-secret-question = Choisissez une question secrète.
web-error-required-secret-answer = Saisissez la réponse à votre question secrète.
web-error-code = Ce code n’est pas le bon, ou il n’est plus valable. Vérifiez le dernier message reçu.
web-error-choice = Choisissez une réponse dans la liste.
web-error-too-long = Ce texte est trop long.
web-error-text = Ce texte contient des caractères que nous ne pouvons pas lire. Saisissez-le de nouveau.

web-error-password-too-short = Choisissez un mot de passe d’au moins { $min } caractères.
web-error-password-too-long = Choisissez un mot de passe plus court : 4 096 caractères au maximum.
web-error-password-too-simple = Ce mot de passe est trop simple. Ajoutez des mots, ou d’autres sortes de caractères.
web-error-password-characters = Ce mot de passe contient un caractère invisible. Saisissez-le de nouveau.
web-error-password-common = Ce mot de passe est trop courant : il serait vite deviné. Choisissez-en un autre.
web-error-password-breached = Ce mot de passe figure dans des listes volées à d’autres sites : il serait vite essayé ici. Choisissez-en un autre.
web-error-password-context = Ce mot de passe contient un mot trop facile à deviner ici, comme « mgen ». Choisissez-en un autre.
web-error-password-repeated = Ce mot de passe répète un même motif. Choisissez-en un autre.
web-error-password-keyboard = Ce mot de passe suit l’ordre du clavier ou de l’alphabet. Choisissez-en un autre.
web-error-password-personal = Ce mot de passe ressemble à votre adresse email, à votre numéro, à votre date de naissance ou à votre ancien mot de passe. Choisissez-en un autre.
web-error-password-mismatch = Les deux mots de passe sont différents. Saisissez deux fois le même.
web-error-answer-short = Donnez une réponse d’au moins 4 lettres.
web-error-answer-obvious = Cette réponse est trop facile à deviner. Elle doit être différente de la question, de votre adresse et de votre mot de passe.

web-error-reference = Référence à nous donner si vous demandez de l’aide :
web-error-400-title = Nous n’avons pas compris cette demande
web-error-400-lead = Revenez à la page précédente et recommencez. Rien n’a été changé.
web-error-stale-title = Cette page a trop attendu
web-error-stale-lead = Par sécurité, une page ouverte longtemps doit être rechargée. Rien n’est perdu : rouvrez-la et recommencez cette étape.
web-error-stale-action = Rouvrir la page
web-error-403-title = Cette page ne vous est pas ouverte
web-error-403-lead = Elle demande une autre connexion que la vôtre. Connectez-vous de nouveau, ou demandez de l’aide.
web-error-404-title = Cette page n’existe pas
web-error-404-lead = L’adresse est peut-être incomplète. Si vous l’avez recopiée d’un message, vérifiez-la.
web-error-405-title = Cette page ne s’ouvre pas ainsi
web-error-405-lead = Repartez du site où vous étiez, ou de la page de connexion.
web-error-413-title = Votre envoi est trop long
web-error-413-lead = Revenez à la page précédente et raccourcissez ce que vous avez saisi.
web-error-500-title = Un problème est survenu chez nous
web-error-500-lead = Vous n’y êtes pour rien. Réessayez dans quelques minutes.
web-error-home = Aller à la page de connexion

web-too-many-title = Trop d’essais
web-too-many-today = Réessayez à { $time }, ou choisissez une autre façon.
web-too-many-later = Réessayez le { $date } à { $time }, ou choisissez une autre façon.
web-too-many-why = C’est une protection : elle empêche quelqu’un d’autre de deviner votre mot de passe. Votre compte n’a rien.
web-too-many-ways = Les autres façons
web-busy-title = Un instant
web-busy-lead = { $seconds ->
    [one] Beaucoup de personnes se connectent en ce moment. Réessayez dans une seconde : rien n’est perdu.
   *[other] Beaucoup de personnes se connectent en ce moment. Réessayez dans { $seconds } secondes : rien n’est perdu.
}
