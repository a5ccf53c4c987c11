import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filterJson, honoured, narrowed, readFilter } from './listen-filter.ts';

const request = (notifications: unknown, more: object = {}) =>
  JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'subscriptions/listen',
    params: { _meta: { a: 1, traceparent: 't', progressToken: 'p' }, notifications, ...more },
  });
const left = (text: string, granted: readonly string[], isApproved = false) =>
  Buffer.from(narrowed(Buffer.from(text), { uris: granted, tasks: new Map() }, isApproved)).toString();
const paramsOf = (text: string) => (JSON.parse(text) as { params: Record<string, unknown> }).params;

describe('a filter', () => {
  test('is its lists and its resources, each once', () => {
    const filter = readFilter({
      notifications: {
        toolsListChanged: true,
        promptsListChanged: false,
        resourceSubscriptions: ['b', 'a', 'b'],
      },
    });
    expect(filter).toEqual({ lists: new Set(['tools']), uris: ['b', 'a'], tasks: [] });
  });

  test.each([
    undefined,
    null,
    [],
    'all',
    { toolsListChanged: 1 },
    { resourceSubscriptions: null },
    { resourceSubscriptions: ['a', 1] },
    { resourceSubscriptions: [''] },
    { taskIds: 'a' },
    { taskIds: [1] },
  ])('%j is none', (notifications) => {
    expect(readFilter({ notifications })).toBeNull();
  });
});

describe('what is sent on', () => {
  test('is the same bytes where all was granted', () => {
    const bytes = Buffer.from(request({ toolsListChanged: true, resourceSubscriptions: ['a'] }));
    expect(narrowed(bytes, { uris: ['a'], tasks: new Map() }, false)).toBe(bytes);
  });

  test('has the tasks that were granted, and no list of them where none is left', () => {
    const bytes = Buffer.from(request({ toolsListChanged: true, taskIds: ['t', 'u'] }));
    const sent = (...tasks: readonly (readonly [string, string])[]) =>
      paramsOf(Buffer.from(narrowed(bytes, { uris: [], tasks: new Map(tasks) }, false)).toString())[
        'notifications'
      ];
    expect(sent(['u', 'u'])).toEqual({ toolsListChanged: true, taskIds: ['u'] });
    expect(sent(['t', 'the-server-s'], ['u', 'u'])).toEqual({
      toolsListChanged: true,
      taskIds: ['the-server-s', 'u'],
    });
    expect(sent()).toEqual({ toolsListChanged: true });
  });

  test('has no list of resources where none is left, and nothing that is not named by the specification', () => {
    const text = request(
      { toolsListChanged: true, resourceSubscriptions: ['a', 'b'], taskIds: ['t'] },
      { x: 'y' },
    );
    expect(paramsOf(left(text, []))).toEqual({
      _meta: { a: 1, traceparent: 't', progressToken: 'p' },
      notifications: { toolsListChanged: true },
    });
  });

  test('is without what an approval does not cover', () => {
    const text = request({ resourceSubscriptions: ['a'] });
    expect(paramsOf(left(text, ['a'], true))['_meta']).toEqual({ a: 1 });
  });

  test('names exactly what was granted, whatever else stands there', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 6 }),
        fc.func(fc.boolean()),
        fc.dictionary(
          fc.string().filter((name) => name !== '__proto__' && name !== 'resourceSubscriptions'),
          fc.boolean(),
        ),
        (uris, isGranted, others) => {
          const granted = uris.filter((uri) => isGranted(uri));
          const { notifications } = paramsOf(
            left(request({ ...others, resourceSubscriptions: uris }), granted),
          ) as { notifications: Record<string, unknown> };
          expect(notifications['resourceSubscriptions'] ?? []).toEqual(granted);
          const known = [
            'toolsListChanged',
            'promptsListChanged',
            'resourcesListChanged',
            'resourceSubscriptions',
          ];
          expect(Object.keys(notifications).filter((name) => !known.includes(name))).toEqual([]);
        },
      ),
    );
  });
});

describe('what a server says it took', () => {
  const asked = { lists: new Set(['tools'] as const), uris: ['a'], tasks: ['t'] };

  test('is no more than it was asked', () => {
    const said = {
      toolsListChanged: true,
      promptsListChanged: true,
      resourceSubscriptions: ['b', 'a'],
      taskIds: ['u', 't'],
    };
    expect(filterJson(honoured(said, asked))).toEqual({
      toolsListChanged: true,
      resourceSubscriptions: ['a'],
      taskIds: ['t'],
    });
  });

  test('is nothing where it cannot be read', () => {
    expect(filterJson(honoured({ toolsListChanged: 'yes' }, asked))).toEqual({});
  });
});
