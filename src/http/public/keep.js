// What is typed into a form marked `data-draft` is kept on the server, so that it is there again in any browser: 3 seconds
// after a change at most, and when the page is left. Without this script a form keeps what was sent and not taken.
(() => {
  const form = document.querySelector('form[data-draft]');
  if (!form) return;
  /** Milliseconds between a change and its keeping. */
  const PAUSE_MS = 3000;
  const told = form.querySelector('[data-kept]');
  let timer;
  let sending;

  /** What was typed, with what the server knows the form and its sender by. Never a file or a password. */
  const typed = () => {
    const body = new URLSearchParams();
    const add = (name, value) => body.append(name, value);
    for (const { name, type, value, checked } of form.elements) {
      const isLeftOut = !name || ['hidden', 'file', 'password', 'submit', 'button'].includes(type);
      if (isLeftOut || ((type === 'checkbox' || type === 'radio') && !checked)) continue;
      add(name, value);
    }
    for (const name of ['csrf', 'draft']) add(name, form.querySelector(`input[type="hidden"][name="${name}"]`).value);
    return body;
  };

  const tell = (words) => {
    if (!told) return;
    told.textContent = words;
    told.hidden = false;
  };

  const keep = async () => {
    timer = undefined;
    // An earlier text that arrives later would stand in place of this one.
    sending?.abort();
    const mine = new AbortController();
    sending = mine;
    try {
      const answer = await fetch('/desk/drafts', { method: 'POST', body: typed(), signal: mine.signal });
      tell(answer.status === 204 ? told?.dataset.kept : told?.dataset.notKept);
    } catch {
      if (!mine.signal.aborted) tell(told?.dataset.notKept);
    }
  };

  form.addEventListener('input', () => {
    timer ??= setTimeout(keep, PAUSE_MS);
  });
  // The form itself is under way now: a draft that came after it would stay.
  form.addEventListener('submit', () => {
    clearTimeout(timer);
    timer = undefined;
    sending?.abort();
  });
  window.addEventListener('pagehide', () => {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    sending?.abort();
    navigator.sendBeacon('/desk/drafts', typed());
  });
})();
