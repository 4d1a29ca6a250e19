// Changes in cases and notices to the reader, as they happen. What is marked `data-live` is brought up to date in place; what somebody types in, and
// the order of lists, stays as it is until they ask for it. Without this script a page shows what was when it was loaded.
(() => {
  const source = document.getElementById('changes');
  if (!source) return;
  const zh = document.documentElement.lang.startsWith('zh');
  const news = document.getElementById('news');

  /** The cases that stand in the part of a page whose order matters. */
  const listed = (page) =>
    new Set([...page.querySelectorAll('[data-live-list] [data-case]')].map((one) => one.dataset.case));

  const ofPage = 'shown' in source.dataset;
  const shown = [...new Set([...document.querySelectorAll('[data-case]')].map((one) => one.dataset.case))];
  const asked = new URLSearchParams({ of: ofPage ? shown.slice(0, 120).join(',') : '' });
  if (source.dataset.also) asked.set('also', source.dataset.also);
  // Whoever has this case open is seen by the others who have it open: at its form, if there is one.
  const [head, form] = ['#head', 'form[data-draft] input[name="draft"]'].map((one) => document.querySelector(one));
  if (ofPage && (form || head)) asked.set('at', form?.value ?? head.dataset.case);
  source.setAttribute('hx-sse:connect', `/desk/changes?${asked}`);

  /** Before the title: unread notices, customers who wait in a chat, and cases that have come to the list since it was loaded. */
  let come = 0;
  const retitle = () => {
    const counts = ['bell', 'chats-wait'].map((id) => Number(document.getElementById(id)?.dataset.count ?? 0));
    const count = counts.reduce((sum, one) => sum + one, come);
    document.title = `${count > 0 ? `(${count}) ` : ''}${document.title.replace(/^\(\d+\) /, '')}`;
  };

  /** Says that the list has come to differ from what is shown. */
  const tell = (page) => {
    if (!news || !document.querySelector('[data-live-list]')) return;
    const [here, there] = [listed(document), listed(page)];
    come = [...there].filter((one) => !here.has(one)).length;
    const gone = [...here].filter((one) => !there.has(one)).length;
    news.hidden = come + gone === 0;
    const parts = [
      come > 0 && (zh ? `新 ${come} 件` : `${come} new`),
      gone > 0 && (zh ? `离开 ${gone} 件` : `${gone} gone`),
    ].filter(Boolean);
    news.querySelector('span').textContent = zh
      ? `列表有变化：${parts.join('，')}`
      : `The list has changed: ${parts.join(', ')}`;
    retitle();
  };
  news?.querySelector('button').addEventListener('click', () => location.reload());

  source.addEventListener('htmx:before:swap', ({ detail: { ctx } }) => {
    tell(new DOMParser().parseFromString(ctx.text, 'text/html'));
  });

  /** What is said in a chat, at its newest; whoever reads further up stays there. */
  const talk = document.getElementById('talk');
  const toNewest = () => {
    if (talk) talk.scrollTop = talk.scrollHeight;
  };
  let isAtNewest = true;
  toNewest();
  source.addEventListener('htmx:after:swap', () => {
    if (isAtNewest) toNewest();
  });
  talk?.addEventListener('scroll', () => {
    isAtNewest = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 80;
  });

  /** Milliseconds between two looks at least. */
  const PAUSE_MS = 1000;
  let waiting = false;
  let again = false;
  const refresh = () => {
    if (waiting) {
      again = true;
      return;
    }
    waiting = true;
    again = false;
    const parts = [...document.querySelectorAll('[data-live][id]')].map(({ id }) => `#${CSS.escape(id)}:outerMorph`);
    htmx
      .ajax('GET', location.pathname + location.search, { source, swap: 'none', selectOOB: parts.join(',') })
      .catch(() => undefined)
      .then(() => new Promise((done) => setTimeout(done, PAUSE_MS)))
      .then(() => {
        waiting = false;
        if (again) refresh();
      });
  };

  const tellCalls = (calls, now) => {
    if (!calls || !now) return;
    // The one that is being written down here is before the reader's eyes, and what was asked for leads back to this page.
    const written = document.querySelector('form [name="call"]')?.value;
    if (written) now.querySelector(`#${CSS.escape(`call-${written}`)}`)?.remove();
    for (const to of now.querySelectorAll('[name="to"]')) to.setAttribute('value', location.pathname + location.search);
    // What is said already is not read out again, and keeps the focus.
    if (calls.innerHTML !== now.innerHTML) calls.replaceChildren(...now.childNodes);
  };

  /** Brings the bell, the reader's calls and who waits in a chat up to date, in place. */
  const ring = async () => {
    const answer = await fetch('/desk/notices').catch(() => undefined);
    const page = answer?.ok ? await answer.text() : '';
    const pages = [document, new DOMParser().parseFromString(page, 'text/html')];
    const [bell, now] = pages.map((one) => one.getElementById('bell'));
    if (!bell || !now) return;
    // On the pages of chats they stand in the list.
    if (location.pathname.startsWith('/desk/chats')) pages[1].getElementById('chats-wait')?.remove();
    tellCalls(...pages.map((one) => one.getElementById('calls')));
    bell.dataset.count = now.dataset.count;
    bell.setAttribute('aria-label', now.getAttribute('aria-label'));
    bell.replaceChildren(...now.childNodes);
    retitle();
  };

  /** Says who else has the case open; the room for it is always there, so nothing moves. */
  source.addEventListener('present', ({ detail }) => {
    const here = document.getElementById('here');
    if (!here) return;
    const { people, more } = JSON.parse(detail.data);
    const tag = (className, text) => Object.assign(document.createElement('span'), { className, textContent: text });
    const shown = people.map(({ initial, words, writes }) => {
      const one = tag(writes ? 'pe pe-w' : 'pe', words);
      const avatar = tag('av', initial);
      avatar.setAttribute('aria-hidden', 'true');
      one.prepend(avatar);
      return one;
    });
    if (more) shown.push(tag('pe', more));
    // What is said already is not read out again.
    const now = tag('', '');
    now.append(...shown);
    if (now.innerHTML !== here.innerHTML) here.replaceChildren(...shown);
  });

  source.addEventListener('noticed', () => {
    void ring();
    if (document.getElementById('recent')) refresh();
  });
  source.addEventListener('changed', refresh);
  // Everybody comes back at once when a server starts again: not all in the same moment.
  const soon = () =>
    setTimeout(() => {
      void ring();
      if (ofPage) refresh();
    }, Math.random() * 2000);
  source.addEventListener('missed', soon);
  let connected = false;
  source.addEventListener('htmx:sse:after:connection', () => {
    if (connected) soon();
    connected = true;
  });
  // The session is over: the next click leads to the sign-in.
  source.addEventListener('over', () => source.remove());
})();
