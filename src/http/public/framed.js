// The complaint form in a page of another site. That page is told how tall the frame has to be and which part of it has to be
// seen; it is told nothing of what is typed here. Only the site that the form was made for hears it.
(() => {
  const { site } = document.documentElement.dataset;
  if (!site || window.parent === window) return;
  const tell = (what) => window.parent.postMessage({ redress: 'form', ...what }, site);
  const height = () => Math.ceil(document.body.getBoundingClientRect().height);
  const topOf = (element) => Math.round(element.getBoundingClientRect().top);

  // A form that is shown for the first time stays where it is; what answers one that was sent is brought into view.
  const form = document.querySelector('form[data-draft]');
  const answer = document.querySelector('#errors, form[data-draft] .tell') ?? (form ? undefined : document.body);
  // Browsers do not follow `autofocus` in a frame of another site, and say so: the form has none here.
  document.getElementById('errors')?.focus({ preventScroll: true });
  tell({ height: height(), ...(answer && { at: topOf(answer) }) });
  new ResizeObserver(() => tell({ height: height() })).observe(document.body);

  // The frame is as tall as its page, so it cannot scroll to a field by itself.
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus({ preventScroll: true });
    tell({ at: topOf(field.closest('.q') ?? field) });
  });

  // A reload of the page around shows the form again: until the tab is closed it leads back to the receipt.
  const KEY = 'redress-receipt';
  const note = document.querySelector('[data-receipt-note]');
  try {
    const kept = window.sessionStorage.getItem(KEY);
    if (document.querySelector('[data-filed]')) window.sessionStorage.setItem(KEY, window.location.href);
    else if (note && kept && new URL(kept).origin === window.location.origin) {
      note.querySelector('a').href = kept;
      note.hidden = false;
    }
  } catch {
    // The browser keeps nothing for us here.
  }
})();
