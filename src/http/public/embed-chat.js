// Puts a button into a page of the house's own site that opens the chat of Redress in a frame. It loads nothing before it is
// pressed, stores nothing and reads nothing of the page but its language. It works under a content security policy that
// names our address in script-src and frame-src.
//
//   <script src="https://complaints.example.com/public/embed-chat.js" data-lang="en" async></script>
//
// Attributes, each may be left out: data-lang (zh-CN or en; else the page's own language), data-theme (light, dark or auto).
(() => {
  const script = document.currentScript;
  if (!script) return;
  const ours = new URL(script.src).origin;
  const { lang = document.documentElement.lang, theme } = script.dataset;
  const isEnglish = lang.toLowerCase().startsWith('en');
  const language = isEnglish ? 'en' : lang.toLowerCase().startsWith('zh') ? 'zh-CN' : '';
  const say = (zh, en) => (isEnglish ? en : zh);

  const address = new URL('/embed/chat', ours);
  const told = { site: window.location.origin, lang: language, theme };
  for (const [name, value] of Object.entries(told)) if (value) address.searchParams.set(name, value);

  const FILL = '#1b5e97';
  const FONT = '16px/24px system-ui, "PingFang SC", "Microsoft YaHei", sans-serif';
  const make = (tag, properties, style) => {
    const element = Object.assign(document.createElement(tag), properties);
    // By property, since a policy may forbid the attribute.
    Object.assign(element.style, style);
    return element;
  };
  const opener = make(
    'button',
    { type: 'button', textContent: say('在线客服', 'Chat with us') },
    {
      position: 'fixed',
      right: '16px',
      bottom: '16px',
      zIndex: '2147483000',
      minHeight: '48px',
      padding: '10px 18px',
      border: '1px solid #fff',
      borderRadius: '24px',
      background: FILL,
      color: '#fff',
      font: FONT,
      fontWeight: '600',
      cursor: 'pointer',
    },
  );
  opener.setAttribute('aria-expanded', 'false');

  let panel;
  let frame;
  let unread = 0;
  const count = (number) => {
    unread = number;
    opener.textContent = `${say('在线客服', 'Chat with us')}${unread > 0 ? say(`（${unread} 句新的）`, ` (${unread} new)`) : ''}`;
  };
  const fit = () => {
    const isSmall = window.innerWidth < 480;
    Object.assign(panel.style, {
      right: isSmall ? '0' : '16px',
      bottom: isSmall ? '0' : '16px',
      width: isSmall ? '100%' : '400px',
      height: isSmall ? '100%' : 'min(640px, calc(100% - 32px))',
    });
  };
  const close = () => {
    if (panel.style.display === 'none') return;
    panel.style.display = 'none';
    opener.style.display = '';
    opener.setAttribute('aria-expanded', 'false');
    opener.focus();
  };

  /** Makes the panel, when it is opened for the first time. */
  const build = () => {
    panel = make(
      'div',
      {},
      {
        position: 'fixed',
        zIndex: '2147483000',
        display: 'none',
        flexDirection: 'column',
        overflow: 'hidden',
        border: '1px solid #857f73',
        background: '#fff',
        boxSizing: 'border-box',
      },
    );
    panel.setAttribute('role', 'dialog');
    panel.setAttribute('aria-label', say('在线客服', 'Chat with us'));
    const bar = make(
      'div',
      {},
      {
        display: 'flex',
        alignItems: 'center',
        justifyContent: 'space-between',
        flex: 'none',
        padding: '0 4px 0 16px',
        background: FILL,
      },
    );
    const plain = {
      color: '#fff',
      font: FONT,
      minHeight: '44px',
      minWidth: '44px',
      display: 'inline-flex',
      alignItems: 'center',
    };
    const own = make(
      'a',
      {
        href: `${ours}/chat${language ? `?lang=${language}` : ''}`,
        target: '_blank',
        rel: 'noopener',
        textContent: say('在新窗口打开', 'Open in its own window'),
      },
      plain,
    );
    const end = make(
      'button',
      { type: 'button', textContent: '×' },
      {
        ...plain,
        justifyContent: 'center',
        border: '0',
        background: 'transparent',
        fontSize: '24px',
        cursor: 'pointer',
      },
    );
    end.setAttribute('aria-label', say('收起对话', 'Close the chat'));
    end.addEventListener('click', close);
    frame = make(
      'iframe',
      { title: say('在线客服', 'Chat with us'), referrerPolicy: 'no-referrer', allow: 'clipboard-write' },
      { flex: '1', width: '100%', minHeight: '0', border: '0' },
    );
    frame.src = address.href;
    bar.append(own, end);
    panel.append(bar, frame);
    panel.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !event.isComposing) close();
    });
    window.addEventListener('resize', fit);
    opener.after(panel);
  };

  opener.addEventListener('click', () => {
    if (!panel) build();
    fit();
    count(0);
    panel.style.display = 'flex';
    opener.style.display = 'none';
    opener.setAttribute('aria-expanded', 'true');
    frame.focus();
  });
  window.addEventListener('message', ({ source, origin, data }) => {
    if (!frame || source !== frame.contentWindow || origin !== ours || data?.redress !== 'chat') return;
    if (data.close) close();
    if (Number.isInteger(data.said) && panel.style.display === 'none') count(unread + data.said);
  });
  script.after(opener);
})();
