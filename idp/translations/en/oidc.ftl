## What a site asked for, signing out, and the sites that use an account.

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
oidc-signed-out-continue = Continue

oidc-form-post-title = Back to the site
oidc-form-post-continue = Continue

oidc-consent-title = Agree to sign in to { $site }?
oidc-consent-lead = { $site } is not an MGEN site. With your account { $address }, this site will be able to:
oidc-consent-openid = know that it is you, at each visit, under a number of this site’s own
oidc-consent-email = read your email address
oidc-consent-name = read the public name that you have chosen
oidc-consent-espace-personnel = know that you are a member, and your member reference
oidc-consent-offline-access = act for you when you are not there
oidc-consent-other = use what it calls “{ $scope }”
oidc-consent-remembered = Your choice is kept. You can withdraw it at any time from your MGEN Connect account.
oidc-consent-agree = Agree and continue
oidc-consent-refuse = Refuse

oidc-device-title = Connect a device
oidc-device-lead = Your television, or another device, shows a code. Enter it here.
oidc-device-code = Code shown by the device
oidc-device-code-hint = 8 characters. Example: KXTR-92HM
oidc-device-code-missing = Enter the code shown by the device.
oidc-device-code-wrong = This code is not the right one, or is no longer valid. Check what the device shows.
oidc-device-agreement-title = Connect a device to { $site }?
oidc-device-agreement-lead = The device will use { $site } with your account { $address }. It will be able to:
oidc-device-agreement-warning = Agree only if the device is in front of you. If somebody has sent you the code, refuse.
oidc-device-agree = Connect the device
oidc-device-agreed-title = The device is connected
oidc-device-agreed-lead = You can close this page and go on with the device.
oidc-device-refused-title = The device is not connected
oidc-device-refused-lead = You have refused. You can close this page.
oidc-device-over-title = This code is no longer valid
oidc-device-over-lead = It has been used, or it is too old. Ask the device for a new one.
