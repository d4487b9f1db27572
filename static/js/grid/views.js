// Every view by its name; ``closed`` ones are shown while the store is locked.

import { home } from "./homeview.js";
import { list } from "./list.js";
import { moduleView } from "./moduleview.js";
import { newLockView, syncing } from "./syncing.js";
import { leaving, newcomer } from "./people.js";
import { scan } from "./scan.js";
import { forgot, unlocking, welcome, wiped } from "./unlock.js";
import { task, visit, visits } from "./visit.js";
import { workbench } from "./workbench.js";

/** @type {Record<string, {show: (app: import("./app.js").App, args: any) => Promise<import("./app.js").Shown>, closed?: boolean}>} */
export const VIEWS = {
  welcome: { show: welcome, closed: true },
  unlock: { show: unlocking, closed: true },
  forgot: { show: forgot, closed: true },
  wiped: { show: wiped, closed: true },
  list: { show: list },
  scan: { show: scan },
  home: { show: home },
  module: { show: moduleView },
  visit: { show: visit },
  task: { show: task },
  visits: { show: visits },
  newcomer: { show: newcomer },
  leaving: { show: leaving },
  syncing: { show: syncing },
  newlock: { show: newLockView },
  workbench: { show: workbench },
};
