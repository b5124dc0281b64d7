"""S17: the number never leaves. S18: nothing is lost on the way."""

import time
from urllib.parse import urlsplit

import pytest
import time_machine
from legacy_bridge.walking import (
    CAMILLE,
    CHANGED,
    DOMINIQUE,
    DONE,
    DOOR,
    FRESH,
    PASSWORD,
    REVIEW,
    WAITING,
    Walk,
    at,
    code_of,
    field_of,
    link_to,
    words_of,
)

from tests.importing import dump

pytestmark = pytest.mark.usefixtures("members")


class TestS17:
    def test_s17_the_number_is_nowhere_but_in_the_form(self, walk, elsewhere, settings, outbox, caplog, capfd):
        """Not in the database or beside it, a message, a header, a page, a log line; nor after a refusal."""
        seen = []
        nir = CAMILLE.nir
        spaced = " ".join((nir[:1], nir[1:3], nir[3:5], nir[5:7], nir[7:10], nir[10:]))
        seen.append(walk.post(DOOR, nir=spaced, password="pas le bon"))
        seen.append(walk.post(DOOR, nir=CAMILLE.nir, password=""))
        given_back = seen.pop()
        assert CAMILLE.nir in given_back.text
        seen.append(walk.signs_in(CAMILLE))
        for step in (walk.gives(FRESH), walk.chooses(), walk.get(WAITING)):
            seen.append(step)
        messages = outbox()
        seen.append(walk.post(WAITING, action="code", code=code_of(messages[0])))
        seen += [walk.get(REVIEW), walk.finishes(), walk.get(DONE), elsewhere.signs_in(CAMILLE), elsewhere.get(CHANGED)]
        messages += outbox()
        output = capfd.readouterr()
        texts = [caplog.text, output.out, output.err, *map(str, messages)]
        texts += [f"{response.headers}{response.text}" for response in seen]
        for path in sorted(settings.secret_key_file.parent.rglob("*")):
            if path.is_file() and path.suffix != ".csv":
                texts.append(path.read_bytes().decode("latin-1"))
        for text in texts:
            assert CAMILLE.nir not in text
            assert spaced not in text

    def test_s17_a_refused_number_is_not_shown_again_a_mistyped_one_is(self, walk):
        """To be mended, in the answer to the same form and nowhere else."""
        page = walk.post(DOOR, nir=CAMILLE.nir + "99", password="ancien")
        assert page.status_code == 400
        assert field_of(page, "nir") == CAMILLE.nir + "99"
        assert "Vérifiez les deux derniers chiffres" in words_of(page)
        assert field_of(walk.get(DOOR), "nir") == ""
        assert CAMILLE.nir not in walk.signs_in(CAMILLE, "pas le bon").text

    def test_s17_the_row_keeps_a_digest_and_no_number(self, walk, settings, runtime):
        """After the change it opens nothing, and its verifier only tells S9."""
        walk.changes(CAMILLE)
        row = runtime.sql.one("SELECT state, account_id, nir_digest FROM legacy_member WHERE member_ref = 'M00001'", {})
        assert row[0] == "changed"
        assert row[1]
        assert len(row[2]) == 32
        assert CAMILLE.nir not in str(dump(settings))


class TestS18:
    def test_s18_previous_loses_nothing_but_secrets(self, walk):
        """Each step shows what was given; the question is kept, its answer is not."""
        walk.waits(CAMILLE, FRESH)
        back = link_to(walk.get(WAITING), "Précédent")
        page = walk.client.get(back)
        assert urlsplit(back).path == PASSWORD
        assert 'value="object" selected' in page.text
        assert field_of(page, "secret_answer") == ""
        page = walk.client.get(link_to(page, "Précédent"))
        assert field_of(page, "email") == FRESH

    def test_s18_a_request_too_old_ends_at_the_sites_own_sign_in(self, walk, outbox):
        """The change outlives the hour of the request; never a code with a stale state."""
        with time_machine.travel(time.time(), tick=False) as travel:
            walk.waits(CAMILLE, FRESH)
            for _ in range(3):
                travel.shift(1500)
                assert walk.get(WAITING).status_code == 200
            walk.post(WAITING, action="code", code=code_of(outbox()[0]))
            assert at(walk.finishes(), DONE)
            page = walk.get(DONE)
            onward = link_to(page, "Continuer vers Espace personnel MGEN")
            assert onward.startswith("https://espace.example/connexion")
            assert walk.is_signed_in()

    def test_s18_without_a_site_it_ends_at_home(self, client):
        """Somebody came by themselves."""
        walk = Walk(client)
        walk.changes(DOMINIQUE)
        assert link_to(walk.get(DONE), "Continuer") == "/connexion/"
        assert walk.is_signed_in()
