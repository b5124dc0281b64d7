## Signing in and registering with an email address.

accounts-sign-in-title = Sign in
accounts-sign-in-title-site = Sign in to { $site }
accounts-sign-in-lead = With the email address of your MGEN Connect account.
accounts-sign-in-submit = Sign in
accounts-sign-in-forgotten = Forgotten password?
accounts-sign-in-nir-title = Did you use your social security number?
accounts-sign-in-nir-lead = Use it one last time, to choose an email address instead.
accounts-sign-in-nir-link = Use my social security number
accounts-sign-in-register-title = No account yet?
accounts-sign-in-register-link = Create an account
accounts-refused = We cannot sign you in. Check the email address and the password.
accounts-refused-nir-typed = This looks like a social security number. Enter your email address here, or use your number further down this page.
accounts-nir-typed = This looks like a social security number. Enter an email address here.
accounts-other-account = The site expects another account than the one signed in. Sign in with the address of that other account.
accounts-already-exists = There is an account with this address already. Sign in with its password.
accounts-link-used = This address is validated already. Sign in.
accounts-signed-out = You are signed out.

accounts-register-title = Create your MGEN Connect account
accounts-register-lead = One email address and one password will open every MGEN site to you.
accounts-register-submit = Create my account
accounts-register-known-title = Do you have an account already?
accounts-register-known-link = Sign in
accounts-register-data = We keep your email address to sign you in and to write to you about your account. You may ask to see it, correct it or erase it.

accounts-register-email-hint = An address that only you read. Example: name@domain.com

accounts-check-mail-title = Check your mailbox
accounts-check-mail-sent = We have written to
accounts-check-mail-lead = Open the message and press the button, on this device or another one. Then come back here.
accounts-check-mail-continue = I have validated: continue
accounts-check-mail-code-title = Or copy the code of the message
accounts-check-mail-code-hint = It is written under the button of the message. You can paste it.
accounts-check-mail-submit = Validate the code
accounts-check-mail-not-yet = Your address is not validated yet. Open the message and press the button, or copy the code.
accounts-check-mail-resent = We have just sent you a new message. The earlier ones no longer work.
accounts-check-mail-bounced = The message could not be delivered to this address. Check it and correct it.
accounts-check-mail-too-soon = The last message has just left. Wait a minute before you ask for another one.
accounts-check-mail-enough = Several messages were already asked for today for this address. Use the last one received, or come back tomorrow.
accounts-check-mail-unproved = This account has not been validated yet. We must first check that this address is yours.
accounts-check-mail-nothing-title = Nothing received?
accounts-check-mail-nothing-lead = Wait a few minutes and look among the unwanted mail too. The message stays valid for { $validity }.
accounts-check-mail-resend = Send the message again
accounts-check-mail-correct = Correct the address

accounts-link-title = Confirm your address
accounts-link-lead = You asked to use
accounts-link-press = Press the button to confirm it.
accounts-link-submit = Validate my address
accounts-link-not-you = You asked for nothing? Close this page: nothing will be changed.
accounts-elsewhere-title = Address validated
accounts-elsewhere-lead = Return to the MGEN page that you had left open: it goes on by itself.
accounts-elsewhere-closed-title = Did you close it?
accounts-elsewhere-closed-sign-in = Finish here with the password you have just chosen.
accounts-elsewhere-sign-in = Continue here
accounts-elsewhere-password-title = Finish creating your account
accounts-elsewhere-password-lead = Enter the password that you chose with the address
accounts-elsewhere-password-submit = Finish
accounts-elsewhere-refused = This is not the password chosen with this address. Check it.

accounts-review-title = Your identifier will be
accounts-review-lead = The address is validated. Check it: it is what you will enter to sign in.
accounts-review-submit = Finish
accounts-review-change = This is not my address

accounts-link-expired-title = This link is no longer valid
accounts-link-expired-lead = Links last { $validity } and work once. Nothing is lost.
accounts-link-expired-submit = Receive a new link
accounts-link-expired-again = Sign in as you did the first time: we will offer to take it up again.
accounts-link-expired-register = Sign in if you have an account already, or create it again.

accounts-signed-in-title = You are signed in
accounts-signed-in-lead = Your identifier is
accounts-signed-in-where = Where would you like to go?
accounts-signed-in-account = Manage my account
accounts-signed-in-sign-out = Sign out

## The secret question: none that a family, a social network or a health card answers.

accounts-question-word = Which word did you misspell for a long time?
accounts-question-book = Which book have you never managed to finish?
accounts-question-lesson = Which lesson bored you the most?
accounts-question-place = Which place do you imagine to calm down?
accounts-question-object = Which useless object have you never thrown away?
accounts-question-dish = Which dish have you never managed to cook well?
accounts-question-song = Which song keeps coming back to your mind?
accounts-question-gift = Which gift have you never used?
accounts-question-nickname = Which secret nickname did you give to somebody?
accounts-question-wish = Which trade would you have liked to try for a day?
