/* Passkeys of staff: the forms that need them are hidden without this file.
   `data-staff-passkey` says what is asked of the browser, `data-options` how; the answer goes into `credential`. */
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) { return; }

  const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
  const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const readList = (list) => (list || []).map((each) => ({ ...each, id: toBytes(each.id) }));

  /* WebAuthn Level 3 §5.1.8 to §5.1.10, for browsers that lack them. */
  function read(options) {
    const found = { ...options, challenge: toBytes(options.challenge) };
    if (options.user) { found.user = { ...options.user, id: toBytes(options.user.id) }; }
    if (options.excludeCredentials) { found.excludeCredentials = readList(options.excludeCredentials); }
    if (options.allowCredentials) { found.allowCredentials = readList(options.allowCredentials); }
    return found;
  }

  function write(credential) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      const value = credential.response[name];
      if (value && value.byteLength) { response[name] = toText(value); }
    }
    return JSON.stringify({ id: credential.id, rawId: toText(credential.rawId), type: credential.type, clientExtensionResults: {}, response });
  }

  for (const form of document.querySelectorAll("[data-staff-passkey]")) {
    const button = form.querySelector("[data-use]");
    const failed = form.querySelector("[data-failed]");
    form.hidden = false;
    button.addEventListener("click", async () => {
      failed.hidden = true;
      button.disabled = true;
      try {
        const publicKey = read(JSON.parse(form.dataset.options));
        form.elements.credential.value = write(await navigator.credentials[form.dataset.staffPasskey]({ publicKey }));
        form.submit();
      } catch (error) {
        failed.hidden = false;
        button.disabled = false;
      }
    });
  }
})();
