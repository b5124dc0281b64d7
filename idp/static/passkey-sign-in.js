/* Signing in with a passkey: its forms are of no use without this file, and hidden.
   Each carries `data-passkey`, where its options are asked for, and a hidden field `credential` for the answer. */
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) { return; }

  const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
  const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  /* WebAuthn Level 3 §5.1.8 and §5.1.10, for browsers that lack them. */
  function read(options) {
    return {
      ...options,
      challenge: toBytes(options.challenge),
      allowCredentials: (options.allowCredentials || []).map((each) => ({ ...each, id: toBytes(each.id) })),
    };
  }

  function write(credential) {
    const { clientDataJSON, authenticatorData, signature, userHandle } = credential.response;
    return JSON.stringify({
      id: credential.id,
      rawId: toText(credential.rawId),
      type: credential.type,
      clientExtensionResults: {},
      response: {
        clientDataJSON: toText(clientDataJSON),
        authenticatorData: toText(authenticatorData),
        signature: toText(signature),
        userHandle: userHandle && userHandle.byteLength ? toText(userHandle) : null,
      },
    });
  }

  async function ask(form) {
    const answer = await fetch(form.dataset.passkey, {
      method: "POST",
      headers: { "X-CSRFToken": form.elements.csrf_token.value, Accept: "application/json" },
    });
    if (!answer.ok) { throw new Error(String(answer.status)); }
    return read(await answer.json());
  }

  function send(form, credential) {
    form.elements.credential.value = write(credential);
    form.submit();
  }

  for (const form of document.querySelectorAll("[data-passkey]")) {
    const button = form.querySelector("[data-use-passkey]");
    const failed = form.querySelector("[data-failed]");
    /* One question at a time: that of the button ends the one that waits in the address field. */
    let waiting = null;

    const use = async (more) => {
      if (waiting) { waiting.abort(); }
      const mine = waiting = new AbortController();
      const publicKey = await ask(form);
      const credential = await navigator.credentials.get({ publicKey, signal: mine.signal, ...more });
      send(form, credential);
    };

    const offer = async () => {
      if (!PublicKeyCredential.isConditionalMediationAvailable || !(await PublicKeyCredential.isConditionalMediationAvailable())) { return; }
      await use({ mediation: "conditional" });
    };

    form.hidden = false;
    button.hidden = false;
    button.addEventListener("click", () => {
      failed.hidden = true;
      button.disabled = true;
      use({}).catch(() => { failed.hidden = false; }).finally(() => { button.disabled = false; });
    });
    if ("passkeyOffer" in form.dataset) { offer().catch(() => { /* nothing was picked in the address field */ }); }
  }
})();
