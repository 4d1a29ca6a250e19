// Puts the complaint form of Redress into a page of the house's own site: a frame behind this script's tag, as tall as the
// form. It loads nothing else, stores nothing and reads nothing of the page but its language. It works under a content
// security policy that names our address in script-src and frame-src.
//
//   <script src="https://complaints.example.com/public/embed.js" data-lang="en" async></script>
//   <a href="https://complaints.example.com/complain?lang=en">Make a complaint</a>
//
// The link is for readers without this script; it goes once the form has shown itself. Attributes, each may be left out:
// data-lang (zh-CN or en; else the page's own language), data-order, data-product (filled in), data-theme (light, dark or
// auto).
(() => {
  const script = document.currentScript;
  if (!script) return;
  const ours = new URL(script.src).origin;
  const { lang = document.documentElement.lang, order, product, theme } = script.dataset;
  const isEnglish = lang.toLowerCase().startsWith('en');
  const language = isEnglish ? 'en' : lang.toLowerCase().startsWith('zh') ? 'zh-CN' : '';

  const address = new URL('/embed/complaint', ours);
  const told = { site: window.location.origin, lang: language, order, product, theme };
  for (const [name, value] of Object.entries(told)) if (value) address.searchParams.set(name, value);

  const frame = document.createElement('iframe');
  frame.title = isEnglish ? 'Complaint form' : '投诉表单';
  frame.src = address.href;
  frame.referrerPolicy = 'no-referrer';
  frame.allow = 'clipboard-write';
  // By property, since a policy may forbid the attribute. Until the form has shown itself nothing is seen of the frame.
  Object.assign(frame.style, { display: 'block', width: '100%', height: '0', border: '0' });

  const MOST = 30_000;
  let isShown = false;
  /** Hides the link that this form stands for. */
  const hideLink = () => {
    const next = frame.nextElementSibling;
    if (next instanceof HTMLAnchorElement && next.href.startsWith(`${ours}/complain`)) next.style.display = 'none';
  };
  window.addEventListener('message', ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== ours || data?.redress !== 'form') return;
    const { height, at } = data;
    if (Number.isFinite(height)) frame.style.height = `${Math.min(Math.max(height, 0), MOST)}px`;
    if (isShown && Number.isFinite(at)) {
      const top = frame.getBoundingClientRect().top + at;
      // With room for a head of the page that stays.
      if (top < 80 || top > window.innerHeight * 0.6) window.scrollBy({ top: top - 96 });
    }
    isShown = true;
    hideLink();
  });
  script.after(frame);
})();
