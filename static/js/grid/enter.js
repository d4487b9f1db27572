// From the server's page of the grid to the app, where the browser can carry one. An address with a question mark means
// this page and no other (see sw.js).

const link = document.getElementById("to-app");
if ("serviceWorker" in navigator && window.crypto?.subtle && link) {
  link.hidden = false;
  if (location.pathname === "/grid/" && !location.search) location.replace("/grid/app");
}
