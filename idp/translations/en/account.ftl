## The account's own pages: what is known of a person, and what they can do about it.

account-nav = Your account
account-nav-home = Your account
account-nav-password = Password
account-nav-security = Security
account-nav-address = Email address
account-nav-question = Secret question
account-nav-sessions = Sign-ins
account-nav-sites = Sites
account-nav-record = History
account-nav-data = Your data
account-nav-deletion = Deletion

account-waiting = { $site } is waiting for you. Go on as soon as your protection is ready.

account-home-title = Your MGEN Connect account
account-home-lead = You sign in with
account-home-can = What you can do
account-home-password = Change my password
account-home-password-lead = Do it if somebody else may have read it.
account-home-security = Strengthen my sign-in
account-home-security-lead = Your phone or your computer confirms that it is you.
account-home-address = Change my email address
account-home-address-lead = The address that you enter to sign in.
account-home-question = My secret question
account-home-question-lead = You are asked it if you forget your password.
account-home-sessions = See my sign-ins
account-home-sessions-lead = The devices where your account is open. You can sign them out.
account-home-sites = See the sites
account-home-sites-lead = What each site can read of your account.
account-home-record = See my history
account-home-record-lead = What happened to your account, and when.
account-home-data = See my data
account-home-data-lead = All that we know of you, to read or to download.
account-home-deletion = Delete my account
account-home-deletion-lead = You have a day to change your mind.

account-name-title = Your nickname
account-name = Name shown on the sites
account-name-hint = Optional. { $longest } characters at most. A nickname is enough: other people will read it. Leave it empty to show none.
account-name-seen = The sites that show it:
account-name-unseen = None of your sites shows it for now.
account-name-submit = Save this name
account-name-kept = Saved: your name on the sites is “{ $name }”.
account-name-removed = Saved: you have no name on the sites any more.
account-name-too-long = Choose a shorter name: { $longest } characters at most.
account-name-private = Other people will read this name: put neither an email address nor a social security number in it.
account-name-characters = This name contains an invisible character. Enter it again.
account-name-start = Begin this name with a letter or a digit.

account-access-title = The sites that use your account
account-access-lead = The account of
account-access-withdrawn = Done: { $site } has no access to your account any more. Ask that site to erase what it has already received.
account-access-withdrawn-nameless = Done: that site has no access to your account any more.
account-access-already = The access of { $site } had already been withdrawn. There is nothing else to do.
account-access-already-nameless = This access had already been withdrawn. There is nothing else to do.
account-access-allowed-title = The sites that you have allowed
account-access-allowed-lead = These are not MGEN sites. You can withdraw their access at any time; they will ask for your agreement if they need it again.
account-access-none = You have allowed no other site than those of MGEN.
account-access-since = Allowed since { $date }
account-access-can = This site can:
account-access-stays = It can stay signed in when you are not there, even after you have signed out.
account-access-ends = Its access ends when you sign out.
account-access-withdraw = Withdraw the access of { $site }
account-access-own-title = The MGEN sites
account-access-own-lead = This account is made for them: there is no agreement to withdraw. Sign out so that they no longer know you.
account-access-own-can = { $site } can:

account-device = { $browser } on { $system }
account-device-browser = { $browser }
account-device-system = A browser on { $system }
account-device-unknown = An unknown device

account-sessions-title = Your sign-ins
account-sessions-lead = These are the devices where your account is open, and the sites opened on each.
account-sessions-here = You are here
account-sessions-elsewhere = The other devices
account-sessions-only = Your account is open nowhere else.
account-sessions-seen = Last used: { $date } at { $time }
account-sessions-since = Signed in on { $date } at { $time }
account-sessions-from = From the network { $network }
account-sessions-sites = Sites opened: { $sites }
account-sessions-no-site = No site opened
account-sessions-end = Sign out { $device }
account-sessions-end-others = Sign out all the other devices
account-sessions-asks = We may ask for your password again, to make sure that it is you.
account-sessions-unknown-title = Is one of them not yours?
account-sessions-unknown = Sign it out, then change your password: nobody else will be able to sign in any more.
account-sessions-ended = Done: { $device } is no longer signed in.
account-sessions-already = This device was no longer signed in. There is nothing else to do.
account-sessions-others-ended = { $count ->
    [0] No other device was signed in. There is nothing else to do.
    [one] Done: the other device is no longer signed in.
   *[other] Done: the { $count } other devices are no longer signed in.
}
account-sessions-password = Change my password

account-password-title = Change your password
account-password-lead = It opens the account
account-password-current = Current password
account-password-after = For safety, your other devices will be signed out. You will stay signed in here.
account-password-submit = Save this password
account-password-wrong = This is not your current password. Check it.
account-password-forgotten-title = You cannot find it?
account-password-forgotten = Choose a password with my mailbox
account-password-done = Done: your password is changed, and your other devices are signed out.

account-question-title = Your secret question
account-question-lead = You will be asked it if you forget your password. Choose an answer that only you know.
account-question-now = Your present question:
account-question-none = You have no secret question yet.
account-question-choose = Choose a question
account-question-replace = Choose another question or another answer
account-question-answer-hint = At least 4 letters. Capitals, accents and punctuation do not count.
account-question-after = For safety, your other devices will be signed out. You will stay signed in here.
account-question-submit = Save my question
account-question-remove-title = Have no question any more
account-question-remove-lead = If you forget your password, a message to your email address will be enough to choose another.
account-question-remove = Remove my question
account-question-kept = Saved: your secret question is changed.
account-question-removed = Done: you have no secret question any more.
account-question-already = You had no secret question any more. There is nothing else to do.

account-address-title = Change your email address
account-address-lead = You sign in with
account-address-how = We write to the new address. It takes the place of the old one once you have opened that message, and not before.
account-address-keeps = Your password, your sites and your Espace personnel do not change.
account-address-after = For safety, your other devices will be signed out, and your old address will receive a message.
account-address-new = New email address
account-address-submit = Receive a message at this address
account-address-same = This is your address already. Enter another one.
account-address-confirm = Your address is not confirmed yet. Enter it again to receive a message.
account-address-done-title = Done
account-address-done = This address is confirmed. From now on, sign in with
account-address-done-others = If it has just changed, your other devices are signed out and your former address has received a message.
account-back = Back to your account

account-record-title = The history of your account
account-record-lead = What happened to your account in the last year, the newest first.
account-record-unknown = Is there something that you do not recognise? Change your password, then sign out the other devices.
account-record-empty = Nothing has happened to your account in the last year.
account-record-when = { $date } at { $time }
account-record-from = from the network { $network }
account-record-site = site: { $site }
account-record-older = See more
account-record-newest = Back to the newest

account-data-title = Your data
account-data-lead = This is all that MGEN Connect knows of you. We keep neither your social security number nor your password in clear.
account-data-download-title = Keep a copy
account-data-download-lead = A file that you can keep, or give to another service (its format is called JSON).
account-data-download = Download my data
account-data-account = Your account
account-data-address = Sign-in address
account-data-proved = Address confirmed
account-data-yes = Yes
account-data-no = No
account-data-created = Account created
account-data-on = on { $date }
account-data-used = { $what }, since { $date }
account-data-member = Member reference
account-data-name = Nickname
account-data-question = Secret question
account-data-password = Password
account-data-kept-hidden = kept, in a form that nobody can read
account-data-none = nothing
account-data-other-addresses = Other known addresses
account-data-sessions = Your sign-ins
account-data-sites = The sites that you have used
account-data-consents = The agreements that you have given
account-data-factors = What strengthens your sign-in
account-data-passkey = Passkey “{ $name }”, added on { $date }
account-data-totp = Code application, added on { $date }
account-data-codes = { $count ->
    [one] One backup code still good
   *[other] { $count } backup codes still good
}
account-data-devices = { $count ->
    [one] One trusted device
   *[other] { $count } trusted devices
}
account-data-record = Your history
account-data-record-lead = { $count ->
    [0] It is empty.
    [one] It has one line.
   *[other] It has { $count } lines.
}
account-data-nothing = Nothing.

account-deletion-title = Delete your account
account-deletion-lead = This account will open nothing any more:
account-deletion-what-title = What is erased
account-deletion-what-account = Your address, your password, your secret question and all that strengthens your sign-in.
account-deletion-what-sessions = Your sign-ins, and the agreements given to sites.
account-deletion-what-address = Your address cannot be used by another account for 30 days.
account-deletion-what-record = A history without your name or address stays for a year.
account-deletion-sites-title = What each site keeps
account-deletion-sites-lead = We cannot erase what the sites have received. Ask them:
account-deletion-site-member = { $site }: your reimbursements and your contracts. They do not depend on this account; to see them again, you will need a new identifier.
account-deletion-site-own = { $site }: what you wrote or ordered there.
account-deletion-site-other = { $site }: what you allowed it to read. It is not an MGEN site.
account-deletion-site-rules = Its rules
account-deletion-no-site = You have used no site in the last days.
account-deletion-day-title = You have a day to change your mind
account-deletion-day = Your other devices are signed out at once. The account is erased tomorrow at the same time; until then, sign in to keep it.
account-deletion-password = Password
account-deletion-agree = I understand: my account will be erased, and nobody can bring it back.
account-deletion-agree-missing = Tick the box to confirm that you have understood.
account-deletion-wrong = This is not the password of your account. Check it.
account-deletion-submit = Delete my account
account-deletion-stay = Keep my account
account-deletion-asked-title = Your account is about to be deleted
account-deletion-asked-lead = Your account will be erased on { $date } at { $time }.
account-deletion-asked-how = You have changed your mind? Press the button: nothing will be erased.
account-deletion-cancel = Keep my account
account-deletion-done = It is asked for: your other devices are signed out.
account-deletion-already = The deletion had already been asked for, in another tab or on another device. There is nothing else to do.
account-deletion-cancelled = Done: you keep your account. Nothing has been erased.
account-deletion-not-asked = The deletion had already been cancelled. You keep your account.

mail-question-changed-subject = Your secret question has been changed
mail-question-changed-lead = On { $date } at { $time }, the secret question of your MGEN Connect account was changed. The other sign-ins were closed.
mail-question-removed-lead = On { $date } at { $time }, the secret question of your MGEN Connect account was removed. The other sign-ins were closed.
mail-deletion-asked-subject = Your account is about to be deleted
mail-deletion-asked-lead = On { $date } at { $time }, the deletion of your MGEN Connect account was asked for. It will be erased on { $until_date } at { $until_time }.
mail-deletion-asked-keep = Do you want to keep it? Sign in before then, and press “Keep my account”.
mail-deletion-asked-button = Keep my account
mail-deletion-kept-subject = You keep your account
mail-deletion-kept-lead = On { $date } at { $time }, the deletion of your MGEN Connect account was cancelled. Nothing has been erased.
