// How much of a text is shown at once, and how large it is in words.

/** Longer texts are cut until somebody asks for more: laying out megabytes would stall the page. */
export const SHOWN_CHARS = 32 * 1024;

/** The first part of a text that is too long, never half a character. */
export function beginningOf(text: string): string {
  const last = text.charCodeAt(SHOWN_CHARS - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? SHOWN_CHARS - 1 : SHOWN_CHARS);
}

/** `840 characters`, `32 K characters`, `1.2 M characters`. */
export function sizeText(characters: number): string {
  if (characters < 1024) return `${characters} characters`;
  const [size, unit] =
    characters < 1024 * 1024 ? [characters / 1024, 'K'] : [characters / (1024 * 1024), 'M'];
  return `${size < 10 ? Math.round(size * 10) / 10 : Math.round(size)} ${unit} characters`;
}
