/* Signing in with a passkey: the forms for it are of no use without this file, and their buttons are hidden.
   Each carries `data-passkey`, where its options are asked for, and a hidden field `credential` for the answer. */
(() => {
  "use strict";
  const passkeys = window.mgenPasskeys;
  const show = (selector) => document.querySelectorAll(selector).forEach((each) => { each.hidden = false; });
  if (!passkeys || !passkeys.supported) { show("[data-without-passkey]"); return; }
  show("[data-with-passkey]");

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
