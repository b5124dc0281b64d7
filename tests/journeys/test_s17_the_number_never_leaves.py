"""S17: the number is accepted once and is found nowhere afterwards."""

import email
import email.policy
from collections.abc import Iterator
from pathlib import Path

from browser.person import NEW_PASSWORD


def spellings(nir: str) -> list[bytes]:
    """A number as somebody or something might write it, with and without its key."""
    groups = (nir[0], nir[1:3], nir[3:5], nir[5:7], nir[7:10], nir[10:13])
    return [separator.join(groups).encode() for separator in ("", " ", ".", "-", "%20", "+", "\u00a0")]


def everything_written(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Each file of the demo as it is, and each message also as its reader sees it; not the list of the people."""
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "personas.json":
            content = path.read_bytes()
            yield str(path), content
            if path.is_relative_to(folder / "mail"):
                for part in email.message_from_bytes(content, policy=email.policy.default).walk():
                    if not part.is_multipart():
                        yield f"{path} ({part.get_content_type()})", part.get_content().encode()


def test_s17_no_number_is_written_sent_or_shown(person, someone, demo):
    member, mistaken = demo.new_member(), demo.new_member()
    sent: list[str] = []

    def note(request):
        sent.append(f"{request.method} {request.url} {request.all_headers()}")
        # The form of the NIR door is where the number is given, and the only place.
        if request.method == "POST" and "/login-adherent/?" not in request.url:
            sent.append(request.post_data or "")

    person.context.on("requestfinished", note)
    person.context.on("response", lambda response: sent.append(str(response.headers)))
    person.opens_site("member-area").signs_in_by_nir(member).gives_address(member.fresh_address).chooses_password()
    mail = person.reads_mail(member.fresh_address)
    shown = [person.tab.content()]
    person.types(code=mail.code).presses("Valider le code").finishes().continues_to("member-area")
    shown.append(person.tab.content())
    # Refusals, mistakes, and the number typed into the wrong box.
    person.signs_out().opens_site("avantage").presses("Utiliser mon numéro de sécurité sociale")
    person.types(nir=mistaken.nir, password="faux12345").presses("Continuer").sees("Nous ne pouvons pas vous connecter")
    shown.append(person.tab.content())
    other = someone().opens_site("forum").signs_in_by_email(mistaken.nir, NEW_PASSWORD)
    other.reads("Ceci ressemble à un numéro de sécurité sociale")
    other.signs_in_by_nir(member).sees("Votre identifiant a changé")
    shown.append(other.tab.content())
    kept = str(person.context.cookies()) + str(person.context.storage_state())

    numbers = [member.nir, mistaken.nir] + [each["nir"] for each in demo.personas().values() if each["nir"]]
    numbers += [each.nir for each in demo.invented]
    outside = "\n".join([*sent, *shown, kept, demo.said().split("Ten people")[-1]]).encode()
    for number in numbers:
        for spelling in spellings(number):
            assert spelling not in outside, "a number was sent, kept or shown"
    folders = (demo.folder, *(demo.stores.folders if demo.stores else ()))
    written = [each for folder in folders for each in everything_written(folder)]
    # The search is not blind: what may be written is found.
    for place in ("/data/" if demo.stores else "mgen-connect.db", "text/plain"):
        assert any(place in name and member.fresh_address.encode() in content for name, content in written)
    for place, content in written:
        for number in numbers:
            assert not any(spelling in content for spelling in spellings(number)), place
