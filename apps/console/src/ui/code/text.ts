// The words of the editor.
export const text = {
  hint: 'Tab indents. To leave with the keyboard, press Escape and then Tab.',
} as const;
