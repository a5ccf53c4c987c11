// Listeners that end TLS themselves (DESIGN section 10): certificates of real authorities, renewed while connections are open, and
// clients that must have one of their own.
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { type Gateway, spawnGateway } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Issued, issueCertificate, makeAuthority } from './sinks/authority.ts';
import { SOON } from './soon.ts';

let folder: string;
let ca: string;
let person: Issued;
let gateway: Gateway;
const at = (name: string): string => join(folder, name);
const served = { certFile: 'served.pem', keyFile: 'served.key' };

async function serve({ cert, key }: Issued): Promise<void> {
  // One after the other, as renewals do.
  await copyFile(key, at(served.keyFile));
  await copyFile(cert, at(served.certFile));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-tls-'));
  ca = (await makeAuthority(folder)).ca;
  person = await issueCertificate(folder, 'person');
  await serve(await issueCertificate(folder, 'first'));
  const tls = { certFile: at(served.certFile), keyFile: at(served.keyFile) };
  gateway = await spawnGateway({
    config: {
      config: {
        dataPlane: { port: 0, tls, grpc: { port: 0, tls } },
        adminPlane: { port: 0, tls: { ...tls, clientCaFile: ca } },
      },
      manifests: {},
      policies: { 'none.cedar': '' },
    },
  });
});
afterAll(async () => {
  await gateway.dispose();
  await rm(folder, { recursive: true });
});

interface Answered {
  readonly status: number;
  readonly fingerprint: string;
  readonly isSame: boolean;
}

/** Nothing of an earlier connection is used again: neither the connection, nor its session. */
const anew = (): Agent => new Agent({ keepAlive: false, maxCachedSessions: 0 });

async function ask(url: string, options: object = {}): Promise<Answered> {
  const trusted = await readFile(ca);
  return new Promise((resolve, reject) => {
    const asked = request(url, { ca: trusted, agent: anew(), ...options }, (response) => {
      const { fingerprint256 } = (response.socket as TLSSocket).getPeerCertificate();
      response.resume().on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          fingerprint: fingerprint256,
          isSame: asked.reusedSocket,
        }),
      );
    });
    asked.on('error', reject).end();
  });
}

const keys = (): string => `${gateway.data}/.well-known/jwks.json`;

describe('the data plane', () => {
  test('is served over TLS, and over nothing else', async () => {
    expect(gateway.data).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect((await ask(keys())).status).toBe(200);
    await expect(ask(keys(), { ca: [] })).rejects.toThrow(/certificate/);
    await expect(ask(keys(), { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })).rejects.toThrow(
      /protocol|ssl|EPROTO/i,
    );
    const plain = new Promise((resolve, reject) => {
      get(keys().replace('https:', 'http:'), resolve).on('error', reject);
    });
    await expect(plain).rejects.toThrow(/hang up|ECONNRESET|Parse/);
  });

  test('serves a renewed certificate to who comes, and breaks no connection that is open', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const before = await ask(keys(), { agent });
    await serve(await issueCertificate(folder, 'second'));
    await expect.poll(async () => (await ask(keys())).fingerprint, SOON).not.toBe(before.fingerprint);
    expect(await ask(keys(), { agent })).toEqual({ ...before, isSame: true });
    agent.destroy();
  });

  test('goes on with what it had where key and certificate do not belong together', async () => {
    const { fingerprint } = await ask(keys());
    await writeFile(at(served.keyFile), 'no key');
    const third = await issueCertificate(folder, 'third');
    await copyFile(third.cert, at(served.certFile));
    expect((await ask(keys())).fingerprint).toBe(fingerprint);
    await serve(third);
    await expect.poll(async () => (await ask(keys())).fingerprint, SOON).not.toBe(fingerprint);
  });
});

test('who has no certificate of the authorities for clients gets as far as no request', async () => {
  const ready = `${gateway.admin}/health/ready`;
  await expect(ask(ready)).rejects.toThrow(/alert|ECONNRESET|hang up/);
  const own = { cert: await readFile(person.cert), key: await readFile(person.key) };
  expect((await ask(ready, own)).status).toBe(200);
});

test('gRPC is served over TLS, also after a renewal', async () => {
  const address = String(gateway.ready['grpc']).replace('127.0.0.1', 'localhost');
  const trusted = await readFile(ca);
  const call = (how: ReturnType<typeof credentials.createSsl>): Promise<number> => {
    const client = new Client(address, how);
    const asIs = (bytes: Buffer): Buffer => bytes;
    return new Promise((resolve) => {
      client.makeUnaryRequest(
        '/lf.a2a.v1.A2AService/GetTask',
        asIs,
        asIs,
        Buffer.alloc(0),
        new Metadata(),
        { deadline: Date.now() + 5_000 },
        (error: ServiceError | null) => {
          client.close();
          resolve(error?.code ?? status.OK);
        },
      );
    });
  };
  const good = (): Promise<number> => call(credentials.createSsl(trusted));
  const refused = await good();
  expect([status.OK, status.UNAVAILABLE, status.DEADLINE_EXCEEDED]).not.toContain(refused);
  expect([status.UNAVAILABLE, status.DEADLINE_EXCEEDED]).toContain(await call(credentials.createInsecure()));
  const before = (await ask(keys())).fingerprint;
  await serve(await issueCertificate(folder, 'fourth'));
  await expect.poll(async () => (await ask(keys())).fingerprint, SOON).not.toBe(before);
  expect(await good()).toBe(refused);
});

describe('a start is refused', () => {
  const start = (tls: object) =>
    spawnGateway({ config: { config: { dataPlane: { port: 0, tls } }, manifests: {}, policies: {} } }).then(
      async (wrong) => {
        await wrong.dispose();
        return 'started';
      },
      String,
    );

  test('with the key, the value and the fix', async () => {
    const certFile = at('first.pem');
    expect(await start({ certFile, keyFile: at('nowhere.key') })).toContain(
      `\`dataPlane.tls.keyFile\` is \`${at('nowhere.key')}\`: it cannot be read (ENOENT)`,
    );
    expect(await start({ certFile, keyFile: at('second.key') })).toContain('it is not the private key');
    expect(await start({ certFile: at('first.key'), keyFile: at('first.key') })).toContain(
      'it holds no certificate',
    );
    expect(await start({ certFile })).toContain('dataPlane.tls.keyFile');
  });
});
