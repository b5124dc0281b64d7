## The second factors of an account: its pages under /compte/securite/, and the notices of each change.

security-title = Your security
security-lead = Add a protection to your password. Even if somebody guesses it, they will not be able to sign in in your place.
security-none = For now, your account is protected by its password alone.
security-protected = Your account asks for more than a password: it is well protected.
security-back = Back to your security
security-later = Later
security-cancel = Cancel
security-since = Since { $date }.
security-used = Last used on { $date }.
security-never-used = Not used yet.
security-others = { $count ->
    [one] Your account is open on another device too. If you fear that somebody uses it, sign it out.
   *[other] Your account is open on { $count } other devices too. If you fear that somebody uses them, sign them out.
}
security-too-many-title = Too many changes today
security-too-many-lead = Your account was given too many protections or recovery codes in one day. This time, nothing was changed.
security-too-many-until = You can start again on { $date } at { $time }.
security-too-many-why = This limit is against misuse. What is set already goes on protecting you.
security-stale = This page waited too long, or was used already. Nothing was changed. Start again here.

security-passkeys-title = Passkey
security-passkeys-lead = Your phone, your computer or a small key recognises you: by your fingerprint, your face or a code. You no longer have a password to type.
security-passkey-add = Add a passkey
security-passkey-manage = Rename or remove “{ $name }”
security-passkey-synced = It follows you on your other devices.
security-passkey-alone = It stays on the device where you created it.

security-add-passkey-title = Add a passkey
security-add-passkey-lead = With a passkey, your device recognises you, as when you unlock it. There is nothing to remember.
security-add-passkey-now = Your device will ask for your fingerprint, your face or the code that unlocks it. None of that is sent to us.
security-add-passkey-then = Afterwards, you can sign in in the same way, without a password.
security-add-passkey-password = Your password stays good. If you type it, we will ask for your passkey too.
security-passkey-name = Name of this passkey
security-passkey-name-hint = To recognise it later. Example: My phone. { $longest } characters at most.
security-add-passkey-submit = Create my passkey
security-passkey-added = Done: the passkey “{ $name }” is ready.
security-passkey-needs-script = This step needs a recent browser, with JavaScript. You can choose an authenticator app instead.
security-passkey-unsupported = This browser cannot create a passkey. Update it, try on another device, or choose an authenticator app.
security-passkey-cancelled = No passkey was created: your device had no answer in time, or you cancelled. You can start again.
security-passkey-here-already = This device already has a passkey for this account. There is nothing to do.
security-error-passkey = We could not read the answer of your device. Nothing was changed. Start again, or try with another device.
security-error-passkey-known = This passkey is already in use. Try with another device.
security-error-passkey-unverified = Your device did not recognise you by a fingerprint, a face or a code. Turn on the lock of this device, then start again.
security-error-passkey-too-many = You already have many passkeys. Remove one to add another.
security-error-name-empty = Give this passkey a name.
security-error-name-too-long = Choose a shorter name: { $longest } characters at most.
security-error-name-private = Write neither an email address nor a social security number in this name.
security-error-name-characters = This name contains an invisible character. Type it again.
security-error-name-start = Start this name with a letter or a digit.

security-edit-passkey-title = Your passkey “{ $name }”
security-edit-passkey-rename = Save this name
security-passkey-renamed = Saved: this passkey is called “{ $name }”.
security-passkey-remove-title = Remove this passkey
security-passkey-remove-lead = It will no longer sign you in. Remember to delete it in the settings of your device too.
security-passkey-remove = Remove this passkey
security-removed = Done: this protection is removed. We are writing to you about it by email.
security-already-removed = This protection was already removed, perhaps in another tab. There is nothing else to do.
security-last = This is your last protection. Afterwards your password will be enough to sign in, and your recovery codes will be erased.

security-totp-title = Authenticator app
security-totp-lead = An app on your phone shows a code of 6 digits, a different one every 30 seconds. You type it after your password.
security-totp-add = Add an authenticator app
security-totp-manage = Remove the authenticator app
security-totp-already = An authenticator app is set already. To use another, remove this one first.

security-add-totp-title = Add an authenticator app
security-add-totp-lead = You need an authenticator app on your phone: Google Authenticator, Microsoft Authenticator, FreeOTP or another of this kind. They are free.
security-add-totp-scan-title = 1. Add this account to the app
security-add-totp-scan = Is the app on another device? Choose “add an account” there, then point its camera at this image.
security-add-totp-here = Is the app on this device?
security-add-totp-qr = Picture to be read by your authenticator app
security-add-totp-open = Open my app
security-add-totp-type-title = You cannot get the image read?
security-add-totp-type = In the app, type this key, with or without spaces:
security-add-totp-code-title = 2. Enter the code that is shown
security-totp-code = Code of the app
security-totp-code-hint = 6 digits. If it changes while you type, use the new one.
security-add-totp-submit = Check the code
security-totp-added = Done: the authenticator app is ready.
security-error-totp-empty = Type the 6 digits that the app shows.
security-error-totp-wrong = This code is not the right one. Type the one that the app shows now, and check that the time of your phone is right.
security-totp-remove-title = Remove your authenticator app
security-totp-remove-lead = Its codes will no longer sign you in. You may delete MGEN Connect in the app too.
security-totp-remove = Remove the authenticator app

security-codes-title = Recovery codes
security-codes-lead = If you lose your phone or your key, one of these codes takes its place, once.
security-codes-left = { $left ->
    [0] You have no recovery code.
    [one] You have one recovery code left.
   *[other] You have { $left } recovery codes left.
}
security-codes-make = Create recovery codes
security-codes-renew = Create new recovery codes

security-make-codes-title = Your recovery codes
security-make-codes-lead = We will show you { $count } codes, once. Print or copy them, and keep them at home, in a safe place.
security-make-codes-replace = The codes you already have will no longer work.
security-make-codes-submit = Show my recovery codes
security-codes-shown-title = Keep these { $count } recovery codes
security-codes-shown-lead = Print them or copy them now: afterwards, we cannot show them to you any more. Each code works once.
security-codes-gone = Your recovery codes cannot be shown any more. If you did not keep them, create new ones.
security-codes-list = Your recovery codes
security-codes-spelling = Capitals or small letters, with or without dashes: all of them will do.
security-codes-print = Print these codes
security-codes-kept = I have kept my codes
security-codes-need-factor = First add a passkey or an authenticator app: recovery codes take its place.
security-remembered-title = Trusted devices
security-remembered = { $count ->
    [one] On one device, your password is enough: there, you ticked “Do not ask me here again for 30 days”.
   *[other] On { $count } devices, your password is enough: there, you ticked “Do not ask me here again for 30 days”.
}
security-remembered-forget = Ask for the check everywhere again
security-remembered-forgotten = Done: we will ask for a check again on all your devices.
security-remembered-none = No device was trusted any more. There is nothing else to do.

security-device-iphone = My iPhone
security-device-ipad = My iPad
security-device-android = My Android phone
security-device-windows = My Windows computer
security-device-mac = My Mac
security-device-linux = My Linux computer
security-device-other = My passkey

mail-factor-not-you = If it was not you, sign in, remove what you do not recognise and change your password. An MGEN adviser can also help you, by telephone or in a branch.
mail-factor-button = Check my security
mail-factor-added-subject = A protection was added to your account
mail-factor-added-lead = { $way ->
    [passkey] On { $date } at { $time }, a passkey was added to your MGEN Connect account. It can sign in to it.
   *[totp] On { $date } at { $time }, an authenticator app was added to your MGEN Connect account. Its codes will be asked for after the password.
}
mail-factor-removed-subject = A protection was removed from your account
mail-factor-removed-lead = { $way ->
    [passkey] On { $date } at { $time }, a passkey was removed from your MGEN Connect account. It can no longer sign in to it.
   *[totp] On { $date } at { $time }, the authenticator app was removed from your MGEN Connect account. Its codes no longer work.
}
mail-recovery-codes-made-subject = You have new recovery codes
mail-recovery-codes-made-lead = On { $date } at { $time }, new recovery codes were created for your MGEN Connect account. The former ones no longer work.
mail-recovery-code-spent-subject = A recovery code was used
mail-recovery-code-spent-lead = { $left ->
    [0] On { $date } at { $time }, the last recovery code of your MGEN Connect account was used. Create new ones as soon as you can.
    [one] On { $date } at { $time }, a recovery code of your MGEN Connect account was used. One is left.
   *[other] On { $date } at { $time }, a recovery code of your MGEN Connect account was used. { $left } are left.
}
mail-passkey-copied-subject = A passkey was refused
mail-passkey-copied-lead = On { $date } at { $time }, a passkey of your MGEN Connect account answered as a copy would. We refused it.
mail-passkey-copied-done = To be safe, remove this passkey from your account and create a new one.
