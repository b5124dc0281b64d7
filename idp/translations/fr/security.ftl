## The second factors of an account: its pages under /compte/securite/, and the notices of each change.

security-title = Votre sécurité
security-lead = Ajoutez une protection à votre mot de passe. Même si quelqu’un le devine, il ne pourra pas se connecter à votre place.
security-none = Pour l’instant, votre compte n’est protégé que par son mot de passe.
security-protected = Votre compte demande plus qu’un mot de passe : il est bien protégé.
security-back = Revenir à votre sécurité
security-later = Plus tard
security-cancel = Annuler
security-since = Depuis le { $date }.
security-used = Dernière utilisation le { $date }.
security-never-used = Jamais utilisée pour l’instant.
security-others = { $count ->
    [one] Votre compte est aussi ouvert sur un autre appareil. Si vous craignez que quelqu’un s’en serve, déconnectez-le.
   *[other] Votre compte est aussi ouvert sur { $count } autres appareils. Si vous craignez que quelqu’un s’en serve, déconnectez-les.
}
security-too-many-title = Trop de changements aujourd’hui
security-too-many-lead = Votre compte a reçu trop de protections ou de codes de secours en un jour. Cette fois, rien n’a été changé.
security-too-many-until = Vous pourrez recommencer le { $date } à { $time }.
security-too-many-why = C’est une limite contre les abus. Ce qui est déjà en place continue de vous protéger.
security-stale = Cette page a trop attendu, ou elle a déjà servi. Rien n’a été changé. Recommencez ici.

security-passkeys-title = Clé d’accès
security-passkeys-lead = Votre téléphone, votre ordinateur ou une petite clé vous reconnaît : par votre empreinte, votre visage ou un code. Vous n’avez plus de mot de passe à saisir.
security-passkey-add = Ajouter une clé d’accès
security-passkey-manage = Renommer ou retirer « { $name } »
security-passkey-synced = Elle vous suit sur vos autres appareils.
security-passkey-alone = Elle reste sur l’appareil où vous l’avez créée.

security-add-passkey-title = Ajoutez une clé d’accès
security-add-passkey-lead = Avec une clé d’accès, votre appareil vous reconnaît, comme quand vous le déverrouillez. Vous n’avez rien à retenir.
security-add-passkey-now = Votre appareil va vous demander votre empreinte, votre visage ou le code qui le déverrouille. Rien de cela ne nous est envoyé.
security-add-passkey-then = Ensuite, vous pourrez vous connecter de la même façon, sans mot de passe.
security-add-passkey-password = Votre mot de passe reste bon. Si vous le saisissez, nous vous demanderons aussi votre clé d’accès.
security-passkey-name = Nom de cette clé d’accès
security-passkey-name-hint = Pour la reconnaître plus tard. Exemple : Mon téléphone. { $longest } caractères au maximum.
security-add-passkey-submit = Créer ma clé d’accès
security-passkey-added = C’est fait : la clé d’accès « { $name } » est prête.
security-passkey-needs-script = Cette étape demande un navigateur récent, avec JavaScript. Vous pouvez choisir une application de codes à la place.
security-passkey-unsupported = Ce navigateur ne sait pas créer de clé d’accès. Mettez-le à jour, essayez sur un autre appareil, ou choisissez une application de codes.
security-passkey-cancelled = Aucune clé d’accès n’a été créée : votre appareil n’a pas reçu de réponse à temps, ou vous avez annulé. Vous pouvez recommencer.
security-passkey-here-already = Cet appareil a déjà une clé d’accès pour ce compte. Vous n’avez rien à faire.
security-error-passkey = Nous n’avons pas pu lire la réponse de votre appareil. Rien n’a été changé. Recommencez, ou essayez avec un autre appareil.
security-error-passkey-known = Cette clé d’accès est déjà utilisée. Essayez avec un autre appareil.
security-error-passkey-unverified = Votre appareil ne vous a pas reconnu par une empreinte, un visage ou un code. Activez le verrouillage de cet appareil, puis recommencez.
security-error-passkey-too-many = Vous avez déjà beaucoup de clés d’accès. Retirez-en une pour en ajouter une autre.
security-error-name-empty = Donnez un nom à cette clé d’accès.
security-error-name-too-long = Choisissez un nom plus court : { $longest } caractères au maximum.
security-error-name-private = N’écrivez dans ce nom ni adresse email, ni numéro de sécurité sociale.
security-error-name-characters = Ce nom contient un caractère invisible. Saisissez-le de nouveau.
security-error-name-start = Commencez ce nom par une lettre ou un chiffre.

security-edit-passkey-title = Votre clé d’accès « { $name } »
security-edit-passkey-rename = Enregistrer ce nom
security-passkey-renamed = C’est enregistré : cette clé d’accès s’appelle « { $name } ».
security-passkey-remove-title = Retirer cette clé d’accès
security-passkey-remove-lead = Elle ne permettra plus de se connecter. Pensez à la supprimer aussi dans les réglages de votre appareil.
security-passkey-remove = Retirer cette clé d’accès
security-removed = C’est fait : cette protection est retirée. Nous vous l’écrivons par email.
security-already-removed = Cette protection était déjà retirée, peut-être dans un autre onglet. Vous n’avez rien d’autre à faire.
security-last = C’est votre dernière protection. Ensuite, votre mot de passe suffira pour se connecter, et vos codes de secours seront effacés.

security-totp-title = Application de codes
security-totp-lead = Une application de votre téléphone affiche un code de 6 chiffres, différent toutes les 30 secondes. Vous le saisissez après votre mot de passe.
security-totp-add = Ajouter une application de codes
security-totp-manage = Retirer l’application de codes
security-totp-already = Une application de codes est déjà en place. Pour en changer, retirez d’abord celle-ci.

security-add-totp-title = Ajoutez une application de codes
security-add-totp-lead = Il vous faut une application de codes sur votre téléphone : Google Authenticator, Microsoft Authenticator, FreeOTP ou une autre de ce genre. Elles sont gratuites.
security-add-totp-scan-title = 1. Ajoutez ce compte à l’application
security-add-totp-scan = L’application est sur un autre appareil ? Choisissez-y « ajouter un compte », puis visez cette image avec l’appareil photo.
security-add-totp-here = L’application est sur cet appareil ?
security-add-totp-qr = Image à lire avec votre application de codes
security-add-totp-open = Ouvrir mon application
security-add-totp-type-title = Vous n’arrivez pas à faire lire l’image ?
security-add-totp-type = Dans l’application, saisissez cette clé, avec ou sans espaces :
security-add-totp-code-title = 2. Saisissez le code affiché
security-totp-code = Code de l’application
security-totp-code-hint = 6 chiffres. S’il change pendant la saisie, utilisez le nouveau.
security-add-totp-submit = Valider le code
security-totp-added = C’est fait : l’application de codes est prête.
security-error-totp-empty = Saisissez les 6 chiffres que l’application affiche.
security-error-totp-wrong = Ce code n’est pas le bon. Saisissez celui que l’application affiche maintenant, et vérifiez que votre téléphone est à l’heure.
security-totp-remove-title = Retirez votre application de codes
security-totp-remove-lead = Ses codes ne permettront plus de se connecter. Vous pourrez aussi supprimer MGEN Connect dans l’application.
security-totp-remove = Retirer l’application de codes

security-codes-title = Codes de secours
security-codes-lead = Si vous perdez votre téléphone ou votre clé, un de ces codes le remplace, une seule fois.
security-codes-left = { $left ->
    [0] Vous n’avez aucun code de secours.
    [one] Il vous reste un code de secours.
   *[other] Il vous reste { $left } codes de secours.
}
security-codes-make = Créer des codes de secours
security-codes-renew = Créer de nouveaux codes de secours

security-make-codes-title = Vos codes de secours
security-make-codes-lead = Nous allons vous montrer { $count } codes, une seule fois. Imprimez-les ou recopiez-les, et gardez-les chez vous, en lieu sûr.
security-make-codes-replace = Les codes que vous avez déjà ne serviront plus.
security-make-codes-submit = Montrer mes codes de secours
security-codes-shown-title = Gardez ces { $count } codes de secours
security-codes-shown-lead = Imprimez-les ou recopiez-les maintenant : ensuite, nous ne pourrons plus vous les montrer. Chaque code ne sert qu’une fois.
security-codes-gone = Vos codes de secours ne peuvent plus être montrés. Si vous ne les avez pas gardés, créez-en de nouveaux.
security-codes-list = Vos codes de secours
security-codes-spelling = Majuscules ou minuscules, avec ou sans tirets : tout convient.
security-codes-print = Imprimer ces codes
security-codes-kept = J’ai gardé mes codes
security-codes-need-factor = Ajoutez d’abord une clé d’accès ou une application de codes : les codes de secours servent à la remplacer.
security-remembered-title = Appareils de confiance
security-remembered = { $count ->
    [one] Sur un appareil, votre mot de passe suffit : vous y avez coché « Ne plus me le demander ici pendant 30 jours ».
   *[other] Sur { $count } appareils, votre mot de passe suffit : vous y avez coché « Ne plus me le demander ici pendant 30 jours ».
}
security-remembered-forget = Redemander la vérification partout
security-remembered-forgotten = C’est fait : nous vous demanderons de nouveau une vérification sur tous vos appareils.
security-remembered-none = Aucun appareil n’était plus de confiance. Vous n’avez rien d’autre à faire.

security-device-iphone = Mon iPhone
security-device-ipad = Mon iPad
security-device-android = Mon téléphone Android
security-device-windows = Mon ordinateur Windows
security-device-mac = Mon Mac
security-device-linux = Mon ordinateur Linux
security-device-other = Ma clé d’accès

mail-factor-not-you = Si ce n’est pas vous, connectez-vous, retirez ce que vous ne reconnaissez pas et changez votre mot de passe. Un conseiller MGEN peut aussi vous aider, par téléphone ou dans une agence.
mail-factor-button = Vérifier ma sécurité
mail-factor-added-subject = Une protection a été ajoutée à votre compte
mail-factor-added-lead = { $way ->
    [passkey] Le { $date } à { $time }, une clé d’accès a été ajoutée à votre compte MGEN Connect. Elle permet de s’y connecter.
   *[totp] Le { $date } à { $time }, une application de codes a été ajoutée à votre compte MGEN Connect. Ses codes seront demandés après le mot de passe.
}
mail-factor-removed-subject = Une protection a été retirée de votre compte
mail-factor-removed-lead = { $way ->
    [passkey] Le { $date } à { $time }, une clé d’accès a été retirée de votre compte MGEN Connect. Elle ne permet plus de s’y connecter.
   *[totp] Le { $date } à { $time }, l’application de codes a été retirée de votre compte MGEN Connect. Ses codes ne servent plus.
}
mail-recovery-codes-made-subject = Vous avez de nouveaux codes de secours
mail-recovery-codes-made-lead = Le { $date } à { $time }, de nouveaux codes de secours ont été créés pour votre compte MGEN Connect. Les anciens ne servent plus.
mail-recovery-code-spent-subject = Un code de secours a été utilisé
mail-recovery-code-spent-lead = { $left ->
    [0] Le { $date } à { $time }, le dernier code de secours de votre compte MGEN Connect a été utilisé. Créez-en de nouveaux dès que possible.
    [one] Le { $date } à { $time }, un code de secours de votre compte MGEN Connect a été utilisé. Il en reste un.
   *[other] Le { $date } à { $time }, un code de secours de votre compte MGEN Connect a été utilisé. Il en reste { $left }.
}
mail-passkey-copied-subject = Une clé d’accès a été refusée
mail-passkey-copied-lead = Le { $date } à { $time }, une clé d’accès de votre compte MGEN Connect a répondu comme le ferait une copie. Nous l’avons refusée.
mail-passkey-copied-done = Par prudence, retirez cette clé d’accès de votre compte et créez-en une nouvelle.
