## Messages: one purpose, one button, one code. Never a number, a birth date or a name.

mail-colon = :
mail-never-asks = MGEN never asks for your password by email.
mail-not-you = Not you?
mail-code-lead = You can also copy this code into the page left open:
mail-validity = This message is valid for { $validity } and works once.
mail-sign-in-button = Sign in

mail-validate-address-subject = Validate your email address
mail-validate-address-lead = Press the button to confirm that this address is yours. You can do it on any device.
mail-validate-address-button = Validate my address
mail-validate-address-reason = You receive this message because somebody chose { $email } as an MGEN Connect identifier.
mail-validate-address-not-me = Stop this request

mail-registration-subject = Validate your email address
mail-registration-lead = Press the button to finish creating your MGEN Connect account. You can do it on any device.
mail-registration-reason = You receive this message because somebody is creating an MGEN Connect account with { $email }.
mail-registration-ignore = Do nothing: no account will be created.

mail-identifier-changed-subject = Your identifier has changed
mail-changed-lead = On { $date } at { $time }, the identifier of an MGEN Espace personnel was changed. Sign-in is now with an email address, no longer with a number.
mail-changed-you = If you have just made this change, all is well: there is nothing to do.
mail-changed-not-you = If it was not you, tell us within { $contest }: access will be blocked at once.
mail-changed-button = It was not me
mail-changed-advisor = If it was not you, contact an MGEN adviser without delay, by telephone or in a branch.
mail-changed-reason = You receive this message because this address is the contact address of that Espace personnel.

mail-confirm-default-subject = Confirm your email address
mail-confirm-default-lead = Your identifier is now { $email }.
mail-confirm-default-why = Press the button to confirm that this address is yours. It can then help you if you forget your password.
mail-confirm-default-button = Confirm my address
mail-confirm-default-reason = You receive this message because this address has just been chosen as the identifier of an MGEN Espace personnel.

mail-account-exists-subject = You already have an MGEN Connect account
mail-exists-lead = An account already exists with { $email }. There is nothing to create: sign in with your password.
mail-exists-forgotten = Forgotten password? Choose a new one.
mail-exists-reason = You receive this message because somebody tried to create an MGEN Connect account with this address.
mail-exists-ignore = Do nothing: your account has not changed.

mail-identifier-reminder-subject = The email address you sign in with
mail-reminder-lead = To sign in to your Espace personnel, use { $email } and the password you chose with that address.
mail-reminder-reason = You receive this message because somebody asked for a reminder while signing in with the old number.
