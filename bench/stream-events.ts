// When an event was sent, by a clock that all processes of one machine share.

/** Milliseconds since the epoch, with fractions. */
function clock(): number {
  return performance.timeOrigin + performance.now();
}

export function sentNow(): object {
  return {
    jsonrpc: '2.0',
    method: 'notifications/message',
    params: { level: 'info', data: { sentAt: clock() } },
  };
}

/** Milliseconds from sending to now of each event in a piece of a stream. */
export function agesOf(chunk: Uint8Array): number[] {
  const now = clock();
  const sent = Buffer.from(chunk)
    .toString('latin1')
    .matchAll(/"sentAt":([\d.]+)/g);
  return [...sent].map(([, at]) => now - Number(at));
}
