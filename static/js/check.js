// The page before submitting: what is wrong is read out first, and a second tap sends nothing again.

document.getElementById("problems")?.focus();
for (const form of document.querySelectorAll("form[data-once]")) {
  const button = form.querySelector("button.main-button");
  form.addEventListener("submit", (event) => {
    if (button?.getAttribute("aria-busy") === "true") event.preventDefault();
    button?.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => button?.removeAttribute("aria-busy"));
}
