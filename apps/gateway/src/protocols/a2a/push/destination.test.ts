import type { LookupAddress } from 'node:dns';
import { describe, expect, test } from 'vitest';
import { checkDestination, guardedLookup, isPublicAddress } from './destination.ts';

const RULES = { development: false, hosts: [], ports: [443, 8443] };

describe('addresses that are not of the public internet', () => {
  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'ff02::1',
    '2001:0:4136:e378::1',
    '2001:db8::1',
    '2002:7f00:1::1',
    'not an address',
  ])('%s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4001:800::200e'])(
    '%s is',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );
});

describe('an address that a client names', () => {
  test.each([
    ['https://hooks.example.com/', true],
    ['https://hooks.example.com:8443/', true],
    ['https://hooks.example.com:444/', false],
    ['http://hooks.example.com/', false],
    ['https://8.8.8.8/', true],
    ['https://2130706433/', false],
    ['https://0x7f.1/', false],
    ['https://[::ffff:10.0.0.1]/', false],
    ['https://[fe80::1]/', false],
    ['https://localhost/', false],
    ['https://db/', false],
    ['https://metadata.google.internal/', false],
    ['https://printer.local/', false],
    ['https://printer.local./', false],
  ])('%s', (url, isFit) => {
    expect(checkDestination(new URL(url).href, RULES).ok).toBe(isFit);
  });

  test('must be on the list, where there is one', () => {
    const rules = { ...RULES, hosts: ['*.example.com', 'one.example.org'] };
    const fits = (host: string) => checkDestination(`https://${host}/`, rules).ok;
    expect(['a.example.com', 'one.example.org'].every(fits)).toBe(true);
    expect(['example.com', 'evilexample.com', 'two.example.org', 'a.example.com.evil.org'].some(fits)).toBe(
      false,
    );
  });

  test('may be any where the gateway is set up for development', () => {
    expect(checkDestination('http://127.0.0.1:9999/', { ...RULES, development: true }).ok).toBe(true);
    expect(checkDestination('ftp://127.0.0.1/', { ...RULES, development: true }).ok).toBe(false);
  });
});

describe('a name is looked up for the very connection', () => {
  const answering = (...addresses: readonly string[]) =>
    ((_name: string, _options: object, callback: (error: null, found: LookupAddress[]) => void) => {
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    }) as unknown as typeof import('node:dns').lookup;
  const look = (all: boolean, ...addresses: readonly string[]) =>
    new Promise((resolve) => {
      guardedLookup(RULES, answering(...addresses))('hooks.example.com', { all }, (error, found) => {
        resolve(error === null ? found : error.code);
      });
    });

  test('and connected to where it leads', async () => {
    expect(await look(false, '8.8.8.8')).toBe('8.8.8.8');
    expect(await look(true, '8.8.8.8', '2606:4700::1111')).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ]);
  });

  test('one private address among others forbids it', async () => {
    expect(await look(true, '8.8.8.8', '127.0.0.1')).toBe('EFORBIDDEN');
    expect(await look(false, '169.254.169.254')).toBe('EFORBIDDEN');
    expect(await look(false)).toBe('EFORBIDDEN');
  });
});
