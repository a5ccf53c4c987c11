// Sends entries as CEF over syslog: RFC 5424 messages in octet-counted frames (RFC 6587, RFC 5425), over TCP or TLS.
//
// Syslog has no acknowledgement, and a write that succeeded may still be lost with its connection. So each batch has a
// connection of its own, and counts as taken only when the receiver ended it in order after we did: it has then read
// everything, since closing with unread bytes is a reset. Only an end that comes after ours counts; one that crosses it on
// the way does not, which is what the moment between the last write and our end is for.
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { setTimeout as wait } from 'node:timers/promises';
import { cefLine } from '../exports/cef.ts';
import { octetCounted, syslogMessage } from '../exports/syslog.ts';
import type { Delivery, DeliveryContext, SyslogSink } from './types.ts';

const CONNECT_MS = 10_000;
const SEND_MS = 30_000;
/** Longer than a round trip to any receiver worth having. */
const SETTLE_MS = 250;

export interface SyslogTarget extends Pick<SyslogSink, 'host' | 'port' | 'transport' | 'acknowledge'> {
  /** PEM; null: the system's authorities. */
  readonly ca: string | null;
}

export function syslogDelivery(target: SyslogTarget, context: DeliveryContext): Delivery {
  let kept: Socket | null = null;
  return {
    async send(entries, signal) {
      const frames: Uint8Array[] = [];
      for (const entry of entries) {
        frames.push(octetCounted(syslogMessage(entry, context.origin, await cefLine(entry, context))));
      }
      const bytes = Buffer.concat(frames);
      if (target.acknowledge === 'close') {
        await sendAndEnd(await connected(target, signal), bytes, signal);
        return;
      }
      if (kept === null || kept.destroyed) kept = await connected(target, signal);
      await flushed(kept, bytes, signal);
    },
    close: async () => void kept?.destroy(),
  };
}

async function connected(target: SyslogTarget, signal: AbortSignal): Promise<Socket> {
  const { host, port, ca } = target;
  const options = { host, port, allowHalfOpen: true };
  const socket =
    target.transport === 'tcp'
      ? connectTcp(options)
      : connectTls({
          ...options,
          minVersion: 'TLSv1.2',
          ...(ca === null ? {} : { ca }),
          ...serverName(host),
        });
  const ready = target.transport === 'tcp' ? 'connect' : 'secureConnect';
  socket.setNoDelay(true);
  // A connection can break at any time, also while nobody waits for it: without a listener that would end the process.
  socket.on('error', () => {});
  // Whatever is answered means nothing here, but must be read for the end to be seen.
  socket.resume();
  await settled(socket, CONNECT_MS, signal, 'it does not answer', (done) => socket.once(ready, done));
  return socket;
}

// SNI is for names only (RFC 6066 section 3).
function serverName(host: string): { readonly servername?: string } {
  return /^[\d.]+$|:/.test(host) ? {} : { servername: host };
}

async function sendAndEnd(socket: Socket, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  try {
    let endedEarly = false;
    const onEnd = (): void => void (endedEarly = true);
    socket.once('end', onEnd);
    await flushed(socket, bytes, signal);
    await wait(SETTLE_MS, undefined, { signal, ref: false });
    if (endedEarly || socket.destroyed) {
      throw new Error('the receiver closed the connection before it was sent everything');
    }
    socket.off('end', onEnd);
    await settled(socket, SEND_MS, signal, 'it has not confirmed by closing', (done) => {
      let isEnded = false;
      socket.once('end', () => void (isEnded = true));
      socket.once('close', (hadError) => {
        done(isEnded && !hadError ? undefined : new Error('the connection broke'));
      });
      socket.end();
    });
  } finally {
    // One that is left open would keep the process from ending.
    socket.destroy();
  }
}

/** Resolves once everything was handed to the system. */
function flushed(socket: Socket, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  return settled(socket, SEND_MS, signal, 'it takes no more', (done) => {
    socket.write(bytes, (error) => done(error ?? undefined));
  });
}

/** Waits for `begin` to say that it is done; an error, the time or `signal` ends the wait and the connection. */
function settled(
  socket: Socket,
  ms: number,
  signal: AbortSignal,
  late: string,
  begin: (done: (error?: Error) => void) => void,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => finish(new Error(`${late} within ${ms / 1000} s`)), ms);
    const onError = (error: Error): void => finish(error);
    const onAbort = (): void => finish(new Error('the gateway stops'));
    function finish(error?: Error): void {
      clearTimeout(timer);
      socket.off('error', onError);
      signal.removeEventListener('abort', onAbort);
      if (error === undefined) {
        resolve();
        return;
      }
      socket.destroy();
      reject(error);
    }
    socket.on('error', onError);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    else if (socket.destroyed) finish(new Error('the connection broke'));
    else begin(finish);
  });
}
