## The NIR door and the change of identifier.

legacy-journey = Change of identifier
legacy-whose = Espace personnel of { $name }
legacy-sign-in-title = Change your identifier
legacy-sign-in-lead = Enter your social security number: it only serves to change your identifier. Afterwards, you will sign in with an email address.
legacy-sign-in-password-hint = The one you used with your number.
legacy-sign-in-forgotten = Forgotten password?
legacy-sign-in-email-title = Have you already changed your identifier?
legacy-sign-in-email-link = Use my email address
legacy-why-title = Why is my number still asked for?
legacy-why-law = The law no longer allows the social security number to be used for signing in. We ask for it one last time, to find your Espace personnel and attach it to your email address.
legacy-why-once = Once the change is made, your number opens nothing any more. It is passed on to no site and written in no message.
legacy-why-until = This change is possible here until { $date }.
legacy-why-refuse = You prefer not to enter it? Write to us or come to an MGEN branch: your rights and reimbursements stay the same.

legacy-refused-title = We cannot sign you in
legacy-refused-check = Check the number and the password.
legacy-refused-retry = Enter them again
legacy-refused-changed = Have you already changed your identifier?
legacy-refused-email = Use my email address
legacy-refused-forgotten = Password forgotten, never created, or account blocked?
legacy-refused-guide = Guide me

legacy-address-title = Your email address
legacy-address-lead = It will replace your number. One address serves one Espace personnel only.
legacy-address-proposed = This is your contact address. Keep it, or give another one.
legacy-address-own = Choose an address that only you read: neither your partner’s nor a school’s.
legacy-address-none = I have no email address
legacy-address-suggestion = Did you mean
legacy-address-suggestion-use = Use this address
legacy-address-used = This address cannot be used. Give another one.

legacy-no-address-title = You need an email address of your own
legacy-no-address-lead = It is free and quick. You can take it up again until { $date }, with your number and your password.
legacy-no-address-own = This address will serve to sign in and to receive our messages: it must be yours alone. Choose a provider, create your address, then come back here.
legacy-no-address-create = Create a { $provider } address
legacy-no-address-ready-title = Is your address ready?
legacy-no-address-ready = I have an address now
legacy-no-address-alone-title = Would you rather have help?
legacy-no-address-alone = An adviser can help you by telephone or in an MGEN branch. Somebody close to you may also stay by your side, without asking for your password.

legacy-password-title = Your password
legacy-password-lead = It will be used with the address
legacy-question-title = My secret question
legacy-question-lead = It will be asked if you forget your password or if your account is blocked. Remember the answer well.
legacy-question-optional = You may also choose none.
legacy-question-answer-hint = At least 4 letters. Capitals, accents and spaces do not count.

legacy-choose-another = Choose another address

legacy-elsewhere-closed = Continue here with your new password.
legacy-elsewhere-continue = Continue here
legacy-continue-here-title = Continue here
legacy-continue-here-lead = Your address is validated. One check is left before the last step.
legacy-continue-here-hint = The new one, chosen during the change of identifier.
legacy-continue-here-wrong = This is not the password you chose during the change of identifier. Enter it again.
legacy-continue-here-forgotten = Have you forgotten it? Start again with your number and your old password: nothing is changed yet.

legacy-review-title = Your identifier will be
legacy-review-lead = Check the address: it is what you will enter to sign in.
legacy-review-password = Your password will be the one you have just chosen.
legacy-review-question = Your secret question will be recorded.
legacy-review-nir = Your social security number will no longer sign you in.
legacy-review-notice = We will tell the contact address that we knew, if there is one, by email.
legacy-review-confirm = You will receive a message at this address, to confirm it when you have a moment.
legacy-review-changed = This step has changed in another tab. Check the address again, then finish.
legacy-review-submit = Finish
legacy-review-change = This is not my address

legacy-done-title = It is done
legacy-done-lead = From now on, sign in with
legacy-done-nir = Your social security number is no longer used.
legacy-done-to-confirm = We have written to you at this address. When you have a moment, open the message and confirm that it is yours.

legacy-stop-title = Stop this request
legacy-stop-lead = Somebody has chosen as their MGEN Connect identifier
legacy-stop-what = If it was not you, stop the request: this address will not be used, and the link of the message will serve no more.
legacy-stop-submit = Stop the request
legacy-stopped-title = The request is stopped
legacy-stopped-lead = The link of this message serves no more. It was about

legacy-changed-title = Your identifier has changed
legacy-changed-lead = Sign-in is now with the email address given when you activated your account.
legacy-changed-password = Use that address and the password you chose with it.
legacy-changed-sign-in = Sign in with my email address
legacy-changed-which = Which address?
legacy-changed-which-lead = We can remind you of it by a message, sent to that address.
legacy-changed-remind = Send me a reminder
legacy-changed-reminded = We are sending a message to the address we know. Check your mailbox.

legacy-blocked-title = Your account is blocked
legacy-blocked-lead = There were several wrong passwords. Your number and your password are right, but the account has to be unblocked first.
legacy-blocked-how = Have your social security number and your date of birth at hand, and let yourself be guided. You will change your identifier at the next sign-in.
legacy-blocked-unlock = Unblock my account

legacy-taken-title = This address is already used for another Espace personnel
legacy-taken-lead = Choose an address that belongs to you alone.
legacy-in-progress-title = A change is already under way
legacy-in-progress-lead = You started it in another browser or on another device. You can finish it there, or take it up here.
legacy-in-progress-warning = If you take it up here, the other page cannot go on.
legacy-in-progress-resume = Take it up here
legacy-in-progress-leave = Let the other page go on

legacy-sunset-title = Sign-in by number has ended
legacy-sunset-lead = Since { $date }, sign-in is with an email address only.
legacy-sunset-never = Had you not changed your identifier yet?
legacy-sunset-advisor = An MGEN adviser will open your new access with you, by telephone, by post or in a branch. Your rights and reimbursements stay the same.
