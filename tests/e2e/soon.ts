// How long a test waits for what must come true: a bounded deadline that also holds on a busy machine. For `expect.poll`
// and `vi.waitUntil`.
export const SOON = { timeout: 15_000, interval: 25 };
