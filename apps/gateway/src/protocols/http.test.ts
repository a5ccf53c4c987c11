import { describe, expect, test } from 'vitest';
import { bodyType, type HttpRequest, readBody } from './http.ts';

const typeOf = (header: string) => {
  const type = bodyType(new Map([['content-type', header]]));
  return type.ok ? type.value : type.error.code;
};

describe('what a body says that it is', () => {
  test.each([
    ['application/json', 'application/json'],
    ['Application/JSON ; Charset = "UTF-8"', 'application/json'],
    ['application/json;charset=utf8; profile=x', 'application/json'],
    ['', ''],
  ])('%s is read as %s', (header, type) => {
    expect(typeOf(header)).toBe(type);
  });

  test('is nothing where there is no header', () => {
    expect(bodyType(new Map())).toEqual({ ok: true, value: '' });
  });

  test.each([
    'application/json;charset=utf-7',
    'application/json; charset=utf-16le',
    'application/json;charset=utf-8;charset=utf-7',
    'application/json; CHARSET="utf\\-7"',
    "application/json; charset*=''utf-7",
    'application/json; charset*0=utf; charset*1=-7',
    'application/json; x="; charset=utf-7"',
    'application/json; charset=',
  ])('is not taken where a server could read the bytes otherwise: %s', (header) => {
    expect(typeOf(header)).toBe('not_acceptable');
  });
});

describe('a body', () => {
  const sent = (sizes: readonly number[], declared?: string) => {
    let read = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const size = sizes[read];
        if (size === undefined) return controller.close();
        read += 1;
        controller.enqueue(new Uint8Array(size));
      },
    });
    const request: HttpRequest = {
      method: 'POST',
      path: '/',
      hasQuery: false,
      rawHeaders: declared === undefined ? [] : [['Content-Length', declared]],
      body,
      signal: new AbortController().signal,
    };
    return { request, read: () => read };
  };
  const MIB = 1024 * 1024;

  test('is read to its end within the limit', async () => {
    const { request } = sent([3, 4, 3]);
    expect(await readBody(request, 10)).toMatchObject({ ok: true, value: { bytes: { byteLength: 10 } } });
  });

  test('that is over the limit is refused once its end was read, so that its sender is there to hear of it', async () => {
    const { request, read } = sent([6, 6, 6, 6]);
    expect(await readBody(request, 10)).toMatchObject({ ok: false, error: { code: 'request_too_large' } });
    expect(read()).toBe(4);
  });

  test('that is far beyond the limit is not read on, nor at all where it says so', async () => {
    const endless = sent(Array.from({ length: 100 }, () => MIB));
    expect(await readBody(endless.request, 10)).toMatchObject({ error: { code: 'request_too_large' } });
    expect(endless.read()).toBeLessThan(70);
    const declared = sent([1, 1], String(100 * MIB));
    expect(await readBody(declared.request, 10)).toMatchObject({ error: { code: 'request_too_large' } });
    expect(declared.read()).toBeLessThanOrEqual(1);
  });
});
