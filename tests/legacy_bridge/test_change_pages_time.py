"""The pages of the change as time passes, and where short-lived values lie in Redis."""

import re
import time
from urllib.parse import urlsplit

import pytest
import time_machine
from legacy_bridge.walking import (
    ADDRESS,
    CAMILLE,
    CHANGE,
    DONE,
    DOOR,
    EXTEND,
    FRESH,
    NEW_PASSWORD,
    PASSWORD,
    RESUME,
    STATE,
    WAITING,
    Walk,
    at,
    link_of,
    link_to,
    token_of,
    words_of,
)

pytestmark = pytest.mark.usefixtures("members")


class TestTime:
    def test_a_ticket_left_for_half_an_hour_opens_nothing_but_the_password_page(self, walk):
        """Nothing is lost: the change waits."""
        with time_machine.travel(time.time(), tick=False) as travel:
            walk.waits(CAMILLE, FRESH)
            travel.shift(1801)
            assert at(walk.get(WAITING), RESUME)
            assert urlsplit(walk.get(STATE).json["next"]).path == RESUME
            assert "Continuez ici" in words_of(walk.get(RESUME))
            assert walk.post(RESUME, password=CAMILLE.password).status_code == 403
            assert at(walk.post(RESUME, password=NEW_PASSWORD), WAITING)
            assert FRESH in words_of(walk.get(WAITING))

    def test_before_the_password_a_ticket_too_old_leads_to_the_door(self, app, client):
        """There is no new password to prove yet."""
        walk = Walk(client)
        with time_machine.travel(time.time(), tick=False) as travel:
            walk.signs_in(CAMILLE)
            walk.gives(CAMILLE.contact)
            travel.shift(1801)
            assert at(walk.chooses(), RESUME)
            assert at(walk.get(RESUME), DOOR)
            assert at(walk.signs_in(CAMILLE), PASSWORD)

    def test_two_hours_at_most_whatever_one_does(self, client):
        """The time left is told, and more is one press away until then."""
        walk = Walk(client)
        with time_machine.travel(time.time(), tick=False) as travel:
            walk.signs_in(CAMILLE)
            for _ in range(4):
                travel.shift(1700)
                page = walk.get(ADDRESS)
                assert "Cette page reste ouverte jusqu’à" in words_of(page)
                assert re.search(r'action="[^"]*/prolonger/"', page.text)
                assert at(walk.post(EXTEND), CHANGE)
            travel.shift(401)
            assert at(walk.get(ADDRESS), RESUME)

    def test_more_time_is_told_to_the_script(self, client):
        """Seconds and words."""
        walk = Walk(client)
        with time_machine.travel(time.time(), tick=False) as travel:
            walk.signs_in(CAMILLE)
            travel.shift(1500)
            token = walk.forgery_token()
            answer = client.post(EXTEND, data={"csrf_token": token}, headers={"X-Requested-With": "XMLHttpRequest"})
            assert answer.json["seconds_left"] == 1800
            assert answer.json["text"].startswith("Cette page reste ouverte jusqu’à")

    def test_looking_for_news_does_not_keep_a_ticket_alive(self, client):
        """A page left open alone is not somebody at work."""
        walk = Walk(client)
        with time_machine.travel(time.time(), tick=False) as travel:
            walk.waits(CAMILLE, FRESH)
            for _ in range(4):
                travel.shift(500)
                answer = walk.get(STATE)
            assert urlsplit(answer.json["next"]).path == RESUME


class TestSunset:
    @pytest.fixture
    def settings(self, make_settings):
        return make_settings(bridge_sunset="2026-06-30")

    def test_after_the_sunset_the_door_is_closed(self, client):
        """The form is gone, and the page says where to go."""
        page = client.get(DOOR)
        assert page.status_code == 410
        assert "Depuis le 30 juin 2026" in words_of(page)
        assert "<form" not in page.text
        token = token_of(client.get("/connexion/"))
        assert client.post(DOOR, data={"csrf_token": token, "nir": CAMILLE.nir, "password": "x"}).status_code == 410


class TestRedis:
    @pytest.fixture
    def settings(self, make_settings, redis_url):
        return make_settings(redis_url=redis_url)

    def test_the_whole_way_with_short_lived_values_in_redis(self, walk, app, outbox):
        """Ticket, request and counters lie there; the change in SQL."""
        walk.waits(CAMILLE, FRESH)
        other = Walk(app.test_client())
        other.post(link_of(outbox()[0]))
        assert at(walk.finishes(), DONE)
        assert walk.reaches_site(link_to(walk.get(DONE), "Continuer vers Espace personnel MGEN"))
