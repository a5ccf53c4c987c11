import { expect, it } from 'vitest';

import { withGenerated } from './generated.ts';

const document = '# Title\n\n<!-- generated: part -->\n\nold\n\n<!-- end: part -->\n\nby hand\n';

it('replaces the part and nothing else, and the same content changes nothing', () => {
  const once = withGenerated(document, 'part', 'new');
  expect(once).toBe('# Title\n\n<!-- generated: part -->\n\nnew\n\n<!-- end: part -->\n\nby hand\n');
  expect(withGenerated(once, 'part', 'new')).toBe(once);
});

it('refuses a document that has no such part, and says what is missing', () => {
  expect(() => withGenerated(document, 'other', 'new')).toThrow(/no part `other`.*<!-- end: other -->/);
});
