// The chat: what is said comes in as it is said, each line once by its number. The page that the server makes is the one
// truth: this script asks for it and takes over what is new. Without it a message is a form, and a reload shows the rest.
(() => {
  const chat = document.getElementById('chat');
  const talk = document.getElementById('talk');
  if (!chat || !talk) return;
  const { site } = document.documentElement.dataset;
  const KEY = 'redress-chat';
  /** What this tab keeps: the address of the chat, and what has not been sent yet, with its id. */
  const kept = {
    get: (what) => {
      try {
        return window.sessionStorage.getItem(`${KEY}-${what}`);
      } catch {
        return null;
      }
    },
    set: (what, value) => {
      try {
        if (value === null) window.sessionStorage.removeItem(`${KEY}-${what}`);
        else window.sessionStorage.setItem(`${KEY}-${what}`, value);
      } catch {
        // The browser keeps nothing for us here.
      }
    },
  };
  const tellAround = (what) => {
    if (site && window.parent !== window) window.parent.postMessage({ redress: 'chat', ...what }, site);
  };
  const say = document.getElementById('say');
  const text = document.getElementById('text');
  const unsent = document.getElementById('unsent');
  for (const one of document.querySelectorAll('[data-scripted]')) one.hidden = false;

  const lastSeq = () => Math.max(0, ...[...talk.querySelectorAll('[data-seq]')].map((one) => Number(one.dataset.seq)));
  const toEnd = () => {
    talk.scrollTop = talk.scrollHeight;
  };

  let wasAtEnd = true;
  talk.addEventListener('scroll', () => {
    wasAtEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 80;
  });
  window.addEventListener('resize', () => {
    if (wasAtEnd) toEnd();
  });

  /** Takes over what a page of this chat has more than this one. */
  const take = (page, address) => {
    const there = page.getElementById('chat');
    const now = page.getElementById('now');
    if (!there || !now) return false;
    const isAtEnd = wasAtEnd;
    // What was shown before the chat began is its first line now.
    if ('begun' in there.dataset) for (const one of talk.querySelectorAll('[data-seq="0"]')) one.remove();
    const known = new Set([...talk.querySelectorAll('[data-seq]')].map((one) => one.dataset.seq));
    let people = 0;
    for (const line of page.querySelectorAll('#talk [data-seq]')) {
      if (known.has(line.dataset.seq)) continue;
      if (line.classList.contains('line-person')) people++;
      talk.append(document.importNode(line, true));
    }
    const here = document.getElementById('now');
    const hadFocus = here.contains(document.activeElement);
    if (here.innerHTML !== now.innerHTML)
      here.replaceChildren(...[...now.childNodes].map((one) => document.importNode(one, true)));
    if (hadFocus) (text?.isConnected ? text : talk).focus();
    for (const name of ['begun', 'ended']) if (name in there.dataset) chat.dataset[name] = '';
    if ('ended' in chat.dataset) say?.remove();
    if (isAtEnd) toEnd();
    if (people > 0) tellAround({ said: people });
    if ('begun' in chat.dataset) {
      kept.set('at', 'ended' in chat.dataset ? null : chat.dataset.self);
      if (address) window.history.replaceState(null, '', address);
      listen();
    }
    return true;
  };
  const parsed = async (answer) => new DOMParser().parseFromString(await answer.text(), 'text/html');

  let isLooking = false;
  let again = false;
  /** Asks for the page, one look at a time. */
  const look = async () => {
    if (isLooking) {
      again = true;
      return;
    }
    isLooking = true;
    do {
      again = false;
      const answer = await fetch(chat.dataset.self).catch(() => undefined);
      if (answer?.ok) take(await parsed(answer));
    } while (again);
    isLooking = false;
  };

  let source;
  const listen = () => {
    if (source || 'ended' in chat.dataset) return;
    source = new EventSource(`${chat.dataset.changes}&after=${lastSeq()}`);
    source.addEventListener('said', () => void look());
    source.addEventListener('error', () => {
      // It comes back by itself, unless it was refused.
      if (source.readyState !== EventSource.CLOSED) return;
      source = undefined;
      if (!('ended' in chat.dataset)) setTimeout(() => void look().then(listen), 5000);
    });
  };

  const AGAIN_MS = 2000;
  /** Sends a form until it has arrived; its id makes it one message, however often it is sent. */
  const sent = async (to, body) => {
    for (;;) {
      const answer = await fetch(to, { method: 'POST', body }).catch(() => undefined);
      if (answer && answer.status !== 503) {
        if (unsent) unsent.hidden = true;
        const page = await parsed(answer);
        const isTaken = answer.ok && take(page, answer.url);
        if (isTaken) {
          kept.set('unsent', null);
          const id = page.querySelector('#say [name=id]');
          if (body.has('text')) {
            if (id) say.elements.id.value = id.value;
            text.value = '';
          }
        } else if (!take(page)) {
          // Something else than the chat: its words are shown in its place.
          document.getElementById('now').textContent = page.querySelector('main')?.textContent.trim() ?? '';
        }
        // It was not taken, and may be sent again.
        if (!answer.ok) ids.delete(body.get('id'));
        break;
      }
      unsent.hidden = false;
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
    toEnd();
  };
  let queue = Promise.resolve();
  const ids = new Set();
  /** One form after the other, so that they arrive in their order; a long upload does not keep anybody from writing. */
  const send = (to, body) => {
    ids.add(body.get('id'));
    queue = queue.then(() => sent(to, body));
  };
  const newId = () => {
    const bytes = window.crypto.getRandomValues(new Uint8Array(16));
    return window
      .btoa(String.fromCharCode(...bytes))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '');
  };

  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !('say' in form.dataset)) return;
    event.preventDefault();
    const { submitter } = event;
    const { files } = form.elements;
    const body = files ? new FormData(form) : new URLSearchParams(new FormData(form));
    if (submitter?.name) body.set(submitter.name, submitter.value);
    if (files ? files.files.length === 0 : !body.has('do') && text.value.trim() === '') return;
    if (ids.has(body.get('id'))) {
      // The same words pressed twice are one message; other files, chosen before the page has another id, are another.
      if (!files) return;
      body.set('id', newId());
    }
    // What is being sent needs the form no more, and the same files may be chosen again.
    if (files) files.value = '';
    if (body.has('text'))
      kept.set('unsent', JSON.stringify({ id: body.get('id'), chat: body.get('chat'), text: text.value }));
    send(form.action, body);
  });
  // What was chosen is sent at once: whoever has chosen it means it.
  document.addEventListener('change', (event) => {
    if (event.target.type === 'file') event.target.form?.requestSubmit();
  });
  text?.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    say.requestSubmit();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.isComposing) tellAround({ close: true });
  });
  document.addEventListener('click', (event) => {
    if (event.target.closest?.('[data-fresh]')) kept.set('at', null);
  });

  /** After a reload: what was being sent then stands in the box again, as the same message. */
  const restore = () => {
    const old = JSON.parse(kept.get('unsent') ?? 'null');
    if (!old || !text || old.chat !== chat.dataset.chat || text.value !== '') return;
    text.value = old.text;
    say.elements.id.value = old.id;
  };
  const at = kept.get('at');
  if ('begun' in chat.dataset) {
    kept.set('at', 'ended' in chat.dataset ? null : chat.dataset.self);
    listen();
    restore();
  } else if (at && new URL(at, window.location.href).origin === window.location.origin) {
    // The frame was loaded anew with the page around it: the chat goes on.
    fetch(at)
      .then(async (answer) => {
        const there = answer.ok ? (await parsed(answer)).getElementById('chat') : undefined;
        if (there && 'begun' in there.dataset && !('ended' in there.dataset)) window.location.replace(at);
        else kept.set('at', null);
      })
      .catch(() => undefined);
  } else {
    const old = JSON.parse(kept.get('unsent') ?? 'null');
    // It was the first message of a chat that had not begun.
    if (old && text && text.value === '') {
      text.value = old.text;
      say.elements.id.value = old.id;
      for (const one of document.querySelectorAll('[name=chat]')) one.value = old.chat;
    }
  }
  toEnd();
})();
