// What frames cost where nothing of ours takes part: a plain table of as many columns, without any script, scrolled up and down by the
// same wheel and the same keyboard. Frames that come late there are the machine's and the browser's, which draws without a GPU.
import type { Browser, Page } from 'playwright-core';
import { visit } from '../tests/console/browser.ts';
import { probe } from './console-probe.ts';

/** Few enough for the browser to keep all of them laid out and painted: what is found is a floor, which a list that goes on is above. */
const ROWS = 300;

const STYLE = `
  html, body { margin: 0; height: 100%; overflow: hidden; font: 13px/20px system-ui, sans-serif }
  main { height: 100%; overflow-y: auto }
  table { width: 100%; border-spacing: 0; text-align: left }
  td { height: 24px; padding: 5px 8px; border-bottom: 1px solid #e3e2dc; white-space: nowrap }`;

const rowOf = (index: number): string =>
  ['', '14:03:09', `agent-${index % 200}`, `server-${index % 30}/pay-${index} tools/call`, 'Allowed']
    .concat([`done ${index % 90} ms`, `policy-${index % 100}`, index.toString(16).padStart(8, '0')])
    .map((text) => `<td>${text}</td>`)
    .join('');

const rows = Array.from({ length: ROWS }, (_, index) => `<tr>${rowOf(index)}</tr>`).join('');
const MARKUP = `<!doctype html><title>control</title><style>${STYLE}</style><main tabindex="0"><table><tbody>${rows}</tbody></table></main>`;

const ADDRESS = 'http://control.invalid/';

/** The control, shown in a profile of its own, with the keyboard where it scrolls. */
export async function openControl(browser: Browser): Promise<Page> {
  const { page } = await visit(browser, ADDRESS);
  await page.route(ADDRESS, (route) => route.fulfill({ contentType: 'text/html', body: MARKUP }));
  await probe(page, 'tbody tr');
  await page.goto(ADDRESS);
  await page.locator('main').focus();
  return page;
}
