// The one script of the form and its receipt; both work without it. It counts the characters of the text, copies number and
// code, and keeps a draft.
(() => {
  for (const counter of document.querySelectorAll('[data-count]')) {
    const field = document.getElementById(counter.dataset.of);
    const count = () => {
      counter.textContent = `${field.value.length} / ${counter.dataset.count}`;
      counter.hidden = field.value === '';
    };
    field.addEventListener('input', count);
    // Also what a draft or the browser puts there.
    setTimeout(count);
  }
  for (const button of document.querySelectorAll('[data-copy]')) {
    // Only where the page came over a safe way.
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
        button.textContent = button.dataset.copied;
      } catch {
        // A page around this one may forbid it: what was to be copied can be read above.
        button.hidden = true;
      }
    });
  }
})();

// Keeps what is typed into the complaint form through a reload, a change of language, a step back and a closed tab, for a
// week at most. The page says that and when it was kept, with a button that clears it, for those who write on a borrowed
// computer. The receipt of the complaint removes it. The page works without it.
(() => {
  const KEY = 'redress-complaint';
  const KEPT_MS = 7 * 86_400_000;
  const form = document.querySelector('form[data-draft]');
  const fields = () =>
    [...form.elements].filter(({ name, type }) => name && type !== 'hidden' && type !== 'file' && type !== 'submit');
  const ticks = ({ type }) => type === 'checkbox' || type === 'radio';
  /** What the page's address filled in: nobody has typed it. */
  const filled = new Set(form?.dataset.filled?.split(' '));
  const given = (field) => (filled.has(field.name) ? field.defaultValue : '');
  const isBlank = () => fields().every((field) => (ticks(field) ? !field.checked : field.value === given(field)));
  /** Where a browser keeps nothing for us, as it may in a page of another site, it asks before what was typed is lost. */
  const askBeforeLeaving = () => {
    if (!form) return;
    let isSent = false;
    form.addEventListener('submit', () => (isSent = true));
    window.addEventListener('beforeunload', (event) => {
      if (!isSent && !isBlank()) event.preventDefault();
    });
  };
  let store;
  try {
    store = window.localStorage;
    store.getItem(KEY);
  } catch {
    askBeforeLeaving();
    return;
  }
  const read = () => {
    try {
      const draft = JSON.parse(store.getItem(KEY));
      if (Array.isArray(draft.typed) && Date.now() - draft.at < KEPT_MS) return draft;
    } catch {
      // None, or not written by this page.
    }
    store.removeItem(KEY);
    return undefined;
  };
  if (!form) {
    // A receipt: of the complaint that was just sent, or of an older one, which leaves the draft of another alone. What says
    // that a form was not taken leaves it too.
    if (document.querySelector('[data-filed]') && read()?.sent) store.removeItem(KEY);
    return;
  }
  const note = form.querySelector('[data-draft-note]');
  const save = (sent) => {
    if (isBlank()) {
      store.removeItem(KEY);
      return;
    }
    const typed = fields().flatMap((field) =>
      ticks(field) ? (field.checked ? [[field.name, field.value]] : []) : [[field.name, field.value]],
    );
    try {
      store.setItem(KEY, JSON.stringify({ at: Date.now(), typed, sent }));
    } catch {
      // A full store keeps no draft.
    }
  };
  // A form that came back is not filed yet, though it was sent.
  if (fields().some((field) => (ticks(field) ? field.defaultChecked : field.defaultValue !== given(field))))
    save(false);
  const draft = read();
  // What came back from the server is newer than any draft.
  if (draft && isBlank()) {
    for (const [name, value] of draft.typed) {
      for (const field of fields().filter((one) => one.name === name)) {
        if (!ticks(field)) field.value = value;
        else if (field.value === value) field.checked = true;
      }
    }
    note.querySelector('time').textContent = new Intl.DateTimeFormat(document.documentElement.lang, {
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }).format(draft.at);
    note.hidden = false;
  }
  note.querySelector('button').addEventListener('click', () => {
    store.removeItem(KEY);
    for (const field of fields()) {
      if (ticks(field)) field.checked = false;
      else field.value = given(field);
      field.dispatchEvent(new Event('input', { bubbles: true }));
    }
    note.hidden = true;
    form.querySelector('textarea').focus();
  });
  form.addEventListener('input', () => save(false));
  form.addEventListener('submit', () => save(true));
})();
