## A forgotten password, a change contested, an address confirmed.

accounts-forgotten-title = Forgotten password
accounts-forgotten-lead = Give the email address of your account. We will write to you, and you will choose a new password.
accounts-forgotten-submit = Get a message
accounts-forgotten-back = Back to sign-in
accounts-forgotten-nir-lead = The password that goes with this number is found in another way.
accounts-forgotten-nir-link = I use my number

accounts-recovery-sent = If there is an account with this address, we have just written to it:
accounts-recovery-lead = Open the message and press the button, on this device or another. You will then choose a new password.
accounts-recovery-continue = I have chosen my password: continue
accounts-recovery-waiting = This page will go on by itself as soon as your password is chosen.
accounts-recovery-not-yet = Your new password is not chosen yet. Open the message and press the button, or copy the code.
accounts-recovery-otherwise = Can you no longer read this mailbox?
accounts-recovery-done = Your new password is saved. Sign in with it.
accounts-recovery-again = Ask for another one: give your email address again.

accounts-reset-question-title = Your secret question
accounts-reset-question-lead = You chose this question with your password. Its answer, together with the message you received, shows us that it is you.
accounts-reset-until = You have until { $time } to save the new password. After that, another message will do.
accounts-reset-answer-hint = Capitals, accents and punctuation do not count.
accounts-reset-answer-refused = This is not the answer you had given. Try writing it another way.
accounts-reset-unknown-title = Can you not find the answer?
accounts-reset-password-title = Choose a new password
accounts-reset-password-lead = It will open the account
accounts-reset-password-after = For your safety, connections that are open will be closed. You will sign in with this new password.
accounts-reset-password-submit = Save this password

accounts-way-letter = Get a code by letter
accounts-way-letter-lead = If you have an Espace personnel, a code sent by letter to your postal address gives you access again.
accounts-ways-title = We need another proof
accounts-ways-lead = This address was never confirmed, and the account has no secret question. So a message is not enough to show that it is you.

accounts-blocked-title = Your account is blocked
accounts-blocked-lead = Your password is right, but this account no longer opens. To unblock it, choose a new password: we write to you for that.
accounts-blocked-submit = Get a message
accounts-frozen-title = Your account is suspended
accounts-frozen-lead = Somebody told us that a change to this account was not yours. For your safety, it stays closed until we are sure that it is you.
accounts-closed-contact = Contact an adviser

accounts-contest-title = Was it not you?
accounts-contest-lead = A change was made to an account linked to this address. If it was not you, block the access now.
accounts-contest-closes = All open connections will be closed, and nobody will be able to sign in.
accounts-contest-keeps = Nothing will be erased.
accounts-contest-way-out = You will get the access back with a code received by letter, or with an MGEN adviser.
accounts-contest-submit = Block the access
accounts-contest-it-was-me = Was it you after all? Close this page: nothing will change.
accounts-contest-done-title = The access is blocked
accounts-contest-done-lead = The connections are closed and nobody can get in. To get your account back, show us that it is you.
accounts-contest-over-title = This link is no longer valid
accounts-contest-over-lead = It worked for { $contest } after the change. If that change was not yours, do not wait: ask for a code by letter, or call an MGEN adviser.

accounts-confirm-title = Confirm your email address
accounts-confirm-lead = You sign in with
accounts-confirm-why = We have not yet checked that this address is yours. Once confirmed, it will help you if you forget your password.
accounts-confirm-submit = Get a message to confirm
accounts-confirm-later = Later
accounts-confirm-other-title = Is it no longer your address?
accounts-confirm-other-link = Change address
accounts-confirm-link-password = You are not signed in with this browser. To confirm this address here, enter the password of your account. Otherwise, confirm it the next time you sign in.
accounts-confirm-again = Sign in: we will offer to confirm your address.
accounts-proved-done = All is done: you can close this page.
accounts-replace-title = Change your email address
accounts-replace-lead = You will type the new address to sign in, instead of
accounts-replace-submit = Get a message at this address
accounts-replace-refused = This is not the password of your account. Check it.
accounts-taken-title = This address is already in use
accounts-taken-lead = It already opens another MGEN Connect account. Choose an address that is yours alone. Nothing has been changed.
accounts-taken-link = Choose another address
accounts-address-held = This address belonged to an account erased not long ago. It can be used again in a few weeks. Use another address.

mail-password-reset-subject = Choose a new password
mail-reset-lead = A new password was asked for, for the MGEN Connect account { $email }. Press the button to choose it, on any device.
mail-reset-button = Choose a new password
mail-reset-reason = You receive this message because somebody asked for a new password for this account.
mail-reset-ignore = Do nothing: your password does not change.

mail-password-changed-subject = Your password has been changed
mail-password-changed-lead = On { $date } at { $time }, the password of your MGEN Connect account was changed. Open connections were closed.
mail-password-changed-unblocked = This account was blocked: it is now unblocked.

mail-address-changed-subject = Your sign-in address has changed
mail-address-changed-lead = On { $date } at { $time }, the email address that opens your MGEN Connect account was replaced. Open connections were closed.

mail-account-frozen-subject = The access to your account is blocked
mail-account-frozen-lead = Somebody told us that a change to your MGEN Connect account was not yours. For your safety, nobody can sign in to it any more.
mail-account-frozen-way-out = To get back into your Espace personnel, ask for a code by letter: it goes to the postal address we know.
mail-account-frozen-button = Get a code by letter
mail-account-frozen-advisor = An MGEN adviser can also help you, by telephone or at an agency.

mail-notice-reason = You receive this message because this address is linked to an MGEN Connect account.

mail-confirm-address-subject = Confirm your email address
mail-confirm-address-ignore = Do nothing: this address will not be used.
