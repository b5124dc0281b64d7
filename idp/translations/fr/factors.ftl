## Signing in with a second factor, or with a passkey.

factors-passkey-title = Vous avez une clé d’accès ?
factors-passkey-lead = Connectez-vous sans mot de passe, avec votre empreinte, votre visage ou le code de votre appareil.
factors-passkey-use = Utiliser ma clé d’accès
factors-passkey-failed = La clé d’accès n’a pas été utilisée. Réessayez, ou choisissez une autre façon.
factors-passkey-no-script = Une clé d’accès a besoin de JavaScript : autorisez-le dans votre navigateur, ou choisissez une autre façon.
factors-passkey-how = Votre appareil vous demandera votre empreinte, votre visage ou le code qui le déverrouille.
factors-passkey-unsupported = Ce navigateur ne sait pas utiliser votre clé d’accès. Mettez-le à jour, prenez un autre appareil, ou choisissez une autre façon.

factors-second-title = Confirmez que c’est bien vous
factors-second-lead = Votre mot de passe est bon. Il reste une vérification pour le compte
factors-second-lead-step-up = Ce site demande une vérification de plus pour le compte
factors-second-or-code = Ou saisissez un code
factors-code-label = Code de votre application
factors-code-hint = Les 6 chiffres affichés par l’application de votre téléphone.
factors-code-hint-both = Les 6 chiffres affichés par l’application de votre téléphone. Vous ne l’avez pas ? Saisissez à la place un de vos codes de secours.
factors-recovery-label = Code de secours
factors-recovery-hint = Un des codes que vous avez gardés, par exemple ABCD-EFGH-JKLM. Chacun ne sert qu’une fois.
factors-remember = Ne plus me le demander ici pendant 30 jours
factors-remember-hint = Sur cet appareil, votre mot de passe suffira. Ne cochez pas si d’autres personnes l’utilisent.
factors-second-submit = Continuer
factors-second-decline = Revenir au site
factors-second-other-account = Me connecter avec un autre compte
factors-pending-over = La vérification a duré trop longtemps, ou elle est déjà faite. Connectez-vous de nouveau : rien n’est perdu.

factors-lost-title = Vous n’avez plus votre téléphone ni votre clé ?
factors-lost-codes = Saisissez un de vos codes de secours. Vous ne les avez plus ?
factors-lost-letter = Demandez un code par courrier, ou adressez-vous à un conseiller en agence.
factors-lost-help = Adressez-vous à un conseiller, avec une pièce d’identité.

factors-second-none-title = Ce site demande une protection de plus
factors-second-none-lead = Votre compte n’a pas encore de deuxième vérification. Ajoutez une clé d’accès ou une application : nous vous ramenons ensuite au site.
factors-second-none-add = Protéger mon compte

factors-refused-code = Ce code n’est pas le bon, ou il a déjà servi. Attendez le code suivant de votre application, ou utilisez un autre code de secours.
factors-refused-removed = L’application de codes n’est plus en place sur ce compte : ses codes ne servent plus. Choisissez une autre façon.
factors-refused-passkey = Cette clé d’accès n’a pas pu être vérifiée. Réessayez, ou choisissez une autre façon.
factors-refused-stale = Cette page est restée ouverte trop longtemps, ou la réponse a déjà servi. Réessayez.
factors-refused-unknown = Cette clé d’accès n’est plus enregistrée sur votre compte. Choisissez une autre façon.
factors-refused-copied = Cette clé d’accès semble avoir été copiée : nous l’avons refusée et nous vous avons écrit. Choisissez une autre façon.

mail-new-device-subject = Nouvelle connexion à votre compte
mail-new-device-lead = Le { $date } à { $time }, quelqu’un s’est connecté à votre compte MGEN Connect depuis un appareil où vous ne l’aviez jamais fait.
mail-new-device-you = Si c’est vous, tout va bien : vous n’avez rien à faire.

mail-password-after-failures-subject = Plusieurs mots de passe faux, puis le bon
mail-password-after-failures-lead = Le { $date } à { $time }, le bon mot de passe de votre compte MGEN Connect a été saisi, après au moins cinq mots de passe faux.
mail-second-factor-tried-subject = Quelqu’un essaie d’entrer dans votre compte
mail-second-factor-tried-lead = Le { $date } à { $time }, quelqu’un qui connaît votre mot de passe s’est trompé { $tries } fois à la vérification qui suit. Nous avons refusé ces essais.
mail-tries-you = Si c’est vous, tout va bien : vous n’avez rien à faire.
mail-tries-not-you = Si ce n’est pas vous, choisissez tout de suite un autre mot de passe : tous les appareils connectés seront déconnectés.
mail-tries-button = Choisir un autre mot de passe
