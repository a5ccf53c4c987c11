// How a command reaches the gateway: the address and the token from options, environment or the data folder, and what
// its refusals mean for the exit code.
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type AdminClient, createAdminClient, type ErrorBody } from '../admin/client.ts';
import { TOKEN_FILE } from '../admin/tokens.ts';
import { isLoopbackHost } from '../config/fields.ts';
import type { OptionTable } from './command.ts';
import { CommandError, exitCodeOf } from './exit.ts';
import type { Terminal } from './terminal.ts';

export const DATA_OPTION = {
  data: { type: 'string', value: 'folder', help: 'data folder (COUNTERSIGN_DATA; default ./data)' },
} as const satisfies OptionTable;

export const GATEWAY_OPTIONS = {
  url: { type: 'string', value: 'address', help: 'admin address of the gateway (COUNTERSIGN_URL)' },
  token: { type: 'string', value: 'token', help: 'admin token (COUNTERSIGN_TOKEN)' },
  ...DATA_OPTION,
} as const satisfies OptionTable;

interface GatewayValues {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  readonly data?: string | undefined;
}

export function dataFolder(values: Pick<GatewayValues, 'data'>, { env, cwd }: Terminal): string {
  return resolve(cwd, values.data ?? env['COUNTERSIGN_DATA'] ?? 'data');
}

export interface Target {
  /** Admin address, without a trailing slash. */
  readonly url: string;
  readonly token: string;
}

export async function findGateway(values: GatewayValues, terminal: Terminal): Promise<Target> {
  const folder = dataFolder(values, terminal);
  const given = values.url ?? terminal.env['COUNTERSIGN_URL'];
  // What is announced matters beside a given address only for whether the folder's token may go there.
  const announced = await announcedUrl(folder).catch((error: unknown) => {
    if (given === undefined) throw error;
    return null;
  });
  const url = given === undefined ? announced : parseUrl(given);
  if (url === null) {
    throw new CommandError(
      2,
      `no gateway found: \`${join(folder, 'endpoint.json')}\` is not there; start one with \`countersign serve\`, or name it with \`--url\``,
      { code: 'no_gateway' },
    );
  }
  const token =
    values.token ?? terminal.env['COUNTERSIGN_TOKEN'] ?? (await storedToken(folder, url, announced));
  if (token === null) {
    throw new CommandError(2, 'no admin token: give one with `--token`, or in COUNTERSIGN_TOKEN', {
      code: 'no_token',
    });
  }
  return { url, token: token.trim() };
}

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** The API of a gateway. Requests that cannot be made end the command with exit code 2. */
export async function openGateway(
  values: GatewayValues,
  terminal: Terminal,
  ask: Fetch = fetch,
): Promise<AdminClient> {
  const { url, token } = await findGateway(values, terminal);
  return createAdminClient(`${url}/api/v1`, {
    headers: { authorization: `Bearer ${token}` },
    fetch: async (input: string | URL | Request, init?: RequestInit) => {
      try {
        return await ask(input, init);
      } catch (error) {
        throw new CommandError(
          2,
          `no gateway answers at \`${url}\`: start it with \`countersign serve\`, or name another with \`--url\` or \`--data\``,
          { cause: error, code: 'unreachable' },
        );
      }
    },
  });
}

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  json(): Promise<unknown>;
}
/** What a good answer carries: any of the declared bodies but the refusal. */
type Body<R> = R extends { json(): Promise<infer T> } ? Exclude<T, ErrorBody> : never;

/** The body of a good answer. A refusal ends the command: 1 where the gateway said no, 2 where it could not answer. */
export async function bodyOf<R extends Answer>(request: Promise<R>): Promise<Body<R>> {
  const answer = await request;
  if (answer.ok) return (await answer.json()) as Body<R>;
  throw await refusalOf(answer);
}

async function refusalOf(answer: Answer): Promise<CommandError> {
  const body = (await answer.json().catch(() => null)) as Partial<ErrorBody> | null;
  const code = body?.error?.code ?? null;
  // The gateway speaks to programs, which send headers; a person gives a token.
  if (answer.status === 401 && code !== null)
    return new CommandError(
      2,
      'the gateway does not know this admin token, or its time is over: give another with `--token`, or in COUNTERSIGN_TOKEN',
      { code },
    );
  const message =
    body?.error?.message ??
    `what answers is no admin plane of a gateway (status ${answer.status}): name its address with \`--url\``;
  return new CommandError(exitCodeOf(answer.status, code), message, { code: code ?? 'no_gateway' });
}

async function announcedUrl(folder: string): Promise<string | null> {
  const text = await readFile(join(folder, 'endpoint.json'), 'utf8').catch(() => null);
  if (text === null) return null;
  const admin = announcedAdmin(text);
  if (admin !== null) return parseUrl(admin);
  throw new CommandError(
    2,
    `\`${join(folder, 'endpoint.json')}\` is not what a gateway writes: start the gateway again, or name its address with \`--url\``,
    { code: 'no_gateway' },
  );
}

const Announcement = z.object({ admin: z.string() });

/** The admin address in `endpoint.json`; null where that is not what a gateway writes. */
export function announcedAdmin(text: string): string | null {
  const announced = Announcement.safeParse(jsonIn(text));
  return announced.success ? announced.data.admin : null;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new CommandError(2, `\`${text}\` is no http address, such as \`http://127.0.0.1:4180\``);
  }
  return url.href.replace(/\/+$/, '');
}

// SECURITY: the token in the data folder opens that folder's gateway; it is never sent to some other host because
// somebody set COUNTERSIGN_URL.
async function storedToken(folder: string, url: string, announced: string | null): Promise<string | null> {
  if (url !== announced && !isLoopbackHost(new URL(url).hostname)) return null;
  return readFile(join(folder, TOKEN_FILE), 'utf8').catch(() => null);
}
