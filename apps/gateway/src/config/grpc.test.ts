import { expect, test } from 'vitest';
import { grpcAddress, grpcHosts, grpcKeys, grpcPlane } from './grpc.ts';

const plane = (host: string, grpc: object) => grpcPlane({ host, grpc: grpcKeys().parse(grpc) });

test('without a port there is no gRPC', () => {
  expect(plane('127.0.0.1', {})).toBeNull();
  expect(plane('127.0.0.1', { address: 'gateway.example:443' })).toBeNull();
});

test('cards name where it listens, or the address that an operator says', () => {
  const address = (host: string, more: object = {}) => {
    const found = plane(host, { port: 0, ...more });
    return found === null ? null : grpcAddress(found, 4101);
  };
  expect(address('127.0.0.1')).toBe('127.0.0.1:4101');
  expect(address('::1')).toBe('[::1]:4101');
  expect(address('0.0.0.0', { address: 'gateway.example:443' })).toBe('gateway.example:443');
});

test('it answers to its own names only', () => {
  const hosts = (host: string, more: object = {}) => {
    const found = plane(host, { port: 0, ...more });
    return found === null ? null : [...grpcHosts(found, 4101, ['Other.example:1'])];
  };
  expect(hosts('127.0.0.1')).toEqual(['127.0.0.1:4101', 'other.example:1', 'localhost:4101', '[::1]:4101']);
  expect(hosts('0.0.0.0', { address: 'Gateway.example:443' })).toEqual([
    'gateway.example:443',
    'other.example:1',
  ]);
});

test.each(['gateway.example', 'https://gateway.example:443', 'gateway.example:443/path', ':443', ''])(
  'is no address: %s',
  (address) => {
    expect(grpcKeys().safeParse({ address }).success).toBe(false);
  },
);
