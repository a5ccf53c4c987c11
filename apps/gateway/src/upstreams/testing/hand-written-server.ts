// A server on its standard streams, written by hand: it does on command what no SDK's server would (garbage, floods, lines without
// end, dying in the middle of a call) and keeps a journal of what reached it, which is the tests' oracle.
import { appendFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

type Message = {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: {
    readonly name?: string;
    readonly arguments?: Readonly<Record<string, unknown>>;
    readonly _meta?: Readonly<Record<string, unknown>>;
    readonly protocolVersion?: string;
    readonly requestId?: string | number;
  };
  readonly result?: unknown;
  readonly error?: unknown;
};

const journal = process.env['JOURNAL'];
const asked = new Map<string, string | number>();
const MODERN = '2026-07-28';
let lastAsked = 0;

function note(entry: object): void {
  if (journal !== undefined) appendFileSync(journal, `${JSON.stringify({ pid: process.pid, ...entry })}\n`);
}

/** Synchronously, so that what a process says before it dies is said. */
function write(text: string): void {
  let bytes = Buffer.from(text);
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(1, bytes));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

const say = (message: object): void => write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const text = (value: unknown) => ({ content: [{ type: 'text', text: JSON.stringify(value) }] });

const tool = { name: 'do', description: 'Does as it is told', inputSchema: { type: 'object' } };

function call({ id, params }: Message): void {
  const args = params?.arguments ?? {};
  const progressToken = params?._meta?.['progressToken'];
  const size = Number(args['size'] ?? 0);
  switch (args['what']) {
    case 'environment':
      return say({ id, result: text({ env: process.env, cwd: process.cwd(), argv: process.argv.slice(2) }) });
    case 'pid':
      return say({ id, result: text({ pid: process.pid }) });
    case 'stay':
      // What ends its input does not end it.
      setInterval(() => undefined, 1_000);
      return say({ id, result: text({ pid: process.pid }) });
    case 'hang':
      return;
    case 'die':
      process.kill(process.pid, 'SIGKILL');
      return;
    case 'exit':
      return process.exit(3);
    case 'half':
      write(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"conte`);
      process.kill(process.pid, 'SIGKILL');
      return;
    case 'garbage':
      write('Listening on port 3000\n\n{"jsonrpc":"2.0"}\n[]\n\u0000\u0001\n');
      return say({ id, result: text('after garbage') });
    case 'only garbage':
      return write('no JSON\n'.repeat(1_100));
    case 'long':
      return write(
        `{"result":{"content":[{"type":"text","text":"${'x'.repeat(size)}"}]},"jsonrpc":"2.0","id":${JSON.stringify(id)}}\n`,
      );
    case 'unattributable':
      return write(`{"result":{"x":"${'x'.repeat(size)}","jsonrpc":"2.0"}}\n`);
    case 'stderr': {
      const secret = process.env['SECRET_TOKEN'] ?? '';
      process.stderr.write(`the token is ${secret}\u001b[31m\n`);
      for (let line = 0; line < 5_000; line += 1) process.stderr.write(`line ${line} of a flood\n`);
      return say({ id, result: text('complained') });
    }
    case 'progress': {
      const steps = Number(args['steps'] ?? 3);
      const message = 'x'.repeat(size);
      for (let progress = 1; progress <= steps; progress += 1)
        say({ method: 'notifications/progress', params: { progressToken, progress, message } });
      return say({ id, result: text('done') });
    }
    case 'ask': {
      lastAsked += 1;
      asked.set(`ask-${lastAsked}`, id ?? 0);
      const params = {
        mode: 'form',
        message: 'how old?',
        requestedSchema: { type: 'object', properties: {} },
      };
      return say({ id: `ask-${lastAsked}`, method: 'elicitation/create', params });
    }
    case 'log':
      say({ method: 'notifications/message', params: { level: 'info', data: String(args['data']) } });
      return say({ id, result: text('logged') });
    case 'wrong id':
      return say({ id: 'somebody-else', result: text('wrong') });
    default:
      return say({ id, result: text(args) });
  }
}

function handle(message: Message): void {
  const { id, method } = message;
  if (method === undefined) {
    const waiting = asked.get(String(id));
    if (waiting !== undefined) say({ id: waiting, result: text(message.result ?? message.error ?? null) });
    return;
  }
  switch (method) {
    case 'initialize': {
      const capabilities = { tools: {}, logging: {}, resources: { subscribe: true, listChanged: true } };
      const protocolVersion = message.params?.protocolVersion;
      return say({
        id,
        result: { protocolVersion, capabilities, serverInfo: { name: 'by hand', version: '1' } },
      });
    }
    case 'server/discover':
      if (process.env['MODERN'] !== '1')
        return say({ id, error: { code: -32601, message: 'Method not found' } });
      return say({
        id,
        result: {
          resultType: 'complete',
          supportedVersions: [MODERN],
          capabilities: { tools: {} },
          serverInfo: { name: 'by hand', version: '1' },
        },
      });
    case 'tools/list':
      return say({ id, result: { resultType: 'complete', tools: [tool] } });
    case 'resources/list':
      return say({ id, result: { resultType: 'complete', resources: [] } });
    case 'resources/templates/list':
      return say({ id, result: { resultType: 'complete', resourceTemplates: [] } });
    case 'ping':
      return say({ id, result: {} });
    case 'tools/call':
      return call(message);
    default:
      if (id !== undefined) say({ id, error: { code: -32601, message: 'Method not found' } });
  }
}

note({ started: true });
if (process.env['IGNORES'] === '1') {
  process.on('SIGTERM', () => note({ signal: 'SIGTERM' }));
  setInterval(() => undefined, 60_000);
}
for await (const line of createInterface({ input: process.stdin })) {
  note({ line });
  handle(JSON.parse(line) as Message);
}
note({ ended: true });
