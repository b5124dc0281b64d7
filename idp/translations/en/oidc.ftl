## What a site asked for, and signing out.

oidc-request-error-title = Sign-in is not possible from this site
oidc-request-error-lead = The site sent an incorrect request. It is not your doing: go back to the site and start again.
oidc-request-error-back = Back to { $site }
oidc-request-error-fold = For the people who run the site
oidc-request-error-what = What is wrong
oidc-request-error-parameter = Parameter
oidc-request-error-clause = Rule
oidc-request-error-reference = Reference

oidc-logout-title = Do you want to sign out?
oidc-logout-lead = Your sign-in is shared: you will leave every MGEN site open in this browser.
oidc-logout-stay = Stay signed in
oidc-signed-out-title = It is done, you are signed out
oidc-signed-out-lead = Your email address and password will be needed again to come in.
oidc-signed-out-shared = If other people use this device, close the tabs of the MGEN sites too.
oidc-signed-out-back = Back to { $site }
oidc-signed-out-again = Sign in again
