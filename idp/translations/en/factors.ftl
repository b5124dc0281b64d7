## Signing in with a second factor, or with a passkey.

factors-passkey-title = Do you have a passkey?
factors-passkey-lead = Sign in without a password, with your fingerprint, your face or the code of your device.
factors-passkey-use = Use my passkey
factors-passkey-failed = The passkey was not used. Try again, or choose another way.
factors-passkey-no-script = A passkey needs JavaScript: allow it in your browser, or choose another way.
factors-passkey-how = Your device will ask for your fingerprint, your face or the code that unlocks it.
factors-passkey-unsupported = This browser cannot use your passkey. Update it, take another device, or choose another way.

factors-second-title = Confirm that it is you
factors-second-lead = Your password is right. One check is left for the account
factors-second-lead-step-up = This site asks for one more check for the account
factors-second-or-code = Or enter a code
factors-code-label = Code from your app
factors-code-hint = The 6 digits shown by the app on your phone.
factors-code-hint-both = The 6 digits shown by the app on your phone. You do not have it? Enter one of your recovery codes instead.
factors-recovery-label = Recovery code
factors-recovery-hint = One of the codes that you have kept, for example ABCD-EFGH-JKLM. Each is good once.
factors-remember = Do not ask me here again for 30 days
factors-remember-hint = On this device, your password will be enough. Leave it empty if other people use it.
factors-second-submit = Continue
factors-second-decline = Back to the site
factors-second-other-account = Sign in with another account
factors-pending-over = The check took too long, or is done already. Sign in again: nothing is lost.

factors-lost-title = You no longer have your phone or your key?
factors-lost-codes = Enter one of your recovery codes. You do not have them any more?
factors-lost-letter = Ask for a code by post, or go and see an adviser at a branch.
factors-lost-help = Ask an adviser, with proof of your identity.

factors-second-none-title = This site asks for more protection
factors-second-none-lead = Your account has no second check yet. Add a passkey or an authenticator app: we then take you back to the site.
factors-second-none-add = Protect my account

factors-refused-code = This code is not right, or was used already. Wait for the next code of your app, or use another recovery code.
factors-refused-removed = The authenticator app is no longer set on this account: its codes are of no use any more. Choose another way.
factors-refused-passkey = This passkey could not be verified. Try again, or choose another way.
factors-refused-stale = This page stayed open too long, or the answer was used already. Try again.
factors-refused-unknown = This passkey is no longer kept with your account. Choose another way.
factors-refused-copied = This passkey seems to have been copied: we refused it and wrote to you. Choose another way.

mail-new-device-subject = New sign-in to your account
mail-new-device-lead = On { $date } at { $time }, somebody signed in to your MGEN Connect account on a device where you had never done so.
mail-new-device-you = If it was you, all is well: there is nothing to do.

mail-password-after-failures-subject = Several wrong passwords, then the right one
mail-password-after-failures-lead = On { $date } at { $time }, the right password of your MGEN Connect account was typed, after at least five wrong ones.
mail-second-factor-tried-subject = Somebody is trying to get into your account
mail-second-factor-tried-lead = On { $date } at { $time }, somebody who knows your password got the verification after it wrong { $tries } times. We refused these tries.
mail-tries-you = If it was you, all is well: there is nothing to do.
mail-tries-not-you = If it was not you, choose another password at once: every device that is signed in will be signed out.
mail-tries-button = Choose another password
