// A page that may be printed: its button opens the print dialogue. Without scripts the browser's own menu does.

const button = document.querySelector("[data-print]");
if (button instanceof HTMLElement) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
