// What holds for every page of the console, of whatever it shows: each address of its table of routes is gone to, in both themes,
// from 320 pixels to 4K. A page that is new is gone to as well, or this fails (issue 6: how it must feel, proof).
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFaults, launchBrowser, type Visit } from './browser.ts';
import { openAt, sideways } from './console-world.ts';
import { addressesOfConsole, type Company, pathTo, startCompany } from './every-page.ts';

let company: Company;
let browser: Browser;
beforeAll(async () => {
  company = await startCompany();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await company?.close();
});

/** Remembers what is copied, since a page that nobody looks at may not use the clipboard, and counts what is saved as a file. */
const NOTED = `Object.assign(globalThis, { copied: [], saved: 0 });
Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => void copied.push(text) } });
const toFile = URL.createObjectURL;
URL.createObjectURL = (blob) => { saved += 1; return toFile(blob); };`;

/** Ids and digests that are on the page as a whole, and that no button copies by themselves or within a text. */
const NOT_COPIED = `(async () => {
  copied.length = 0;
  for (const button of document.querySelectorAll('main button[title^="Copy "]')) button.click();
  await Promise.resolve();
  const shown = document.querySelector('main').innerText.match(/\\b(?:[a-z]{2,8}_[0-9a-f]{32}|[0-9a-f]{64})\\b/g) ?? [];
  const texts = copied.filter((text) => !URL.canParse(text));
  return [...new Set(shown)].filter((id) => !texts.some((text) => text.includes(id)));
})()`;

/** Ids of which the end is cut off, which tells them apart: they begin with the time, and ids of one moment begin alike. */
const CUT_AT_END = `(() => {
  const main = document.querySelector('main');
  const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  const cut = [];
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode;
    for (const { index, 0: id } of data.matchAll(/\\b[a-z]{2,8}_[0-9a-f]{32}\\b/g)) {
      const range = new Range();
      range.setStart(texts.currentNode, index + id.length - 8);
      range.setEnd(texts.currentNode, index + id.length);
      const { right } = range.getBoundingClientRect();
      for (let box = parentElement; box !== main; box = box.parentElement)
        if (/hidden|clip/.test(getComputedStyle(box).overflowX) && right > box.getBoundingClientRect().right + 1) cut.push(id);
    }
  }
  return cut;
})()`;

const LOOKS = [
  ['light', 1280, 800],
  ['dark', 3840, 2160],
  ['light', 320, 640],
] as const;

let visit: Visit;
beforeAll(async () => {
  visit = await openAt(browser, company.gateway, '/access', { token: company.gateway.adminToken ?? '' });
  await visit.page.getByRole('button', { name: /^Signed in as/ }).waitFor();
  await visit.context.addInitScript(NOTED);
  // A form that somebody has begun asks before it is left.
  visit.page.on('dialog', (dialog) => void dialog.accept());
});

/** @param more what the address says beside what it is to show */
async function goTo(address: string, more = ''): Promise<Visit> {
  const { page } = visit;
  const to = new URL(pathTo(address, company.named), company.gateway.admin);
  await page.goto(`${to.href}${more === '' ? '' : to.search === '' ? '?' : '&'}${more}`);
  await page.getByRole('button', { name: /^Signed in as/ }).waitFor();
  await page.waitForLoadState('networkidle');
  await expect.poll(() => page.getByText(/^Loading /).count(), { timeout: 20_000 }).toBe(0);
  return visit;
}

/** What no page can mean: words that it does not know, numbers that it does not have, and what is no word at all. */
const NONSENSE: [key: string, value: string][] = [
  ['last', 'never'],
  ['from', 'nonsense'],
  ['to', '[1]'],
  ['columns', 'nonsense'],
  ['q', '{"a":1}'],
  ['tab', 'nowhere'],
  ['at', '-3'],
  ['wide', 'a little'],
  ['span', 'century'],
  ['agent', '{}'],
  ['find', '[true]'],
  ['only', 'nobody'],
  ['form', 'x'],
  ['show', '7'],
  ['against', '-1'],
  ['over', 'nights'],
  ['file', '[]'],
  ['policy', 'null'],
  ['panel', 'none'],
  ['kind', 'NO KIND'],
  ['unheard', 'of'],
];

test.each(addressesOfConsole())(
  '%s is as every page must be, whatever else its address says',
  async (address) => {
    const { page, errors, strayed } = await goTo(address, String(new URLSearchParams(NONSENSE)));
    expect(page.url().endsWith(pathTo(address, company.named))).toBe(true);
    const main = page.getByRole('main');
    expect(await main.getByRole('alert').allInnerTexts()).toEqual([]);
    expect(await main.getByText('There is no such page').count()).toBe(0);
    expect((await main.innerText()).length).toBeGreaterThan(20);
    expect(await page.evaluate(NOT_COPIED)).toEqual([]);
    for (const [colorScheme, width, height] of LOOKS) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      await expect.poll(() => page.getByText(/^Loading /).count(), { timeout: 20_000 }).toBe(0);
      expect([colorScheme, width, await accessibilityFaults(page)]).toEqual([colorScheme, width, []]);
      expect([width, await sideways(page)]).toEqual([width, 0]);
      expect([width, await page.evaluate(CUT_AT_END)]).toEqual([width, []]);
    }
    expect([errors.splice(0), strayed]).toEqual([[], []]);
  },
);

/** What a person can press and is not pressed yet; a control that is chosen has nothing to do. */
const CONTROLS =
  ':is(button, summary, [role="tab"], [role="switch"], [role="checkbox"]):not(:disabled, [aria-disabled="true"], [aria-selected="true"], [aria-pressed="true"], [aria-current])';

/** Presses the first control in `main` that was not pressed; its name, and whether the page did anything; null where none is left. */
const PRESS_NEXT = `async ([controls, pressed]) => {
  const nameOf = (control) => (control.getAttribute('aria-label') ?? control.innerText).trim() || control.title;
  const next = [...document.querySelectorAll('main ' + controls)].find(
    (control) => control.checkVisibility({ visibilityProperty: true }) && !pressed.includes(nameOf(control)),
  );
  if (next === undefined) return null;
  const name = nameOf(next);
  const state = () => [location.href, copied.length, saved, performance.getEntriesByType('resource').length].join();
  const before = state();
  let isChanged = false;
  const observer = new MutationObserver(() => { isChanged = true; });
  observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  next.click();
  for (let frame = 0; frame < 20 && !isChanged; frame += 1) await new Promise(requestAnimationFrame);
  observer.disconnect();
  return [name, isChanged || before !== state()];
}`;

/** Of a graph that is shown whole: it has nothing left to show. */
const IDLE: ReadonlySet<string> = new Set(['Show all of it']);

test.each(addressesOfConsole())('%s has no control that does nothing', async (address) => {
  await visit.page.setViewportSize({ width: 1280, height: 800 });
  const { page } = await goTo(address);
  const [pressed, dead]: [string[], string[]] = [[], []];
  for (;;) {
    const found = (await page.evaluate(`(${PRESS_NEXT})(${JSON.stringify([CONTROLS, pressed])})`)) as
      | [string, boolean]
      | null;
    if (found === null) break;
    const [name, isHeard] = found;
    pressed.push(name);
    if (!isHeard && !IDLE.has(name)) dead.push(name);
    await page.keyboard.press('Escape');
    if (!page.url().endsWith(pathTo(address, company.named))) await goTo(address);
  }
  expect(dead).toEqual([]);
});
