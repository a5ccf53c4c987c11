import { expect, test } from 'vitest';
import { textOf } from './metrics.ts';

test('a label is what it is, whatever stands in it', () => {
  const gauge = {
    name: 'countersign_x',
    help: 'Something.',
    samples: [
      { labels: { target: 'a"b\\c\nd} 1' }, value: 1.5 },
      { labels: {}, value: 0 },
    ],
  };
  expect(textOf(gauge)).toBe(
    '# HELP countersign_x Something.\n# TYPE countersign_x gauge\ncountersign_x{target="a\\"b\\\\c\\nd} 1"} 1.5\ncountersign_x 0\n',
  );
});
