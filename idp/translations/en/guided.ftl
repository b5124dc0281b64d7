## The guided ways: by number and birth date, by letter; and what they lead to.

legacy-guided-forgotten-title = Find your access again
legacy-guided-unlock-title = Unblock your account
legacy-guided-lead = Enter your social security number and your date of birth, then follow the steps.
legacy-guided-kept = We have kept the number that you have just entered. Only your date of birth is missing.
legacy-guided-forgotten-after = We will check that it is you. You will then choose a new password, and change your identifier.
legacy-guided-unlock-after = We will check that it is you. Your password will stay the same, and you will change your identifier at the next sign-in.
legacy-guided-other-number = Enter another number
legacy-guided-birth-date = Date of birth (DD/MM/YYYY)
legacy-guided-birth-date-hint = Example: 14/07/1956. If the day or the month is not known, enter 00.
legacy-error-birth-date-empty = Enter your date of birth.
legacy-error-birth-date = Check your date of birth. Example: 14/07/1956.

legacy-sign-in-blocked = Blocked account?

legacy-guided-message-title = Check your mailbox
legacy-guided-sent = If this information matches an account, we are sending a message to the address that we know. Nothing after 10 minutes? Ask for a code by post.
legacy-guided-again = If this information matches an account, a new message is leaving for the address that we know.
legacy-guided-press = Open the message and press the button: you will go on in the page that opens. You can also go on here with the code.
legacy-guided-code-title = Go on here with the code of the message
legacy-guided-code-hint = It is written under the button of the message. You can paste it.
legacy-guided-code-submit = Check the code
legacy-guided-post-title = Nothing came, or you no longer read that mailbox?
legacy-guided-post-lead = We can send a code to the postal address that we know. A letter takes a few days.
legacy-guided-post = Receive a code by post
legacy-guided-nothing-title = Is the message late?
legacy-guided-nothing = Look among the unwanted mail too. A message is valid for { $validity }, and we send three a day at most.
legacy-guided-resend = Ask for a new message

legacy-guided-link-forgotten = You have asked to find the access to your Espace personnel again. Go on with this device.
legacy-guided-link-unlock = Press the button: the account will be unblocked, and your password will stay the same.
legacy-guided-link-date = This is not the browser of the request. To go on here, enter your date of birth again.
legacy-error-birth-date-wrong = This is not the date of birth we know. Check it, or go on where you made the request, with the code of the message.
legacy-guided-link-not-you = You asked for nothing? Close this page: nothing will change.
legacy-guided-expired = Ask for a new message, with your number and your date of birth.

legacy-new-password-title = Choose a new password
legacy-new-password-lead = It replaces the one that you used with your number. You will be able to keep it with your email address.
legacy-new-password-never = You did not create a password when you asked to activate your account, or the request was not finished. Create it now: you will be able to keep it with your email address.
legacy-regained-title = Your password is saved
legacy-regained-lead = One thing is left to do: choose the email address that will replace your social security number.
legacy-regained-later = You would rather do it later? Come back with your number and this new password.
legacy-regained-elsewhere = To be safe, every open sign-in has been closed.
legacy-unlocked-title = Your account is unblocked
legacy-unlocked-lead = Your password has not changed. Sign in with your number and that password: you can then change your identifier.
legacy-unlocked-sign-in = Sign in with my number

legacy-posted-title = Your request for a letter is recorded
legacy-posted-lead = If this information matches an account, we are sending a code to the postal address that we know.
legacy-posted-when = The letter arrives within a few days. Its code is valid for { $validity }, and we send no other letter during that time.
legacy-posted-moved = You have moved lately, or nothing arrives? An MGEN adviser can help you, by telephone or in a branch.
legacy-letter-have-title = You have received a letter?
legacy-letter-have = Enter the code of a letter
legacy-letter-title = The code of your letter
legacy-letter-lead = Enter your social security number and the code written in the letter.
legacy-letter-kept = We have kept the number that you have just entered. Enter the code written in the letter.
legacy-letter-code = Code received by post
legacy-letter-code-hint = 8 digits and letters.
legacy-letter-none-title = You have no letter?
legacy-letter-none = Ask for a code
legacy-error-letter-code = Enter the code received by post.
legacy-error-letter = This code is not the right one for this number, or it is no longer valid. Check both: a code allows five tries.

legacy-frozen-title = Your account was closed as a precaution
legacy-frozen-lead = Somebody told us that the last change did not come from you. Today, the sign-in to your Espace personnel is with
legacy-frozen-stranger-title = That change did not come from you?
legacy-frozen-stranger = Undo it: this address will no longer open your Espace personnel. You will create a password and choose your address.
legacy-frozen-undo = Undo the change
legacy-frozen-mine-title = It was you after all?
legacy-frozen-mine = Choose a new password for this address: the account will open again.
legacy-frozen-keep = It was me

## Its messages.

mail-guided-forgotten-subject = Choose a new password
mail-guided-forgotten-lead = Somebody has asked to find the access to your MGEN Espace personnel again. If it is you, press the button and choose a new password.
mail-guided-never = You did not create a password when you asked to activate your account, or the request was not finished. Press the button to create one.
mail-guided-then = You will then be able to choose the email address that will replace your number.
mail-guided-forgotten-button = Choose a password
mail-guided-unlock-subject = Unblock your account
mail-guided-unlock-lead = Somebody has asked to unblock the access to your MGEN Espace personnel. If it is you, press the button: your password will not change.
mail-guided-unlock-button = Unblock my account
mail-guided-reason = You receive this message because this address is the contact address of an MGEN Espace personnel, and somebody entered the number and the date of birth that go with it.
mail-guided-not-me = Do nothing, and nothing will change. If these messages go on, ask for help
mail-legacy-password-changed-subject = Your password has been changed
mail-legacy-password-lead = On { $date } at { $time }, a new password was chosen for an MGEN Espace personnel that still opens with a number.
mail-legacy-unlocked-subject = Your account has been unblocked
mail-legacy-unlocked-lead = On { $date } at { $time }, an MGEN Espace personnel that still opens with a number was unblocked. Its password has not changed.
mail-legacy-then = If it was you, all is well. At the next sign-in, you will choose an email address in place of the number.
mail-legacy-reason = You receive this message because this address is the contact address of that Espace personnel.
mail-legacy-not-me = Tell us without delay
mail-change-undone-subject = The change of identifier is undone
mail-undone-lead = On { $date } at { $time }, a contested change of identifier was undone. The email address chosen that day no longer opens the Espace personnel.
mail-undone-then = The person to whom that Espace personnel belongs can return to it with their number and a new password.
mail-undone-button = Find my access again
mail-undone-reason = You receive this message because this address is the contact address or the identifier that the change was about.
