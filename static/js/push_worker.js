// Runs in the background of a browser that asked to be told: shows a title, and opens its page when it is pressed.

self.addEventListener("push", (event) => {
  const { title, url } = event.data.json();
  // Under one tag for each page: a second push about it takes the place of the first.
  const tag = new URL(url).pathname;
  event.waitUntil(self.registration.showNotification(title, { tag, renotify: true, data: url }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = event.notification.data;
  event.waitUntil(
    self.clients.matchAll({ type: "window", includeUncontrolled: true }).then((open) => {
      const there = open.find((client) => client.url.split("#")[0] === url.split("#")[0]);
      return there ? there.focus() : self.clients.openWindow(url);
    }),
  );
});
