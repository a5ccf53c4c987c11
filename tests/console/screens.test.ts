// Every page has its pictures in docs/screens, at three widths, and none is of a page that is gone (issue 6: proof).
import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { fileOf, OF_COMPANY, OF_QUICKSTART, VIEWS } from '../../scripts/screens/pages.ts';
import { addressesOfConsole } from './every-page.ts';

const PICTURED = [...OF_QUICKSTART, ...OF_COMPANY];

test('every address of the console is pictured', () => {
  expect(PICTURED.map(({ address }) => address).sort()).toEqual([...addressesOfConsole()].sort());
});

test('the pictures are there, and no others: `npm run screens`', async () => {
  const there = await readdir(new URL('../../docs/screens/', import.meta.url));
  const wanted = PICTURED.flatMap(({ name }) => VIEWS.map((view) => fileOf(name, view)));
  expect(there.sort()).toEqual(wanted.sort());
});
