"""What is published runs by itself: templates, settings and texts are in the wheel."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
TRY = """
import idp, sys
assert idp.__file__.startswith(sys.argv[1]), idp.__file__
from idp.cli import group
group(["init"], standalone_mode=False)
from idp.wsgi import app
for path in ("/connexion/", "/login-adherent/", "/static/mgen-connect.css", "/.well-known/openid-configuration"):
    assert app.test_client().get(path).status_code == 200, path
"""


def test_the_wheel_runs_alone(tmp_path):
    """Built, unpacked elsewhere, started there: nothing of the checkout is needed."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    building = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path), str(ROOT)]
    subprocess.run(building, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    environment = os.environ | {
        "PYTHONPATH": str(tmp_path / "site"),
        "MGEN_CONNECT_ISSUER": "http://localhost",
        "MGEN_CONNECT_ENVIRONMENT": "development",
        "MGEN_CONNECT_SECRET_KEY_FILE": str(tmp_path / "keyring.json"),
        "MGEN_CONNECT_DATABASE_URL": f"sqlite:///{tmp_path}/idp.db",
        "MGEN_CONNECT_MAIL_URL": f"maildir://{tmp_path}/mail",
    }
    trying = [sys.executable, "-c", TRY, str(tmp_path)]
    done = subprocess.run(trying, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
