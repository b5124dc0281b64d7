"""The pages of the change under bad input, and in English."""

import pytest
from legacy_bridge.walking import (
    ADDRESS,
    CAMILLE,
    DOMINIQUE,
    DOOR,
    EXTEND,
    FRESH,
    HELP,
    NEW_PASSWORD,
    PASSWORD,
    RESUME,
    REVIEW,
    STATE,
    WAITING,
    Walk,
    at,
    words_of,
)

pytestmark = pytest.mark.usefixtures("members")

FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=b"
NASTY = [
    "\0",
    "a\0b@c.fr",
    "x" * 5000,
    "%00",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "\u202e@x.fr",
    "a@b.fr\r\nBcc: c@d.fr",
]


def _parts(fields):
    head = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    return b"".join(head % (name.encode(), value) for name, value in fields.items()) + b"--b--\r\n"


def _parts(fields):
    head = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    return b"".join(head % (name.encode(), value) for name, value in fields.items()) + b"--b--\r\n"


class TestBadInput:
    @pytest.mark.parametrize("value", NASTY)
    def test_nothing_typed_breaks_a_step(self, walk, value):
        """A clear refusal, and the step is still there."""
        assert walk.post(DOOR, nir=value, password=value).status_code in (400, 403)
        walk.signs_in(CAMILLE)
        answer = walk.gives(value)
        assert answer.status_code == 400
        assert "<script>alert" not in answer.text
        walk.gives(FRESH)
        answer = walk.chooses(value, secret_question=value, secret_answer=value)
        assert answer.status_code == 400
        assert at(walk.chooses(), WAITING)
        assert walk.post(WAITING, action="code", code=value).status_code == 400
        assert walk.post(WAITING, action=value).status_code == 200

    @pytest.mark.parametrize(
        ("path", "field"), [(DOOR, "nir"), (DOOR, "password"), (ADDRESS, "email"), (PASSWORD, "new_password")]
    )
    def test_a_field_of_100_kb_is_refused_whole(self, walk, path, field):
        """Before it is read."""
        walk.signs_in(CAMILLE)
        walk.gives(FRESH)
        assert walk.post(path, **{field: "x" * 100_000}).status_code == 413

    def test_bytes_that_are_no_text_are_refused(self, walk):
        """A lone surrogate, an overlong form, half a character, in either kind of form."""
        walk.signs_in(CAMILLE)
        walk.gives(FRESH)
        token = walk.forgery_token()
        for raw in (b"\xed\xa0\x80", b"\xc0\xaf", b"\xc3", b"\x00"):
            fields = {"csrf_token": token.encode(), "email": raw + b"@x.fr"}
            for name in ("new_password", "confirm_password", "secret_answer"):
                fields[name] = NEW_PASSWORD.encode() + raw
            for path in (ADDRESS, PASSWORD):
                assert walk.client.post(path, data=_parts(fields), content_type=PARTS).status_code == 400
                body = b"&".join(name.encode() + b"=" + value for name, value in fields.items())
                assert walk.client.post(path, data=body, content_type=FORM).status_code == 400

    def test_an_empty_form_says_what_is_missing(self, walk):
        """Beside each field, and on top."""
        words = words_of(walk.post(DOOR))
        assert "Saisissez votre numéro de sécurité sociale" in words
        assert "Saisissez votre mot de passe" in words
        walk.signs_in(CAMILLE)
        assert "Saisissez votre adresse email" in words_of(walk.post(ADDRESS))
        walk.gives(FRESH)
        words = words_of(walk.post(PASSWORD))
        assert words.count("Saisissez un nouveau mot de passe") == 2
        walk.chooses()
        assert "Saisissez le code" in words_of(walk.post(WAITING, action="code"))

    @pytest.mark.parametrize("path", [DOOR, ADDRESS, PASSWORD, WAITING, REVIEW, RESUME, EXTEND])
    def test_a_form_without_its_token_is_stale(self, walk, path):
        """Cross-site forms change nothing."""
        walk.waits(CAMILLE, FRESH)
        page = walk.client.post(path + walk.query, data={"email": "autre@boite.test", "action": "resend"})
        assert page.status_code == 400
        assert "Rien n’est perdu" in words_of(page)

    @pytest.mark.parametrize("path", [EXTEND, STATE, HELP])
    def test_other_methods_are_refused(self, walk, path):
        """405, with what is allowed."""
        answer = walk.client.put(path)
        assert answer.status_code in (400, 405)

    def test_an_unknown_request_of_a_site_is_a_page(self, client):
        """The id of nobody's interaction."""
        for query in ("?i=x", "?i=" + "A" * 22, "?i=%00", "?i=" + "é" * 22):
            assert client.get(DOOR + query).status_code == 400

    def test_a_number_typed_as_an_address_is_not_shown_again(self, walk):
        """Nor kept."""
        walk.signs_in(CAMILLE)
        page = walk.gives(DOMINIQUE.nir)
        assert page.status_code == 400
        assert DOMINIQUE.nir not in page.text

    def test_a_slip_in_the_domain_is_asked_about_once(self, walk):
        """One button takes the suggestion, the other what was typed."""
        walk.signs_in(CAMILLE)
        page = walk.gives("camille@gmial.com")
        assert page.status_code == 200
        assert "Vouliez-vous écrire camille@gmail.com" in words_of(page)
        assert at(walk.gives("camille@gmial.com", as_typed="yes"), PASSWORD)
        assert at(walk.gives("camille@gmail.com"), PASSWORD)


class TestLanguage:
    def test_pages_speak_english(self, client):
        """On request."""
        walk = Walk(client)
        client.get(DOOR + "?hl=en")
        walk.signs_in(CAMILLE)
        page = walk.get(ADDRESS)
        assert "Your email address" in words_of(page)
        assert "Camille F." in words_of(page)
