"""`mgen-connect demo`: what it makes, how it stops, and what a second run finds."""

import os
import re
import signal
import socket
import subprocess
import tomllib
import urllib.request

import pytest
from browser.running_demo import COMMAND, SITES, Demo
from servers import free_ports

KEYS = [
    "default-email", "other-email", "no-email", "link-existing", "link-unvalidated",
    "link-blocked", "already-changed", "legacy-blocked", "never-activated", "email-only",
]  # fmt: skip


def run(*arguments):
    return subprocess.run([COMMAND, "demo", "--no-browser", *map(str, arguments)], capture_output=True, text=True)


def test_a_busy_port_is_told_in_one_line_before_anything_is_written(tmp_path):
    first = free_ports(5)
    with socket.create_server(("127.0.0.1", first + 3)):
        done = run("--dir", tmp_path / "demo", "--port", first)
    assert done.returncode == 1
    assert f"port {first + 3} in use" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "demo").exists()


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("precious")
    done = run("--dir", tmp_path, "--port", free_ports(5))
    assert done.returncode == 1
    assert "holds other things" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.browser
def test_the_ten_people_are_in_the_file_and_on_the_screen(demo):
    personas = demo.personas()
    assert list(personas) == KEYS
    for persona in personas.values():
        assert {"key", "nir", "birth_date", "password", "email", "story"} <= persona.keys()
        assert persona["name"] in demo.said()
    assert max(map(len, demo.said().splitlines())) < 80 + len(str(demo.folder))


@pytest.mark.browser
def test_a_link_for_staff_is_on_the_screen_and_in_no_log(demo):
    (link,) = re.findall(rf"{demo.issuer}/backoffice/inscription/\S+", demo.said())
    assert "Back office" in demo.said()
    with urllib.request.urlopen(link, timeout=10) as page:
        assert "Accueil" in page.read().decode()
    token = link.rstrip("/").rpartition("/")[2]
    assert not [path for path in (demo.folder / "log").iterdir() if token in path.read_text("utf-8")]


@pytest.mark.browser
def test_everything_lies_in_the_folder_and_only_its_owner_reads_the_secrets(demo):
    names = {path.name for path in demo.folder.iterdir()}
    assert names >= {"keyring.json", "mail", "personas.json", "clients", "sites", "log", "mgen-connect.db"}
    assert demo.folder.stat().st_mode & 0o077 == 0
    settings = tomllib.loads((demo.folder / "provider.toml").read_text())
    assert settings["issuer"] == demo.issuer
    assert "argon2_memory_kib" not in settings
    for site in SITES:
        assert (demo.folder / "clients" / f"{site}.secret").stat().st_mode & 0o077 == 0


@pytest.mark.browser
@pytest.mark.slow
def test_a_killed_demo_leaves_no_process_and_a_second_run_goes_on_with_its_people(tmp_path):
    demo = Demo(tmp_path / "demo", free_ports(5))
    demo.start()
    before = (demo.folder / "personas.json").read_bytes(), (demo.folder / "keyring.json").read_bytes()
    assert demo.stop(signal.SIGKILL) == -signal.SIGKILL
    wait_until_nobody_listens(demo)
    demo.start()
    try:
        assert "members" not in demo.said().split("Ready in")[-1].splitlines()[0]
        assert before == ((demo.folder / "personas.json").read_bytes(), (demo.folder / "keyring.json").read_bytes())
    finally:
        assert demo.stop(signal.SIGINT) == 0
    assert demo.is_listening() == []


def wait_until_nobody_listens(demo):
    for _ in range(100):
        if not demo.is_listening():
            return
        os.sched_yield()
        signal.sigtimedwait([], 0.1)
    raise AssertionError(f"still listening: {demo.is_listening()}")
