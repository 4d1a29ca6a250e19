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
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.copied;
    });
  }
})();

// Keeps what is typed into the complaint form through a reload, a change of language or a step back. In this tab only, and
// only until the complaint is filed: nothing stays on a borrowed computer. The page works without it.
(() => {
  const KEY = 'redress-complaint';
  let store;
  try {
    store = window.sessionStorage;
    store.getItem(KEY);
  } catch {
    return;
  }
  const form = document.querySelector('form[data-draft]');
  if (!form) {
    store.removeItem(KEY);
    return;
  }
  const fields = () =>
    [...form.elements].filter(({ name, type }) => name && type !== 'hidden' && type !== 'file' && type !== 'submit');
  const ticks = ({ type }) => type === 'checkbox' || type === 'radio';
  const save = () => {
    const typed = fields().flatMap((field) =>
      ticks(field) ? (field.checked ? [[field.name, field.value]] : []) : [[field.name, field.value]],
    );
    try {
      store.setItem(KEY, JSON.stringify(typed));
    } catch {
      // A full store keeps no draft.
    }
  };
  // What came back from the server is newer than any draft.
  const blank = fields().every((field) => (ticks(field) ? !field.checked : field.value === ''));
  if (blank) {
    let typed = [];
    try {
      typed = JSON.parse(store.getItem(KEY) ?? '[]');
    } catch {
      store.removeItem(KEY);
    }
    for (const [name, value] of typed) {
      for (const field of fields().filter((one) => one.name === name)) {
        if (!ticks(field)) field.value = value;
        else if (field.value === value) field.checked = true;
      }
    }
  }
  form.addEventListener('input', save);
})();
