"""What the server tells of itself after journeys: how many went which way, and of nobody."""

import re
import time
import urllib.request

from browser.person import NEW_PASSWORD


def numbers(demo):
    """The text that Prometheus reads."""
    with urllib.request.urlopen(f"{demo.issuer}/-/metrics", timeout=10) as answer:
        return answer.read().decode()


def value(text, series):
    """A number of it, 0 where there is none."""
    found = re.search(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_a_change_of_identifier_is_counted_and_nobody_is_named(person, someone, demo):
    before = numbers(demo)
    member = demo.new_member()
    person.opens_site("member-area").changes_identifier(member)
    other = someone().opens_site("forum").signs_in_by_email(member.contact, NEW_PASSWORD)
    other.signs_out().opens_site("forum").signs_in_by_email(member.contact, "ce n'est pas le bon")
    other.reads("Nous ne pouvons pas vous connecter")
    deadline = time.monotonic() + 20
    sent = 'mgen_connect_mail_total{result="sent"}'
    # The jobs process sends what the change has left for it.
    while value(after := numbers(demo), sent) <= value(before, sent):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    for grown in (
        'mgen_connect_events_total{event="sign_in",way="nir"}',
        'mgen_connect_events_total{event="identifier_change_started",way=""}',
        'mgen_connect_identifier_change_steps_total{step="review"}',
        'mgen_connect_events_total{event="identifier_changed",way="default"}',
        'mgen_connect_events_total{event="sign_in",way="email"}',
        'mgen_connect_events_total{event="sign_in_refused",way="email"}',
        'mgen_connect_tokens_issued_total{grant_type="authorization_code"}',
    ):
        assert value(after, grown) > value(before, grown), grown
    for personal in ("@", member.nir, member.nir[:13], member.ref, "127.0.0", "localhost", "forum", "member-area"):
        assert personal not in after
    # Nothing numbered, random or sealed either: the words of labels are the code's.
    assert not re.findall(r'="[^"]*(?:\d{4}|[a-z][A-Z])[^"]*"', after)
