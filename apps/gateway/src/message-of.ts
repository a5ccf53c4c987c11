/** What whatever was thrown says of itself: libraries throw other things than errors, too. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
