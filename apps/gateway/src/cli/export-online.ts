// An export through the gateway's admin API.
import type { AskedExport, TakenExport } from './commands/export.ts';
import { CommandError } from './exit.ts';
import { bodyOf, openGateway } from './gateway.ts';
import { patientFetch } from './patient-fetch.ts';
import type { Terminal } from './terminal.ts';

export async function exportOnline(
  { format, query, disclose, withhold, since, reason }: AskedExport,
  values: Parameters<typeof openGateway>[0],
  terminal: Terminal,
): Promise<TakenExport> {
  const gateway = await openGateway(values, terminal, patientFetch);
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
  const stop = tellTime(terminal);
  const asking = gateway.exports.$post({
    json: {
      ...given,
      format,
      ...(disclose === null ? {} : { disclose: disclose === 'all' ? disclose : [...disclose] }),
      withhold: [...withhold],
      since: [...since],
      ...(reason === null ? {} : { reason }),
    },
  });
  const answer = await asking.finally(stop);
  if (!answer.ok) await bodyOf(Promise.resolve(answer));
  const { headers } = answer;
  const digest = /^sha-256=:([A-Za-z0-9+/=]+):$/.exec(headers.get('repr-digest') ?? '')?.[1];
  const id = headers.get('countersign-export');
  const { body } = answer;
  if (digest === undefined || id === null || body === null)
    throw new CommandError(2, 'the gateway answered with something else than an export');
  const extension =
    /filename="[^".]+\.([^"]+)"/.exec(headers.get('content-disposition') ?? '')?.[1] ?? format;
  const reader = body as unknown as ReadableStream<Uint8Array>;
  return {
    id,
    extension,
    recordedAt: Number(headers.get('countersign-entry')),
    entries: Number(headers.get('countersign-entries')),
    disclosed: Number(headers.get('countersign-disclosed')),
    untold: Number(headers.get('countersign-untold')),
    digest: Buffer.from(digest, 'base64').toString('hex'),
    pieces: piecesOf(reader),
    close: async () => undefined,
  };
}

/** The gateway says nothing before the file is made and on record. */
function tellTime(terminal: Terminal): () => void {
  if (!terminal.isInteractive) return () => undefined;
  let seconds = 0;
  const timer = setInterval(() => {
    seconds += 1;
    terminal.progress(`the gateway is making it: ${seconds} s`);
  }, 1000);
  return () => {
    clearInterval(timer);
    terminal.progress('');
  };
}

async function* piecesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  try {
    yield* body;
  } catch (error) {
    throw new CommandError(
      2,
      'the gateway broke off: what is exported changed while it was written, or it stopped; export it again',
      { cause: error },
    );
  }
}
