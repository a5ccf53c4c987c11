// An upstream's credential as the header that carries it. Secrets are read where they are used, so that a rotated one
// needs no restart, and they appear in no message.
import { readFile } from 'node:fs/promises';
import { ok, refuse, type Result } from '../errors.ts';
import type { Credential } from '../registry/types.ts';

type Headers = ReadonlyMap<string, string>;

const NONE: Headers = new Map();
const HIDDEN = 'the credential of the server behind this gateway is not set up';

/** @param env where secrets named by environment variable are looked up. */
export async function credentialHeaders(
  credential: Credential,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Result<Headers>> {
  if (credential.kind === 'none') return ok(NONE);
  const secret = 'env' in credential ? fromEnv(credential.env, env) : await fromFile(credential.file);
  if (!secret.ok) return secret;
  return ok(new Map([['authorization', `Bearer ${secret.value}`]]));
}

function fromEnv(name: string, env: Readonly<Record<string, string | undefined>>): Result<string> {
  const value = env[name];
  if (value === undefined)
    return missing(`the environment variable \`${name}\` is not set: set it to the bearer token`);
  return checked(value, `the environment variable \`${name}\``);
}

async function fromFile(path: string): Promise<Result<string>> {
  try {
    return checked(await readFile(path, 'utf8'), `the file \`${path}\``);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    return missing(`the credential file \`${path}\` cannot be read (${why}): write the bearer token into it`);
  }
}

// SPEC: RFC 6750 section 2.1. Anything else, a line break above all, could end the header.
const BEARER_TOKEN = /^[\w\-.~+/]+=*$/;

function checked(value: string, where: string): Result<string> {
  const token = value.trim();
  return BEARER_TOKEN.test(token) ? ok(token) : missing(`${where} does not hold a bearer token on one line`);
}

function missing(reason: string): Result<never> {
  return refuse('upstream_unavailable', reason, HIDDEN);
}
