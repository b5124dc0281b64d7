## The request of a site that waits for a person.

interaction-time-left = This page stays open until { $time }.
interaction-time-soon = You have less than 5 minutes left on this page.
interaction-time-extend = Keep more time

interaction-expired-title = This page is no longer valid
interaction-expired-lead = It stayed open too long. Nothing is lost: start from the site again, and go on where you were.
interaction-expired-home = Go back to the sign-in page
interaction-done-title = It is already done
interaction-done-lead = You finished this step in another tab.
interaction-done-close = You may close this one.
interaction-site-about = About { $site }
interaction-site-policy = Privacy policy of { $site }
interaction-site-terms = Terms of { $site }
