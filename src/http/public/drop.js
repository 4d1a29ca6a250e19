// Files may be dropped on the page of a form that takes some, and pictures pasted: they go into its own field, beside those
// that were chosen before. Without this script files are chosen by the browser's own button.
(() => {
  const input = document.querySelector('form.df input[type="file"][multiple]');
  if (!input) return;
  const zh = document.documentElement.lang.startsWith('zh');
  const [form, list] = [input.form, input.form.querySelector('[data-chosen]')];

  const size = (bytes) =>
    bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;

  /** Names what is chosen, each with a button that leaves it out. */
  const show = () => {
    list.replaceChildren(
      ...[...input.files].map((file, at) => {
        const item = document.createElement('li');
        const button = Object.assign(document.createElement('button'), {
          type: 'button',
          className: 'btn btn-q btn-s',
          textContent: zh ? '去掉' : 'Leave out',
        });
        button.setAttribute('aria-label', zh ? `去掉 ${file.name}` : `Leave out ${file.name}`);
        button.addEventListener('click', () => {
          choose([...input.files].filter((_one, index) => index !== at));
          input.focus();
        });
        item.append(`${file.name} · ${size(file.size)}`, button);
        return item;
      }),
    );
  };
  const choose = (files) => {
    const all = new DataTransfer();
    for (const file of files) all.items.add(file);
    input.files = all.files;
    show();
  };
  const add = (files) => choose([...input.files, ...files]);
  input.addEventListener('change', show);

  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files');
  document.addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    // Otherwise the browser would leave the page and open the file.
    event.preventDefault();
    form.classList.add('dropping');
  });
  document.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) form.classList.remove('dropping');
  });
  document.addEventListener('drop', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    form.classList.remove('dropping');
    add(event.dataTransfer.files);
  });
  document.addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    const types = [...(event.clipboardData?.types ?? [])];
    // Words that are pasted with their picture, as tables are, stay words where somebody writes.
    if (
      files.length === 0 ||
      (event.target.closest('textarea, input:not([type="file"])') && types.includes('text/plain'))
    )
      return;
    event.preventDefault();
    const now = new Date();
    const time = [now.getHours(), now.getMinutes(), now.getSeconds()]
      .map((one) => String(one).padStart(2, '0'))
      .join('');
    // Every picture on the clipboard is called image.png.
    const name = (file, at) =>
      file.name === 'image.png' ? `${zh ? '截图' : 'screenshot'}-${time}${at > 0 ? `-${at + 1}` : ''}.png` : file.name;
    add(files.map((file, at) => new File([file], name(file, at), { type: file.type })));
  });
  // Back from another page the browser may have kept what was chosen.
  show();
})();
