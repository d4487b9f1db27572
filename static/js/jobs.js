// Long work keeps its page up to date: it is asked for every few seconds while the page is seen. When it waits for
// somebody or is over, the page is loaded anew, for then there is more to show than a bar.

const PAUSE = 2000;

/** @typedef {{state: string, state_name: string, told: string, done: number, total: number, remaining: number | null}} Job */

for (const each of document.querySelectorAll("[data-job]")) follow(/** @type {HTMLElement} */ (each));

/** @param {HTMLElement} part */
function follow(part) {
  const timer = setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(part.dataset.job ?? "", { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return; // the next time, or by hand
    const job = /** @type {Job} */ (await answer.json());
    if (job.state !== "ready") {
      clearInterval(timer);
      location.reload();
      return;
    }
    show(part, job);
  }, PAUSE);
}

/** @param {HTMLElement} part @param {Job} job */
function show(part, job) {
  const bar = part.querySelector("progress");
  if (bar && job.total) {
    bar.max = job.total;
    bar.value = job.done;
  }
  say(part, "told", job.told);
  say(part, "percent", job.total ? `${Math.floor((job.done * 100) / job.total)}%` : "");
  say(part, "pace", job.total && job.remaining !== null && job.done < job.total ? `还剩${lasting(job.remaining)}` : "");
}

/** @param {HTMLElement} part @param {string} name @param {string} text */
function say(part, name, text) {
  const place = part.querySelector(`[data-${name}]`);
  if (place && place.textContent !== text) place.textContent = text;
}

/** @param {number} seconds */
function lasting(seconds) {
  if (seconds < 60) return "不到1分钟";
  return seconds < 5400 ? `约${Math.round(seconds / 60)}分钟` : `约${Math.round(seconds / 3600)}小时`;
}
