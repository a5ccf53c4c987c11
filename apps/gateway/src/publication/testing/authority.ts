// A real timestamp authority, made with the command line of OpenSSL: an implementation that shares nothing with what
// verifies its tokens. For tests only.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Authority {
  readonly url: string;
  /** The root certificate, PEM. */
  readonly root: string;
  /** The response to a request, as DER. */
  answer(query: Uint8Array): Promise<Uint8Array>;
  /** CMS signed data over `content`, typed as a timestamp, by the certificate of this name. */
  signAs(name: CertificateName, content: Uint8Array): Promise<Uint8Array>;
  /** What the server answers with from now on, instead of the truth. */
  spoil(change: ((answer: Uint8Array, query: Uint8Array) => Awaitable<Uint8Array | number>) | null): void;
  close(): Promise<void>;
}

type Awaitable<T> = T | Promise<T>;
type CertificateName = 'tsa' | 'expired' | 'mail' | 'loose';

const EXTENSIONS = `
[tsa]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[mail]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = critical,emailProtection
[loose]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = timeStamping
`;

const CA = `
[ca]
default_ca = test
[test]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
copy_extensions = none
[any]
commonName = supplied
`;

const TS = (signer: string) => `
[tsa]
default_tsa = test
[test]
serial = tsa.serial
signer_cert = ${signer}.pem
signer_key = ${signer}.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_alg = sha256
`;

/** @param signer the certificate that it signs with. */
export async function startAuthority(signer: CertificateName = 'tsa'): Promise<Authority> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-tsa-'));
  const openssl = (line: string) => run('openssl', line.split(' '), { cwd: folder });
  const file = (name: string): string => join(folder, name);
  await writeFile(file('extensions.cnf'), EXTENSIONS);
  await writeFile(file('ca.cnf'), CA);
  await writeFile(file('ts.cnf'), TS(signer));
  await writeFile(file('index.txt'), '');
  await writeFile(file('serial'), '1000\n');
  await writeFile(file('tsa.serial'), '01\n');
  const newKey = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes';
  await openssl(
    `req -x509 ${newKey} -keyout ca.key -out ca.pem -subj /CN=Root -days 30 -addext keyUsage=critical,keyCertSign,cRLSign`,
  );
  const issue = async (name: CertificateName, section: string, validity: string): Promise<void> => {
    await openssl(`req ${newKey} -keyout ${name}.key -out ${name}.csr -subj /CN=${name}`);
    await openssl(
      `ca -batch -notext -config ca.cnf -cert ca.pem -keyfile ca.key -extfile extensions.cnf -extensions ${section} ${validity} -in ${name}.csr -out ${name}.pem`,
    );
  };
  await issue('tsa', 'tsa', '-days 10');
  await issue('expired', 'tsa', '-startdate 20200101000000Z -enddate 20200201000000Z');
  await issue('mail', 'mail', '-days 10');
  await issue('loose', 'loose', '-days 10');

  let turns = Promise.resolve<unknown>(undefined);
  const answer = (query: Uint8Array): Promise<Uint8Array> => {
    // One at a time: they share the file with the serial number.
    const done = turns.then(async () => {
      await writeFile(file('query.tsq'), query);
      await openssl('ts -reply -config ts.cnf -queryfile query.tsq -out reply.tsr');
      return new Uint8Array(await readFile(file('reply.tsr')));
    });
    turns = done.catch(() => undefined);
    return done;
  };
  let spoil: Parameters<Authority['spoil']>[0] = null;
  const server = createServer((request, response) => {
    void buffer(request).then(async (query) => {
      const truth = await answer(query);
      const sent = spoil === null ? truth : await spoil(truth, query);
      if (typeof sent === 'number') response.writeHead(sent).end();
      else response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(sent);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`,
    root: await readFile(file('ca.pem'), 'utf8'),
    answer,
    async signAs(name, content) {
      await writeFile(file('content.der'), content);
      await openssl(
        `cms -sign -binary -nodetach -cades -md sha256 -outform DER -econtent_type 1.2.840.113549.1.9.16.1.4 -in content.der -out signed.der -signer ${name}.pem -inkey ${name}.key`,
      );
      return new Uint8Array(await readFile(file('signed.der')));
    },
    spoil: (change) => {
      spoil = change;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}
