"""A device in plain words, from what its browser says of itself: enough to know one's own telephone again."""

from idp.web.i18n import Message

# The first that is found: many claim to be another one as well.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def name_of(user_agent: str) -> Message:
    """« Firefox sur Windows », or as much of it as is known."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), None)
    if browser and system:
        return Message("account-device", {"browser": browser, "system": system})
    if browser:
        return Message("account-device-browser", {"browser": browser})
    return Message("account-device-system", {"system": system}) if system else Message("account-device-unknown")
