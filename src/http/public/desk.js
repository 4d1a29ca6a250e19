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
  };
  tick();
  setInterval(tick, 1000);

  /** Whether somebody is typing: then a letter is a letter. */
  const isTyping = (event) =>
    event.isComposing ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    event.target.closest('input, textarea, select, [contenteditable]');

  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      document.querySelectorAll('details.menu[open]').forEach((menu) => menu.removeAttribute('open'));
      return;
    }
    // With Alt a key acts also while somebody types.
    const held = event.altKey && !event.ctrlKey && document.querySelector(`[data-alt="${event.code}"]`);
    if (held) {
      event.preventDefault();
      held.click();
      return;
    }
    if (isTyping(event)) return;
    // By the place of the key: an input method does not swallow it.
    const wanted = document.querySelector(`[data-key="${event.code}"]`);
    if (!wanted) return;
    event.preventDefault();
    if (wanted.matches('input, textarea')) wanted.focus();
    else wanted.click();
  });

  document.addEventListener('click', (event) => {
    const copied = event.target.closest('[data-copy]');
    if (copied) void navigator.clipboard?.writeText(copied.dataset.copy);
    for (const menu of document.querySelectorAll('details.menu[open]')) {
      if (!menu.contains(event.target)) menu.removeAttribute('open');
    }
  });

  // What nothing answers to without this script.
  for (const element of document.querySelectorAll('[data-scripted]')) element.hidden = false;

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
