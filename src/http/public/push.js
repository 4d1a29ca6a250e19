// Lets this browser be told of notices, once its owner presses the button. Without it the button is not shown.
(() => {
  const bytes = (text) =>
    Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));

  async function allow(form) {
    const say = (which) => {
      for (const line of form.querySelectorAll('[data-push-said]')) line.hidden = line.dataset.pushSaid !== which;
    };
    if ((await Notification.requestPermission()) !== 'granted') return say('denied');
    try {
      await navigator.serviceWorker.register('/public/push-worker.js', { scope: '/desk' });
      // A browser subscribes only once the worker runs.
      const { pushManager } = await navigator.serviceWorker.ready;
      const key = bytes(form.dataset.push);
      // Under another key of the house it would get none, and the browser refuses a second one beside it.
      const old = await pushManager.getSubscription();
      if (old && String(new Uint8Array(old.options.applicationServerKey)) !== String(key)) await old.unsubscribe();
      const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
      const { endpoint, keys } = made.toJSON();
      for (const [name, value] of Object.entries({ endpoint, ...keys })) form.elements[name].value = value;
      form.submit();
    } catch {
      say('failed');
    }
  }

  const begin = () => {
    const form = document.querySelector('form[data-push]');
    if (!form || !('serviceWorker' in navigator) || !('PushManager' in window) || !('Notification' in window)) return;
    form.hidden = false;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void allow(form);
    });
  };
  begin();
})();
