"""The relying parties: what they ask, redeem, refresh and revoke, and what they may expect."""

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from chaos.browser import Answer, Front
from chaos.ledger import Fact, Ledger, Stuck, Unknown

AUTHORIZE, TOKEN, PAR, DEVICE = "/oidc/authorize", "/oidc/token", "/oidc/par", "/oidc/device"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_VERIFIER = "a-verifier-of-the-fault-bench-" + "0" * 20
_CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(_VERIFIER.encode()).digest()).rstrip(b"=").decode()
# docs/rules.md: a lost answer may be asked for again so soon; a little less, for the clock of the server decides.
_GRACE = 8
_DECLARED = """client_id = "{name}"
client_name = "{name}"
site = "https://{name}.example"
redirect_paths = ["/retour"]
post_logout_redirect_paths = ["/au-revoir"]
scope = "openid profile email offline_access"
grant_types = ["authorization_code", "refresh_token", "{device}"]
registration = true
first_party = {own}
nir_door = {own}
secret_digest = "sha256:{digest}"
"""


@dataclass
class Family:
    """A refresh family, as a site knows it: the token that it has now."""

    z: bytes
    token: str
    client_id: str


@dataclass(frozen=True)
class Site:
    """A registered site; `own`: it is MGEN's, and nobody is asked to agree."""

    client_id: str
    own: bool
    front: Front
    ledger: Ledger

    @property
    def returns(self) -> str:
        """Where its people come back."""
        return f"https://{self.client_id}.example/retour"

    def declare(self, folder: Path) -> None:
        """Write its declaration."""
        digest = hashlib.sha256(self._secret.encode()).hexdigest()
        text = _DECLARED.format(name=self.client_id, own=str(self.own).lower(), digest=digest, device=DEVICE_GRANT)
        (folder / f"{self.client_id}.toml").write_text(text)

    def request(self, *, offline: bool = False) -> tuple[str, str]:
        """The path of an authorization request, and its state."""
        state = secrets.token_hex(8)
        return f"{AUTHORIZE}?{urlencode(self._parameters(state, offline))}", state

    def pushed_request(self) -> tuple[str, str]:
        """The same, pushed first (RFC 9126)."""
        state = secrets.token_hex(8)
        pushed = self._post(PAR, self._parameters(state, offline=False))
        query = {"client_id": self.client_id, "request_uri": _json(pushed, 201)["request_uri"]}
        return f"{AUTHORIZE}?{urlencode(query)}", state

    def code_of(self, answer: Answer, state: str) -> str:
        """The code that an answer brings to the site. Raises `Stuck` where it brings something else."""
        target = urlsplit(answer.to)
        if answer.status != 303 or f"{target.scheme}://{target.netloc}{target.path}" != self.returns:
            raise Stuck(f"{answer.status} at {urlsplit(answer.at).path}, on the way back to the site")
        got = {name: values[0] for name, values in parse_qs(target.query).items()}
        if got.get("state") != state or "code" not in got:
            raise Stuck(f"the site got {got.get('error', 'no code')}")
        self.ledger.secrets.add(got["code"])
        return got["code"]

    def redeem(self, code: str) -> dict[str, Any]:
        """The tokens of a code. Raises `Stuck` where it is refused."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.returns}
        tokens = self._tokens({**form, "code_verifier": _VERIFIER})
        self.ledger.spend("code", code)
        return tokens

    def family_of(self, tokens: dict[str, Any]) -> Family:
        """The refresh family that begins with these tokens."""
        z = base64.urlsafe_b64decode(tokens["refresh_token"])[:16]
        self.ledger.generations[z] = Fact(0)
        return Family(z, tokens["refresh_token"], self.client_id)

    def rotate(self, family: Family) -> dict[str, Any]:
        """The next tokens of a family; an answer that was lost is asked for again, as long as that is allowed."""
        fact = self.ledger.generations[family.z]
        before, begun = fact.sure, time.monotonic()
        if before is None:
            raise Stuck("a family whose generation nobody knows")
        with fact.moving(before + 1):
            while True:
                try:
                    tokens = self._tokens({"grant_type": "refresh_token", "refresh_token": family.token})
                    break
                except Unknown:
                    if time.monotonic() > begun + _GRACE:
                        raise
                    time.sleep(0.3)
        family.token = tokens["refresh_token"]
        return tokens

    def refused(self, family: Family, token: str) -> bool:
        """Whether an older token of a family is refused, as it has to be; the family ends by that."""
        with self.ledger.ended[family.z].moving(True):
            try:
                self._tokens({"grant_type": "refresh_token", "refresh_token": token})
            except Stuck:
                return True
        return False

    def revoke(self, token: str) -> None:
        """RFC 7009."""
        answer = self._post("/oidc/revoke", {"token": token})
        if answer.status != 200:
            raise Stuck(f"{answer.status} for a revocation")

    def opens(self, access_token: str) -> bool:
        """Whether an access token opens UserInfo."""
        answer = self.front.send("GET", "/oidc/userinfo", None, {"Authorization": f"Bearer {access_token}"})
        if answer.status not in (200, 401):
            raise Stuck(f"{answer.status} from UserInfo")
        return answer.status == 200

    def device_codes(self) -> dict[str, Any]:
        """What a device of this site shows (RFC 8628)."""
        return _json(self._post(DEVICE, {"scope": "openid email"}), 200)

    def poll(self, device_code: str) -> dict[str, Any]:
        """The tokens of a device. Raises `Stuck` where there are none."""
        tokens = self._tokens({"grant_type": DEVICE_GRANT, "device_code": device_code})
        self.ledger.spend("device code", device_code)
        return tokens

    @property
    def _secret(self) -> str:
        return f"{self.client_id}-secret-of-the-fault-bench"

    def _parameters(self, state: str, offline: bool) -> dict[str, str]:
        return {
            "client_id": self.client_id,
            "redirect_uri": self.returns,
            "response_type": "code",
            "scope": "openid email offline_access" if offline else "openid email",
            # OpenID Connect Core §11: offline access is asked for with a page of consent, but by MGEN's own.
            "state": state,
            "nonce": state,
            "code_challenge": _CHALLENGE,
            "code_challenge_method": "S256",
        }

    def _tokens(self, form: dict[str, str]) -> dict[str, Any]:
        tokens = _json(self._post(TOKEN, form), 200)
        self.ledger.secrets.update(tokens[name] for name in ("access_token", "refresh_token") if name in tokens)
        return tokens

    def _post(self, path: str, form: dict[str, str]) -> Answer:
        credentials = base64.b64encode(f"{self.client_id}:{self._secret}".encode()).decode()
        headers = {"Authorization": f"Basic {credentials}", "Content-Type": "application/x-www-form-urlencoded"}
        return self.front.send("POST", path, urlencode(form), headers)


def _json(answer: Answer, status: int) -> dict[str, Any]:
    try:
        body: dict[str, Any] = json.loads(answer.text)
    except ValueError:
        raise Stuck(f"{answer.status} without JSON at {answer.at}") from None
    if answer.status != status:
        raise Stuck(f"{answer.status} {body.get('error')} at {answer.at}")
    return body
