// Forms in which a passkey is added or asked for: each says by its data which of allauth's functions is at work on it.

for (const { dataset } of document.querySelectorAll("[data-passkey]")) {
  const { passkey, button, credential, passwordless } = dataset;
  window.allauth.webauthn.forms[passkey]({
    ids: { add: button, authenticate: button, credential, passwordless, data: "js_data" },
  });
}
