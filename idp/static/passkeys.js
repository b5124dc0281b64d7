/* Passkeys: what a browser's WebAuthn needs and gives, as JSON; and the page that makes one. Loaded by those pages alone. */
(() => {
  "use strict";

  const encode = (buffer) => {
    const text = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
    return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
  const described = (list) => (list || []).map((each) => ({ ...each, id: decode(each.id) }));

  const passkeys = {
    /* As the head of the page found, by which it shows what it does. */
    supported: document.documentElement.classList.contains("passkeys"),

    /* WebAuthn Level 3 §5.1.8 and §5.1.9, for browsers that have no parse…OptionsFromJSON. */
    creation(json) {
      const options = JSON.parse(json);
      return {
        ...options,
        challenge: decode(options.challenge),
        user: { ...options.user, id: decode(options.user.id) },
        excludeCredentials: described(options.excludeCredentials),
      };
    },
    request(json) {
      const options = JSON.parse(json);
      return { ...options, challenge: decode(options.challenge), allowCredentials: described(options.allowCredentials) };
    },

    /* §5.1: what toJSON gives where there is one. */
    answer(credential) {
      const response = { clientDataJSON: encode(credential.response.clientDataJSON) };
      for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
        if (credential.response[name]) { response[name] = encode(credential.response[name]); }
      }
      if (credential.response.getTransports) { response.transports = credential.response.getTransports(); }
      return JSON.stringify({ id: credential.id, rawId: encode(credential.rawId), type: credential.type, response });
    },

    /* Says in the box `passkey-problem` of the page what its data attribute of this name holds. */
    tell(name) {
      const box = document.getElementById("passkey-problem");
      box.querySelector("p").textContent = box.getAttribute("data-" + name);
      box.hidden = false;
      box.focus();
    },
  };
  window.mgenPasskeys = passkeys;

  const form = document.querySelector("[data-passkey-creation]");
  if (!form) { return; }
  let asking = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (asking) { return; }
    /* The server says what is missing, before the device makes anything. */
    if (!form.elements.passkey_name.value.trim()) { form.submit(); return; }
    if (!passkeys.supported) { passkeys.tell("unsupported"); return; }
    asking = true;
    try {
      const publicKey = passkeys.creation(form.dataset.passkeyCreation);
      form.elements.answer.value = passkeys.answer(await navigator.credentials.create({ publicKey }));
      form.submit();
    } catch (error) {
      asking = false;
      passkeys.tell(error.name === "InvalidStateError" ? "known" : error.name === "NotSupportedError" ? "unsupported" : "cancelled");
    }
  });
})();
