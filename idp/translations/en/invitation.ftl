## The invitation to change identifier, the way out of it, and the message to a dormant account.

mail-invitation-subject = Signing in to your MGEN member area is changing
mail-invitation-lead = The law no longer lets us use your social security number to sign you in. Your new identifier will be an email address.
mail-invitation-what = To choose it, go to the MGEN site as you usually do and open your member area. Sign in one last time with your number and your password: the rest is explained to you, in three steps.
mail-invitation-until = Signing in with the number ends after { $date }.
mail-invitation-done = If you have done so already, there is nothing to do. This message holds no sign-in link: beware of those that do.
mail-invitation-reason = You receive this message because this address is the contact address of your MGEN member area.
mail-invitation-stop = Stop receiving this invitation

legacy-uninvite-title = Stop receiving the invitation
legacy-uninvite-lead = We will no longer write to invite you to choose an email address as your identifier.
legacy-uninvite-submit = Do not write to me about this
legacy-uninvited-title = Noted
legacy-uninvited-lead = We will not send you this invitation again. You will be offered the change of identifier when you sign in.

mail-dormant-account-subject = Your MGEN Connect account is no longer used
mail-dormant-lead = Nobody has signed in with { $email } for two years.
mail-dormant-what = Unless you sign in, we will erase this account on { $date }. To keep it, signing in once is enough.
mail-dormant-reason = You receive this message because this address is the identifier of an MGEN Connect account.
