## An address that has an account already, and an account that holds no Espace personnel yet.

legacy-link-title = You already have an MGEN Connect account
legacy-link-exists = An MGEN Connect account already exists with
legacy-link-lead = Enter its password to link it to your Espace personnel.
legacy-link-lead-fresh = You have just chosen its new password. All that is left is to link it to your Espace personnel.
legacy-link-hint = The one you use with this address, for example on the forum or on MGEN Avantage.
legacy-link-submit = Link my account
legacy-link-forgotten = Forgotten password?
legacy-link-renewed = Your new password has been saved: enter it.
legacy-link-wrong = This is not the password of this account. Enter it again, or choose another one with “Forgotten password?”.

legacy-link-message-unvalidated-title = This account has not been validated yet
legacy-link-message-unvalidated = It was created on another MGEN site, but its address was never confirmed. We are sending you an email to choose a new password.
legacy-link-message-blocked-title = This account is blocked
legacy-link-message-blocked = Too many attempts were made with a wrong password. We are sending you an email to choose a new password.
legacy-link-message-open-title = Check your mailbox
legacy-link-message-open = We are sending you an email to choose a new password.
legacy-link-message-to = The message is for
legacy-link-message-return = Then come back to this page: it will go on by itself. If you have closed it, start again with your social security number, then enter the new password.
legacy-link-message-back = I have chosen a new password: continue
legacy-link-message-code = Reading your messages on another device? Copy the code of the message here.
legacy-link-message-not-yet = The new password has not been chosen yet. Open the message and press the button.
legacy-link-message-nothing-title = Nothing received?
legacy-link-message-nothing = The message may take a few minutes. Look in your spam folder too. The link lasts { $validity }, and only the latest one works.
legacy-link-message-resend = Send the message again
legacy-link-message-resent = A new message has been sent.
legacy-link-message-too-soon = A message was sent less than a minute ago. Wait a little before asking for another.
legacy-link-message-enough = Three messages have been sent today: we send no other before tomorrow. Open the latest one.
legacy-link-frozen-title = This account is suspended
legacy-link-frozen-lead = A change of this account has been contested. For your safety, nobody can use it or link it here.
legacy-link-frozen-how = Contact an MGEN adviser, by telephone or in a branch. You can also finish right now with another address.

legacy-merge-title = The two accounts will become one
legacy-merge-lead = Your Espace personnel will be linked to your MGEN Connect account. You will sign in everywhere with
legacy-merge-sites = What each site will see
legacy-merge-site-member = { $site } will see your email address and know which Espace personnel is yours.
legacy-merge-site-other = { $site } will go on seeing what it sees today, and nothing of your Espace personnel.
legacy-merge-same = What does not change
legacy-merge-same-account = You keep your account on each site, with what you have there: points, messages, subscriptions.
legacy-merge-same-rights = Your rights and your reimbursements stay the same.
legacy-merge-password = Your password will be the one you have just chosen.
legacy-merge-password-kept = Your password is still that of your MGEN Connect account.
legacy-merge-sessions = You will be signed out on your other devices.
legacy-merge-factors = The other passkeys and applications of this account will be removed. You may add them again.
legacy-merge-submit = Confirm

legacy-due-password-lead = The password of this account is too easy to guess for your Espace personnel. Choose a new one, with the address
legacy-due-question-lead = A secret question is still to be chosen for the account
legacy-lost-title = Your address has to be checked again
legacy-lost-lead = While you went on, an account was created or changed with this address. Nothing has been saved.

legacy-leave = Leave and continue later
legacy-address-parked = You had chosen the address
legacy-address-keep = Keep this address
legacy-address-parked-other = Or give another one:

legacy-attach-title = This account is not linked to an Espace personnel yet
legacy-attach-signed-in = You are signed in with
legacy-attach-lead = To continue, enter the number and the password of your Espace personnel, this once. The two accounts will become one, and you will keep this address.
legacy-attach-closed = Sign-in by number has ended. An MGEN adviser can link your account to your Espace personnel, by telephone or in a branch.
legacy-attach-decline-title = You have no Espace personnel, or would rather not link it?
legacy-attach-decline = Go back to the site without continuing
legacy-attach-other-title = Your Espace personnel is linked to another address?
legacy-attach-other = Sign out, then use that other address.
legacy-attach-sign-out = Use another account

mail-account-linked-subject = Your account is linked to an Espace personnel
mail-linked-lead = On { $date } at { $time }, your MGEN Connect account was linked to an MGEN Espace personnel. There is only one account now.
mail-linked-you = If you have just done this, all is well: there is nothing to do.
mail-linked-not-you = If it was not you, tell us within { $contest }: access will be blocked at once.
mail-linked-button = It was not me
mail-linked-advisor = If it was not you, contact an MGEN adviser without delay, by telephone or in a branch.
mail-linked-reason = You receive this message because this address is, or was, that of an MGEN Connect account.
mail-account-tried-subject = Somebody is trying to link your account
mail-tried-lead = Several wrong passwords were tried to link the MGEN Connect account { $email } to an Espace personnel. Nothing was opened.
mail-tried-you = If it was you, and you have forgotten your password, choose a new one.
mail-tried-button = Choose a new password
mail-tried-not-you = If it was not you, there is nothing to do. Your account is not blocked.
mail-tried-reason = You receive this message because this address is that of an MGEN Connect account.
legacy-link-factor-others = For your safety, only what you use here will stay on the account. You may add the others again.
