## What every page shares: buttons, fields, errors.

web-title-error = Error:
web-skip = Skip to content
web-toward-site = Access to <strong>{ $site }</strong>
web-help = Need help?
web-sign-out = Sign out
web-step = Step { $n } of { $total }

web-continue = Continue
web-continue-to-site = Continue to { $site }
web-back = Back
web-retry = Try again
web-help-button = Read the help
web-new-tab = (new tab)

web-all-required = All fields are required.
web-required = required
web-errors-title = { $count ->
    [one] One thing needs correcting
   *[other] { $count } things need correcting
}
web-select-choose = Choose…

web-field-email = Email address
web-field-password = Password
web-field-new-password = New password
web-field-confirm-password = The same password, once more
web-field-nir = Social security number
web-field-code = Code received by email
web-field-secret-question = Secret question
web-field-secret-answer = Answer
web-hint-email = Example: name@domain.com
web-hint-nir = 13 or 15 characters, with or without spaces. It is on your Vitale card.
web-hint-new-password = At least { $min } characters, 4,096 at most. You can use a sentence that is easy to remember.

web-password-show = Show
web-password-hide = Hide
web-strength-label = Password strength
web-strength-short = Too short for now.
web-strength-weak = Too simple: make it longer.
web-strength-fair = Long enough. A few more characters would make it even safer.
web-strength-good = A very good password.
web-waiting = This page will go on by itself as soon as your address is validated.

web-error-email-empty = Enter your email address.
web-error-email-format = Check the email address. Example: name@domain.com.
web-error-email-control = This address contains an invisible character. Enter it again.
web-error-email-too-long = This address is too long. Check it.
web-error-nir-empty = Enter your social security number.
web-error-nir-length = Check your social security number: it has 13 characters, or 15 with the key.
web-error-nir-characters = Check your social security number: digits only, with 2A or 2B for Corsica.
web-error-nir-shape = Check your social security number: one digit seems wrong.
web-error-nir-too-long = Check your social security number: it is too long.
web-error-nir-key = Check the last two digits of your social security number.
web-error-required-password = Enter your password.
web-error-required-new-password = Enter a new password.
web-error-required-confirm = Enter the new password once more.
web-error-required-code = Enter the code received by email.
web-error-required-secret-question = Choose a secret question.
web-error-required-secret-answer = Enter the answer to your secret question.
web-error-code = This code is wrong, or no longer valid. Check the last message you received.
web-error-choice = Choose an answer from the list.
web-error-too-long = This text is too long.
web-error-text = This text contains characters that we cannot read. Enter it again.

web-error-password-too-short = Choose a password of at least { $min } characters.
web-error-password-too-long = Choose a shorter password: 4,096 characters at most.
web-error-password-too-simple = This password is too simple. Add words, or other kinds of characters.
web-error-password-characters = This password contains an invisible character. Enter it again.
web-error-password-common = This password is too common: it would soon be guessed. Choose another one.
web-error-password-breached = This password is in lists stolen from other sites: it would soon be tried here. Choose another one.
web-error-password-context = This password contains a word too easy to guess here, such as “mgen”. Choose another one.
web-error-password-repeated = This password repeats one pattern. Choose another one.
web-error-password-keyboard = This password follows the keyboard or the alphabet. Choose another one.
web-error-password-personal = This password looks like your email address, your number, your date of birth or your old password. Choose another one.
web-error-password-mismatch = The two passwords are different. Enter the same one twice.
web-error-answer-short = Give an answer of at least 4 letters.
web-error-answer-obvious = This answer is too easy to guess. It must differ from the question, your address and your password.

web-error-reference = Reference to give us if you ask for help:
web-error-400-title = We did not understand this request
web-error-400-lead = Go back to the previous page and start again. Nothing has been changed.
web-error-stale-title = This page has waited too long
web-error-stale-lead = For safety, a page left open for long must be reloaded. Nothing is lost: open it again and redo this step.
web-error-stale-action = Open the page again
web-error-403-title = This page is not open to you
web-error-403-lead = It needs another sign-in than yours. Sign in again, or ask for help.
web-error-404-title = This page does not exist
web-error-404-lead = The address may be incomplete. If you copied it from a message, check it.
web-error-405-title = This page does not open that way
web-error-405-lead = Start again from the site you came from, or from the sign-in page.
web-error-413-title = What you sent is too long
web-error-413-lead = Go back to the previous page and shorten what you entered.
web-error-500-title = Something went wrong on our side
web-error-500-lead = It is not your doing. Try again in a few minutes.
web-error-home = Go to the sign-in page

web-too-many-title = Too many tries
web-too-many-today = Try again at { $time }, or choose another way.
web-too-many-later = Try again on { $date } at { $time }, or choose another way.
web-too-many-why = This is a protection: it keeps somebody else from guessing your password. Your account is fine.
web-too-many-ways = The other ways
web-busy-title = One moment
web-busy-lead = { $seconds ->
    [one] Many people are signing in right now. Try again in one second: nothing is lost.
   *[other] Many people are signing in right now. Try again in { $seconds } seconds: nothing is lost.
}
