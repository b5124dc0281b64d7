## The back office: for MGEN staff.

backoffice-name = Back office
backoffice-nav = Pages of the back office
backoffice-nav-home = The change
backoffice-nav-members = A member
backoffice-nav-requests = Requests for two
backoffice-nav-requests-waiting = Requests for two ({ $count })
backoffice-leave = Sign out
backoffice-at-work = At work: { $name }
backoffice-none = None
backoffice-yes = yes
backoffice-no = no

backoffice-sign-in-title = Enter the back office
backoffice-sign-in-lead = For MGEN staff only. Each act is put down with your name.
backoffice-passkey-title = With your passkey
backoffice-passkey-lead = Your device asks for your fingerprint, your face or its code.
backoffice-passkey-use = Use my passkey
backoffice-passkey-failed = The passkey did not answer. Try again, or use your password and code.
backoffice-passkey-unavailable = To use a passkey, turn JavaScript on in this browser, or take a newer one.
backoffice-password-title = With your password and a code
backoffice-field-code = Code of your application
backoffice-hint-code = The 6 digits that your authenticator application shows at this moment.
backoffice-sign-in-submit = Enter
backoffice-refused = We cannot let you in. Check the address, the password and the code (a code serves once), or use your passkey again. A lost code, another device? Ask the person who runs the back office for a new link.
backoffice-session-over = Your session is over: nothing was done. Enter again, then start over.

backoffice-enrol-title = Welcome, { $name }
backoffice-enrol-lead = Choose how you will enter the back office. This link serves once.
backoffice-enrol-passkey-title = A passkey, the simplest way
backoffice-enrol-passkey-lead = It stays in your device or security key. There is nothing to remember.
backoffice-enrol-passkey-submit = Create my passkey
backoffice-enrol-application-title = A password and an application
backoffice-enrol-application-lead = Where your device knows no passkeys.
backoffice-enrol-application-link = Choose a password and an application
backoffice-enrol-refused = Your passkey was not kept. Try again, or choose a password and an application.
backoffice-enrol-secret-title = 1. Add this account to your application
backoffice-enrol-secret-lead = Photograph this picture with your authenticator application, or copy the key into it.
backoffice-enrol-secret-picture = QR code for your application
backoffice-enrol-secret-key = Key to copy:
backoffice-enrol-password-title = 2. Choose your password
backoffice-enrol-submit = Save
backoffice-enrolled = Saved. Now enter with what you have just chosen.
backoffice-enrol-spent-title = This link is no longer valid
backoffice-enrol-spent-lead = Links last { $validity } and serve once. You have chosen how to enter already? Enter. Otherwise ask the person who runs the back office for a new link.
backoffice-enrol-spent-sign-in = Enter the back office

backoffice-error-empty = Fill this field in.
backoffice-error-code = This code is not right. Type the one that your application shows at this moment.
backoffice-error-who = Type a member reference or an email address. Example: M00001234
backoffice-error-number = Never write a social security number here. Use the member reference or the email address.
backoffice-error-reason = Say why, in 5 to 200 characters. Example: called on 12 March, address lost

backoffice-home-title = The change of identifier
backoffice-home-lead = How far members have come, and what stops them.
backoffice-snapshot-at = As of { $date }, { $time }.
backoffice-snapshot-none = Nothing is counted yet: it is every five minutes, as soon as the server runs.
backoffice-share = { $share }% of the members have changed their identifier: { $changed } of { $members }.
backoffice-last-day = Last day of the entry by number: { $date }.
backoffice-steps-title = Step by step, over { $days } days
backoffice-step = { $step ->
    [number] Sign-ins with the number
    [started] Changes started
    [proved] Addresses or accounts proved
    [changed] Changes finished
   *[other] { $step }
}
backoffice-plot-label = Changes started, addresses proved and changes finished, day by day, over { $days } days. The same numbers are in the table.
backoffice-days-title = The numbers, day by day
backoffice-days-caption = Each step, day by day (universal time)
backoffice-day = Day
backoffice-step-short = { $step ->
    [number] Number
    [started] Started
    [proved] Proved
    [changed] Finished
   *[other] { $step }
}
backoffice-stuck-title = Where those stand who have not finished
backoffice-stuck-open = Changes under way, by step
backoffice-open-step = { $step ->
    [address] choosing an address
    [link] linking an account that is there
    [password] choosing a password
    [waiting] proving the address
    [review] reading again before the end
   *[other] { $step }
}
backoffice-stuck-state = Members who have not changed, by state
backoffice-old-state = { $state ->
    [active] may change at once
    [blocked] blocked by the old portal
    [never_activated] never created a password
    [reset_pending] must choose a new password
    [conflict] two rows with one number
    [changed] has changed identifier
   *[other] { $state }
}
backoffice-abandoned = Changes given up, still kept: { $count }
backoffice-troubles-title = What stops them, over { $days } days
backoffice-troubles-none = Nothing these days.
backoffice-cause = { $cause ->
    [refused] number or password refused
    [blocked] blocked account, with the right password
    [after] comes with the number after the change
    [guided] forgotten password or unlocking, by number
    [letter] letter asked for
    [letter-wrong] code of a letter refused
    [wrong-account] wrong password of the account to link
    [address-refused] "this is not me" at the chosen address
    [recovery] forgotten password, by email
    [answer] wrong answer to the secret question
    [contested] change contested
    [undone] change undone
   *[other] { $cause }
}
backoffice-imports-title = The last imports
backoffice-imports-none = No import yet.
backoffice-import = { $kind ->
    [legacy] Old file of members
    [identities] Accounts of the sites
   *[other] { $kind }
}
backoffice-import-running = Not finished.
backoffice-import-counts = { $rows } rows: { $imported } new, { $updated } changed, { $refused } refused.
backoffice-import-reasons = Refused, by reason
backoffice-import-reason = { $reason ->
    [nir_empty] no number
    [nir_key] number with a wrong key
    [nir_length] number too short or too long
    [nir_too_long] number too short or too long
    [nir_shape] number that is none
    [nir_characters] number that is none
    [duplicate_nir] two rows with one number
    [nir_of_another_member] number known for another member
    [member_ref] badly written reference
    [identity_ref] badly written reference
    [duplicate_member_ref] two rows with one reference
    [duplicate_identity_ref] two rows with one reference
    [birth_date] impossible birth date
    [birth_date_against_nir] birth date that contradicts the number
    [unknown_status] unknown status
    [unknown_source] unknown site
    [unknown_hash] password of an unknown format
    [malformed_hash] unreadable password
    [mailbox_of_another_row] address of another row
    [another_address] account known with another address
    [email_empty] no email address
    [email_too_long] badly written email address
    [email_control] badly written email address
    [email_format] badly written email address
    [postal_address_ok] postal address: neither yes nor no
    [blocked] blocked: neither yes nor no
    [validated] validated: neither yes nor no
    [control_characters] unseen characters
    [formula] looks like a formula
    [oversized] row too long
    [encoding] unreadable characters
    [quotes] quotes that do not close
    [fields] wrong number of cells
   *[other] { $reason }
}
backoffice-messages-title = The messages
backoffice-messages-state = { $state ->
    [waiting] waiting
    [retrying] refused at least once, tried again
    [given_up] given up after all tries
   *[other] { $state }
}
backoffice-messages-reasons = Given up, by reason
backoffice-undelivered = { $error ->
    [SMTPRecipientsRefused] the mail service refuses the address
    [SMTPDataError] the mail service refuses the message
    [SMTPSenderRefused] the mail service refuses the sender
    [NotTaken] the print service does not take the letter
   *[other] no answer, or an unexpected one ({ $error })
}
backoffice-relay-fails = The mail relay has refused messages in the last quarter of an hour.
backoffice-relay-works = The mail relay takes messages.
backoffice-count = { $what }: { $count }

backoffice-members-title = Find a member
backoffice-members-lead = By member reference or email address. Never by social security number.
backoffice-field-who = Member reference or email address
backoffice-hint-who = Example: M00001234, or name@domain.fr
backoffice-members-submit = Search
backoffice-members-none = Nobody has this reference or address. Check it with the member.
backoffice-members-several = Several members have given this address
backoffice-member-link = Reference { $ref }
backoffice-member-no-ref = Account without an Espace personnel, { $address }

backoffice-member-title = Member { $ref }
backoffice-member-account-title = Account without an Espace personnel
backoffice-member-trouble = What stops them
backoffice-member-fine = Nothing stops them.
backoffice-trouble = { $trouble ->
    [bounced] A message to one of their addresses could not be delivered: check the address with them.
    [frozen] The account is frozen: a change was contested, or a colleague froze it.
    [blocked] The account is blocked.
    [unverified] The address that serves as identifier is not confirmed yet.
    [deletion] The member has asked for the account to be deleted.
    [step-address] A change is under way: they are choosing an address.
    [step-link] A change is under way: they are linking an account that is there.
    [step-password] A change is under way: they are choosing a password.
    [step-waiting] A change is under way: they have yet to prove the address. Have they looked in their junk mail?
    [step-review] A change is under way: they have yet to read again and finish.
    [old-active] They have not begun to change their identifier.
    [old-blocked] The old portal had blocked them: the mailed link or a letter unblocks.
    [old-never_activated] They never created a password: the mailed link or a letter lets them choose one.
    [old-reset_pending] They must choose a new password, with the mailed link or a letter.
    [old-conflict] Two rows of the old file have the same number: the file must be mended and imported again.
    [contact-none] No email address is known: no link can leave.
    [contact-shared] Their email address is another member's too: no link leaves.
    [contact-fresh] Their email address changed less than 30 days ago: no link leaves.
    [postal-none] No postal address to write to: no letter can leave.
    [postal-fresh] Their postal address changed less than 30 days ago: no letter leaves.
   *[other] { $trouble }
}
backoffice-facts-title = What we know
backoffice-fact-account = Account
backoffice-account-state = { $state ->
    [active] active
    [blocked] blocked
    [frozen] frozen
   *[other] { $state }
}
backoffice-fact-no-account = no account yet
backoffice-fact-address = Identifier
backoffice-fact-verified = Address confirmed
backoffice-fact-created = Account created on
backoffice-fact-seen = Last sign-in on
backoffice-fact-never = never
backoffice-fact-sessions = Open sign-ins
backoffice-fact-factors = Passkeys
backoffice-fact-totp = Application for codes
backoffice-fact-old = Old portal
backoffice-fact-contact = Known email address
backoffice-fact-changed = Changed on
backoffice-fact-invited = Invited on
backoffice-fact-step-until = Change under way, to be taken up before
backoffice-fact-letter = Last letter asked for on
backoffice-fact-letter-until = Code of a letter good until
backoffice-fact-bounced = Last message not delivered
backoffice-bounced = written on { $date } – { $reason }
backoffice-asked-title = Requests that wait
backoffice-asked = { $kind ->
    [unfreeze] Open the frozen account
    [release_letter] Hand over a code at a branch
   *[other] { $kind }
}
backoffice-asked-by = Asked by { $name }: { $reason }

backoffice-acts-title = Help
backoffice-acts-lead = Each act is put down with your name, and the member sees it. You never choose an address or a password in their place.
backoffice-field-reason = Reason
backoffice-hint-reason = What happened, without a name or number. The member may ask to read it.
backoffice-act = { $act ->
    [link] Send the link by email
    [letter] Send a letter
    [sessions] End all their sign-ins
    [freeze] Freeze the account
    [unfreeze] Ask for it to be opened
    [release] Ask for a code at a branch
   *[other] { $act }
}
backoffice-act-what = { $act ->
    [link] It goes to the address we know, three times a day at most.
    [letter] A code goes to the postal address we know, one every ten days at most.
    [sessions] At every site, on every device. They may sign in again.
    [freeze] Nobody can sign in to it any more, until a letter or the agreement of two colleagues.
    [unfreeze] After checking who they are. Another colleague must agree.
    [release] After checking who they are, in a branch. Another colleague must agree. The code is printed there, good for 24 hours.
   *[other] { $act }
}

backoffice-said-link = The message has left.
backoffice-said-letter = The letter is asked for.
backoffice-said-sessions = Their sign-ins are ended.
backoffice-said-freeze = The account is frozen.
backoffice-said-unfreeze = The request waits for another colleague to agree.
backoffice-said-release = The request waits for another colleague to agree.
backoffice-said-already = This was done already: nothing was done twice.
backoffice-said-not-possible = This is not possible now: nothing was done. Things may have changed, a request may be waiting already, or the limit of messages may be reached.
backoffice-said-agreed-unfreeze = The account is open again.
backoffice-said-agreed-release-letter = The code is printed at the branch.
backoffice-said-declined = The request is closed: nothing was done.
backoffice-said-own = Another colleague must agree: nobody answers their own request.
backoffice-said-settled = This request is settled already, or too old. Nothing else was done.

backoffice-requests-title = Requests for two
backoffice-requests-lead = Opening an account or handing over a code takes two people. A request lasts { $validity }.
backoffice-requests-none = No request waits.
backoffice-requests-gone = This member is gone.
backoffice-requests-until = Until { $date }, { $time }.
backoffice-requests-own = This is your request: another colleague must answer it.
backoffice-requests-agree = Agree
backoffice-requests-decline = Decline
backoffice-requests-withdraw = Take my request back
backoffice-requests-see = See this member

backoffice-record-title = What happened
backoffice-record-none = Nothing is on record for the last twelve months.
backoffice-record-shown = The last { $count } events.
backoffice-record-when = { $date }, { $time }
backoffice-record-by = by { $name }
backoffice-record-way = { $way ->
    [nir] by number
    [email] by email
    [letter] by letter
    [mailbox] by a message
    [default] with the known address
    [account] with an account that was there
    [link] by a link
    [code] by a code
    [passkey] by passkey
    [totp] by an application for codes
    [registration] at registration
    [recovery] after a forgotten password
    [guided] by the guided way
    [change] during the change
   *[other] { $way }
}
backoffice-event = { $event ->
    [sign_in] Sign-in
    [sign_in_refused] Sign-in refused
    [sign_in_closed] Right password, closed account
    [sign_in_unproved] Right password, address not proved yet
    [sign_out] Sign-out
    [signed_out] Sign-out
    [step_up] Second factor asked for by a site
    [second_factor_refused] Second factor refused
    [session_ended] Sign-in ended
    [other_sessions_ended] Other sign-ins ended
    [identifier_change_started] Change of identifier started
    [identifier_changed] Identifier changed
    [identifier_reminded] Reminded of the identifier by message
    [nir_after_change] Came with the number after the change
    [mailbox_proved] Address proved
    [account_proved] Account that was there proved
    [account_refused] Wrong password of the account to link
    [linking_refused] Linking refused
    [address_refused] "This is not me" at the chosen address
    [address_changed] Address changed
    [address_confirmed] Address confirmed
    [change_contested] Change contested
    [change_undone] Change undone
    [guided_asked] Asked for help by number
    [legacy_password_reset] New password for the number
    [legacy_unlocked] Number unlocked
    [letter_asked] Letter asked for
    [letter_used] Code of a letter used
    [letter_refused] Code of a letter refused
    [recovery_asked] Forgotten password
    [password_reset] New password
    [password_changed] Password changed
    [secret_answer_refused] Wrong answer to the secret question
    [factor_added] Factor added
    [factor_removed] Factor removed
    [passkey_copied] Copied passkey, refused
    [recovery_codes_made] Recovery codes made
    [recovery_code_spent] Recovery code used
    [consent_given] Agreement given to a site
    [consent_withdrawn] Agreement taken back from a site
    [device_agreed] Device connected
    [public_name_changed] Public name changed
    [public_name_removed] Public name removed
    [dormancy_told] Told of a long silence
    [deletion_asked] Deletion asked for
    [deletion_cancelled] Deletion cancelled
    [account_erased] Account erased
    [staff_link_sent] Link sent
    [staff_letter_asked] Letter asked for
    [staff_sessions_ended] Sign-ins ended
    [staff_frozen] Account frozen
    [staff_unfreeze_asked] Opening asked for
    [staff_unfrozen] Account opened
    [staff_release_asked] Code at a branch asked for
    [staff_letter_released] Code at a branch handed over
    [staff_declined] Request closed
   *[other] { $event }
}

mail-staff-act-subject = An MGEN adviser has acted on your account
mail-staff-act-lead = { $act ->
    [sessions] On { $date } at { $time }, an MGEN adviser ended all sign-ins of your MGEN Connect account. You may sign in again.
    [letter] On { $date } at { $time }, an MGEN adviser had a code sent to you by letter, to the postal address we know.
    [unfrozen] On { $date } at { $time }, two MGEN advisers opened your MGEN Connect account again, after checking.
   *[released] On { $date } at { $time }, two MGEN advisers had a code printed for you at a branch, good for 24 hours.
}
mail-staff-act-not-you = You did not ask for this? Speak to an MGEN adviser.
mail-staff-act-button = Find an adviser
