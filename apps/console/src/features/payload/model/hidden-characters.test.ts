import { describe, expect, test } from 'vitest';
import { revealHidden } from './hidden-characters.ts';

describe('hidden characters', () => {
  test('leaves text that can be seen alone, other scripts included', () => {
    expect(revealHidden('{"to": "Zoë Łódź 東京 שלום"}\n\t')).toEqual([
      { text: '{"to": "Zoë Łódź 東京 שלום"}\n\t', hidden: false },
    ]);
  });

  test('shows a right-to-left override as its escape', () => {
    expect(revealHidden('acme\u202eexe.gnp')).toEqual([
      { text: 'acme', hidden: false },
      { text: '\\u202e', hidden: true },
      { text: 'exe.gnp', hidden: false },
    ]);
  });

  test.each(['\u0000', '\u001b', '\u200b', '\u00ad', '\ufeff', '\u2066', '\ufe0f', '\r', '\ud800'])(
    'shows %j, which no font draws',
    (character) => {
      expect(revealHidden(character)).toHaveLength(1);
      expect(revealHidden(character)[0]?.hidden).toBe(true);
    },
  );

  test('shows a tag character as both of its units', () => {
    expect(revealHidden('\u{e0041}')).toEqual([{ text: '\\udb40\\udc41', hidden: true }]);
  });

  test('gives one empty part for an empty text', () => {
    expect(revealHidden('')).toEqual([{ text: '', hidden: false }]);
  });
});
