// Asks a passkey. What offers one stays hidden where the browser has none, or none whose answers it can write as JSON.
(() => {
  const kind = window.PublicKeyCredential;
  if (!kind?.parseRequestOptionsFromJSON || !kind.parseCreationOptionsFromJSON || !kind.prototype.toJSON) return;
  for (const one of document.querySelectorAll('[data-passkey], [data-passkey-able]')) one.hidden = false;
  for (const one of document.querySelectorAll('[data-passkey-unable]')) one.hidden = true;
  // Whoever has named one goes on with it.
  document.querySelector('[data-options] button')?.focus();

  /** To add one the page has what it is to sign; to sign in that is asked for when it is wanted, since it does not last. */
  const answerTo = async ({ dataset: { passkey: from, options } }) => {
    if (options)
      return navigator.credentials.create({ publicKey: kind.parseCreationOptionsFromJSON(JSON.parse(options)) });
    const response = await fetch(from, { method: 'POST' });
    if (!response.ok) throw new Error(String(response.status));
    return navigator.credentials.get({ publicKey: kind.parseRequestOptionsFromJSON(await response.json()) });
  };

  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!form.matches('[data-passkey]')) return;
    event.preventDefault();
    const [fault, button] = [form.querySelector('[data-passkey-fault]'), form.querySelector('button')];
    fault.hidden = true;
    button.disabled = true;
    void answerTo(form)
      .then((credential) => {
        form.elements.answer.value = JSON.stringify(credential.toJSON());
        form.submit();
      })
      .catch(() => {
        fault.hidden = false;
      })
      .finally(() => {
        button.disabled = false;
      });
  });
})();
