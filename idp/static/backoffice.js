/* Passkeys of staff: the buttons for them are disabled without this file, which needs passkeys.js.
   `data-staff-passkey` says what is asked of the browser, `data-options` how; the answer goes into `credential`. */
(() => {
  "use strict";
  const passkeys = window.mgenPasskeys;
  if (!passkeys || !passkeys.supported) { return; }
  const asks = {
    create: (json) => navigator.credentials.create({ publicKey: passkeys.creation(json) }),
    get: (json) => navigator.credentials.get({ publicKey: passkeys.request(json) }),
  };

  for (const form of document.querySelectorAll("[data-staff-passkey]")) {
    const button = form.querySelector("[data-use]");
    const failed = form.querySelector("[data-failed]");
    button.disabled = false;
    button.addEventListener("click", async () => {
      failed.hidden = true;
      button.disabled = true;
      try {
        form.elements.credential.value = passkeys.answer(await asks[form.dataset.staffPasskey](form.dataset.options));
        form.submit();
      } catch (error) {
        failed.hidden = false;
        button.disabled = false;
      }
    });
  }
})();
