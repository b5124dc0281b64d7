/* Signing in with a passkey: the buttons for it are of no use without this file, and disabled.
   Each form carries `data-passkey`, where its options are asked for, and a hidden field `credential` for the answer. */
(() => {
  "use strict";
  const passkeys = window.mgenPasskeys;
  if (!passkeys || !passkeys.supported) { return; }

  async function ask(form) {
    const answer = await fetch(form.dataset.passkey, {
      method: "POST",
      headers: { "X-CSRFToken": form.elements.csrf_token.value, Accept: "application/json" },
    });
    if (!answer.ok) { throw new Error(String(answer.status)); }
    return passkeys.request(await answer.text());
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
      form.elements.credential.value = passkeys.answer(credential);
      form.submit();
    };

    const offer = async () => {
      const { isConditionalMediationAvailable: available } = PublicKeyCredential;
      if (available && await available.call(PublicKeyCredential)) { await use({ mediation: "conditional" }); }
    };

    button.disabled = false;
    button.addEventListener("click", () => {
      failed.hidden = true;
      button.disabled = true;
      use({}).catch(() => { failed.hidden = false; }).finally(() => { button.disabled = false; });
    });
    if ("passkeyOffer" in form.dataset) { offer().catch(() => { /* nothing was picked in the address field */ }); }
  }
})();
