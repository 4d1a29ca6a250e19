// Shows what the house pushes to this browser, and opens its page. It keeps nothing and answers no requests.
self.addEventListener('push', (event) => {
  const { title, body, tag, path } = event.data ? event.data.json() : {};
  if (typeof title !== 'string') return;
  event.waitUntil(
    self.registration.showNotification(title, { body, tag, icon: '/public/icon-192.png', data: { path } }),
  );
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const path = event.notification.data?.path;
  const url = new URL(typeof path === 'string' ? path : '/desk', self.location.origin);
  if (url.origin !== self.location.origin || !url.pathname.startsWith('/desk')) return;
  event.waitUntil(
    (async () => {
      const open = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
      const same = open.find((client) => new URL(client.url).pathname === url.pathname);
      await (same ? same.focus() : self.clients.openWindow(url.href));
    })(),
  );
});
