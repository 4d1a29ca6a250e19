// The desk's script. Every page works without it: it lets times tick, answers keys and copies numbers.
(() => {
  const zh = document.documentElement.lang.startsWith('zh');

  /** 2小时26分 · 2 h 26 min; under five minutes 4:07; over 48 hours 3天4小时. As `duration` of src/render/format.ts. */
  const length = (ms) => {
    const seconds = Math.floor(ms / 1000);
    if (seconds < 300) return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    const minutes = Math.floor(seconds / 60);
    const units = zh ? ['天', '小时', '分'] : [' d', ' h', ' min'];
    const parts =
      minutes >= 48 * 60
        ? [
            [Math.floor(minutes / 1440), units[0]],
            [Math.floor(minutes / 60) % 24, units[1]],
          ]
        : [
            [Math.floor(minutes / 60), units[1]],
            [minutes % 60, units[2]],
          ];
    return parts
      .filter(([value]) => value > 0)
      .map((part) => part.join(''))
      .join(zh ? '' : ' ');
  };

  // The server's clock counts, not this machine's: the page says when it was made.
  const made = Date.parse(document.querySelector('meta[name="redress-now"]')?.content ?? '');
  const ahead = Number.isNaN(made) ? 0 : made - Date.now();

  const tick = () => {
    const now = Date.now() + ahead;
    for (const element of document.querySelectorAll('[data-due]')) {
      const left = Date.parse(element.dataset.due) - now;
      const words = length(Math.abs(left));
      const text = left >= 0 ? (zh ? `剩 ${words}` : `${words} left`) : zh ? `超 ${words}` : `${words} over`;
      if (element.textContent !== text) element.textContent = text;
    }
    for (const offer of document.querySelectorAll('[data-until]')) {
      if (Date.parse(offer.dataset.until) > now) continue;
      for (const part of offer.querySelectorAll('[data-open]')) part.hidden = true;
      delete offer.dataset.until;
    }
  };
  tick();
  setInterval(tick, 1000);

  // Keys: what each does stands in the sheet, which is made of the table of keys (src/http/site/desk/keyboard.ts).
  const [sheet, palette] = ['keys', 'palette'].map((id) => document.getElementById(id));
  const letters = sheet?.querySelector('[data-letters]');
  const LETTERS = 'redress-letters';
  try {
    if (letters) letters.checked = localStorage.getItem(LETTERS) !== 'off';
  } catch {
    // Nothing is remembered in this browser.
  }
  letters?.addEventListener('change', () => {
    try {
      localStorage.setItem(LETTERS, letters.checked ? 'on' : 'off');
    } catch {
      // For this page alone.
    }
  });

  const A_ROW = '[data-live-list] [data-case]';
  const A_TICK = '[data-live-list] input[name="picked"]';
  /** What a page has to have for a key to do something there, by its `data-does`. Keys that are not named act everywhere. */
  const NEEDS = {
    next: A_ROW,
    previous: A_ROW,
    open: A_ROW,
    tick: A_TICK,
    range: A_TICK,
    entry: '#story [data-entry]',
    promise: '.chips a',
    choose: 'form.df input[type="radio"]',
    send: 'form.df',
    pane: '.desk-case .list',
  };

  /** Opens the sheet with the keys that do something on this page. */
  const openSheet = () => {
    const answers = ({ dataset: { does, codes } }) => {
      if (does === 'press') return document.querySelector(`[data-key="${codes}"]`);
      if (does === 'alt') return document.querySelector(`[data-alt="${codes}"]`);
      return !NEEDS[does] || document.querySelector(NEEDS[does]);
    };
    for (const group of sheet.querySelectorAll('section')) {
      const keys = [...group.querySelectorAll('[data-does]')];
      for (const key of keys) key.hidden = !answers(key);
      group.hidden = keys.every(({ hidden }) => hidden);
    }
    sheet.showModal();
  };

  /** The links of the palette that fit what is typed. */
  const fitting = () => [...palette.querySelectorAll('[data-palette] a')].filter(({ hidden }) => !hidden);
  const typed = palette?.querySelector('input');
  const sift = () => {
    const wanted = typed.value.trim().toLowerCase();
    for (const link of palette.querySelectorAll('[data-palette] a')) {
      link.hidden = !link.textContent.toLowerCase().includes(wanted);
    }
    palette.querySelector('[data-finds]').hidden = fitting().length > 0;
  };
  const openPalette = () => {
    const list = palette.querySelector('[data-palette]');
    // What may be decided in this case stands in its dock already.
    const decisions = [...document.querySelectorAll('.dock-a a, .dock-c a')].map((from) => {
      const link = document.createElement('a');
      link.href = from.href;
      const own = [...from.childNodes].filter(({ nodeName }) => nodeName !== 'KBD');
      link.textContent = own.map(({ textContent }) => textContent.trim()).join('');
      return link;
    });
    const once = new Map(decisions.map((link) => [link.href, link]));
    list.replaceChildren(...once.values());
    typed.value = '';
    palette.showModal();
    sift();
    void fetch('/desk/go')
      .then((response) => response.text())
      .then((text) => {
        const places = new DOMParser().parseFromString(text, 'text/html').querySelectorAll('#go a');
        list.replaceChildren(...once.values(), ...places);
        sift();
      })
      .catch(() => undefined);
  };
  typed?.addEventListener('input', sift);
  // Enter opens the first that fits, else searches.
  palette?.querySelector('form').addEventListener('submit', (event) => {
    const [first] = fitting();
    if (!first) return;
    event.preventDefault();
    first.click();
  });
  palette?.addEventListener('click', (event) => event.target.closest('a') && palette.close());
  palette?.addEventListener('keydown', (event) => {
    if (event.isComposing || (event.code !== 'ArrowDown' && event.code !== 'ArrowUp')) return;
    event.preventDefault();
    const stops = [typed, ...fitting()];
    const at = stops.indexOf(document.activeElement) + (event.code === 'ArrowDown' ? 1 : -1);
    stops[(at + stops.length) % stops.length].focus();
  });

  /** The rows of the list, and the one in which the focus is. */
  const rows = () => [...document.querySelectorAll(A_ROW)];
  const rowNow = () => document.activeElement.closest(A_ROW);
  const move = (steps) => {
    const [all, now] = [rows(), rowNow()];
    const to = now ? all[all.indexOf(now) + steps] : all[0];
    to?.querySelector('.row-t a, h2 a').focus();
  };
  const tickOf = (row) => row?.querySelector('input[name="picked"]');
  /** The number of the case that was ticked last. */
  let tickedLast;
  const tickOne = () => {
    tickedLast = rowNow()?.dataset.case;
    tickOf(rowNow())?.click();
  };
  /** Ticks this row and all between it and the one that was ticked last. */
  const tickRange = () => {
    const all = rows();
    const now = all.indexOf(rowNow());
    if (now < 0) return;
    const last = all.findIndex(({ dataset }) => dataset.case === tickedLast);
    const [from, to] = [Math.min(now, last < 0 ? now : last), Math.max(now, last)];
    for (const row of all.slice(from, to + 1)) if (tickOf(row)?.checked === false) tickOf(row).click();
  };

  /** Moves the focus among elements, from the one that has it; from none to the first, or backwards to the last. */
  const step = (elements, steps) => {
    const at = elements.indexOf(document.activeElement);
    const to = at < 0 ? elements.at(steps > 0 ? 0 : -1) : elements[at + steps];
    to?.focus();
  };
  const promises = () => [...document.querySelectorAll(NEEDS.promise)];

  /** What keys of the sheet do, by its `data-does`. */
  const DOES = {
    next: () => move(1),
    previous: () => move(-1),
    tick: tickOne,
    promise: () => step(promises(), promises().at(-1) === document.activeElement ? 1 - promises().length : 1),
    choose: (event) => {
      const [first] = document.querySelectorAll(NEEDS.choose);
      const group = [...document.querySelectorAll(NEEDS.choose)].filter(({ name }) => name === first.name);
      group[Number(event.code.slice(-1)) - 1]?.click();
    },
  };

  /** Keys that act with Ctrl, Shift or Alt, also while somebody types where that is said. @returns whether it was one */
  const combined = (event) => {
    const { code, altKey, shiftKey } = event;
    const ctrl = event.ctrlKey || event.metaKey;
    if (ctrl && !altKey && !shiftKey && code === 'KeyB') {
      const pane = document.querySelector(NEEDS.pane);
      if (!pane) return false;
      document.body.classList.toggle('pane-turned');
      return true;
    }
    if (ctrl && !altKey && !shiftKey && code === 'Enter') {
      // On a link it opens that in another tab: a form is sent from itself, or while nothing has the focus.
      const isNowhere = event.target === document.body;
      const form = event.target.closest('form.df') ?? (isNowhere && document.querySelector('.dock-form form.df'));
      if (!form) return false;
      // Once: a key that is held down sends nothing more.
      if (!event.repeat) form.requestSubmit(form.querySelector('.send [type="submit"]'));
      return true;
    }
    if (altKey && !ctrl && !shiftKey && (code === 'ArrowUp' || code === 'ArrowDown') && !isTyping(event)) {
      const entries = [...document.querySelectorAll(NEEDS.entry)];
      if (entries.length === 0) return false;
      step(entries, code === 'ArrowUp' ? -1 : 1);
      return true;
    }
    if (shiftKey && !ctrl && !altKey && code === 'KeyX' && letters?.checked !== false && rowNow() && !isTyping(event)) {
      tickRange();
      return true;
    }
    return false;
  };

  /** While an input method composes, every key is its own. */
  const isComposing = (event) => event.isComposing || event.keyCode === 229;
  const isTyping = (event) =>
    event.target.closest('input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable]');
  const keysOf = (event, does) =>
    [...(sheet?.querySelectorAll(`[data-codes~="${event.code}"]`) ?? [])].find((key) => does(key.dataset.does));

  /** When G was pressed, in milliseconds of the page; the letter of a place follows. */
  let wentAt = Number.NEGATIVE_INFINITY;
  const GO_MS = 1500;

  document.addEventListener('keydown', (event) => {
    if (isComposing(event)) return;
    if (event.key === 'Escape') {
      document.querySelectorAll('details.menu[open]').forEach((menu) => menu.removeAttribute('open'));
      return;
    }
    const isAlone = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (palette && event.code === 'KeyK' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      if (!document.querySelector('dialog[open]')) openPalette();
      return;
    }
    if (document.querySelector('dialog[open]')) return;
    // With Alt a key acts also while somebody types.
    const held = event.altKey && !event.ctrlKey && document.querySelector(`[data-alt="${event.code}"]`);
    if (held) {
      event.preventDefault();
      held.click();
      return;
    }
    if (combined(event)) {
      event.preventDefault();
      return;
    }
    if (!isAlone || isTyping(event) || letters?.checked === false) return;
    if (sheet && (event.key === '?' || (event.code === 'Slash' && event.shiftKey))) {
      event.preventDefault();
      openSheet();
      return;
    }
    if (event.shiftKey) return;
    const place = event.timeStamp - wentAt < GO_MS && keysOf(event, (does) => does === 'go');
    wentAt = event.code === 'KeyG' ? event.timeStamp : Number.NEGATIVE_INFINITY;
    if (place) {
      event.preventDefault();
      location.assign(place.dataset.to);
      return;
    }
    // The arrows scroll the page, unless the focus is in a row.
    const does = keysOf(event, (name) => name in DOES)?.dataset.does;
    if (does && document.querySelector(NEEDS[does]) && (!event.code.startsWith('Arrow') || rowNow())) {
      event.preventDefault();
      DOES[does](event);
      return;
    }
    const wanted = document.querySelector(`[data-key="${event.code}"]`);
    if (!wanted) return;
    event.preventDefault();
    // Into what is typed, and to files, which are looked at one after the other.
    if (wanted.matches('input, textarea, .ev a')) wanted.focus();
    else wanted.click();
  });

  document.addEventListener('click', (event) => {
    if (event.target.closest('[data-print]')) window.print();
    const copied = event.target.closest('[data-copy]');
    if (copied) {
      void navigator.clipboard?.writeText(copied.dataset.copy).then(() => {
        if (copied.dataset.copied) copied.textContent = copied.dataset.copied;
      });
    }
    const put = event.target.closest('[data-put]');
    if (put) {
      // In place; what was typed meanwhile stays.
      event.preventDefault();
      for (const [name, value] of JSON.parse(put.value)) {
        const into = put.form.elements[name];
        if (!into || into.value.trim() !== '') continue;
        into.value = value;
        into.dispatchEvent(new Event('input', { bubbles: true }));
      }
    }
    if (event.target.closest('[data-sheet]')) openSheet();
    // Beside its content a click meets the dialog itself.
    if (event.target.matches('dialog') || event.target.closest('[data-close]')) event.target.closest('dialog').close();
    for (const menu of document.querySelectorAll('details.menu[open]')) {
      if (!menu.contains(event.target)) menu.removeAttribute('open');
    }
  });

  // On paper nothing can be opened.
  const opened = [];
  window.addEventListener('beforeprint', () => {
    for (const one of document.querySelectorAll('#story details:not([open])')) {
      one.open = true;
      opened.push(one);
    }
  });
  window.addEventListener('afterprint', () => {
    for (const one of opened.splice(0)) one.open = false;
  });

  // What nothing answers to without this script.
  for (const element of document.querySelectorAll('[data-scripted]')) element.hidden = false;
  // What is done without asking where there is this script.
  for (const element of document.querySelectorAll('[data-unscripted]')) element.hidden = true;
  document.addEventListener('change', (event) => {
    if (event.target.matches?.('[data-send]')) event.target.form.requestSubmit();
  });

  // Ticking rows: how many, and all of the page at once.
  const picks = () => [...document.querySelectorAll('input[name="picked"]')];
  document.addEventListener('change', (event) => {
    if (event.target.matches?.('[data-pick-all]')) for (const one of picks()) one.checked = event.target.checked;
    const told = document.querySelector('[data-picked]');
    if (!told) return;
    const count = picks().filter((one) => one.checked).length;
    told.hidden = count === 0;
    told.textContent = zh ? `已选 ${count} 件` : `${count} ticked`;
  });

  // A mark of the ribbon lights up its row, and back.
  const light = (on) => (event) => {
    const caseNo = event.target.closest?.('[data-case]')?.dataset.case;
    if (!caseNo) return;
    for (const element of document.querySelectorAll(`[data-case="${caseNo}"]`)) element.classList.toggle('lit', on);
  };
  document.addEventListener('pointerover', light(true));
  document.addEventListener('pointerout', light(false));
})();
