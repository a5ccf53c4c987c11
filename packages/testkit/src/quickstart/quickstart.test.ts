import { describe, expect, it } from 'vitest';

import { fleetManifests } from './fleet.ts';
import { narratorOn } from './narrate.ts';
import { render, renderFolder } from './template.ts';

const values = Object.fromEntries(
  ['issuer', 'jwksUri', 'crm', 'payments', 'warehouse', 'mailer', 'everything', 'support'].map((name) => [
    name,
    `http://127.0.0.1:1/${name}`,
  ]),
);
const all = async (folder: 'manifests' | 'later' | 'policies'): Promise<string> =>
  Object.values(await renderFolder(folder, values)).join('---\n');
const namesOf = (kind: string, manifests: string): string[] =>
  [...manifests.matchAll(/^kind: (\w+)\nmetadata: \{ name: ([\w-]+) \}/gm)].flatMap(([, of, name]) =>
    of === kind && name !== undefined ? [name] : [],
  );

describe('the quickstart’s manifests', () => {
  it('are rendered without a hole, and refuse to be rendered with one', async () => {
    expect((await all('manifests')) + (await all('later'))).not.toContain('{{');
    await expect(renderFolder('manifests', {})).rejects.toThrow(/asks for `/);
    expect(() => render('{{toString}}', {})).toThrow(/`toString`/);
  });

  it('register exactly one hundred agents before number 101 comes', async () => {
    const before = namesOf('Agent', `${await all('manifests')}---\n${fleetManifests(5, 100)}`);
    expect(new Set(before).size).toBe(100);
    expect(before).not.toContain('agent-101');
    expect(namesOf('Agent', await all('later'))).toEqual(['agent-101']);
  });

  it('give every agent an owner who is a person in them', async () => {
    const manifests = `${await all('manifests')}---\n${fleetManifests(5, 100)}---\n${await all('later')}`;
    const owners = [...manifests.matchAll(/^ {2}owner: (\w+)$/gm)].map(([, owner]) => owner);
    expect(owners).toHaveLength(namesOf('Agent', manifests).length);
    expect(namesOf('User', manifests)).toEqual(expect.arrayContaining([...new Set(owners)]));
  });
});

describe('the quickstart’s policies', () => {
  it('name no agent and no person', async () => {
    // A team may be called as an agent is: who owns a policy is no part of what it says.
    const policies = (await all('policies')).replaceAll(/^@owner\(.*\)$/gm, '');
    const manifests = `${await all('manifests')}---\n${await all('later')}`;
    expect(policies).not.toMatch(/\b(?:Agent|User)::"/);
    for (const name of [...namesOf('Agent', manifests), ...namesOf('User', manifests)]) {
      expect(policies).not.toContain(`"${name}"`);
    }
  });

  it('carry an id, a description and an owner each, every id once', async () => {
    const policies = await all('policies');
    const count = policies.match(/^(?:permit|forbid) \(/gm)?.length;
    const ids = [...policies.matchAll(/^@id\("([^"]+)"\)$/gm)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(count);
    expect(policies.match(/^@description\("[^"]+"\)$/gm)).toHaveLength(count ?? -1);
    expect(policies.match(/^@owner\("[^"]+"\)$/gm)).toHaveLength(count ?? -1);
  });
});

describe('the narrator', () => {
  const told = (isTTY: boolean): string => {
    let text = '';
    const write = (chunk: unknown): boolean => {
      text += String(chunk);
      return true;
    };
    const narrator = narratorOn({ write, isTTY });
    narrator.scene('Payments');
    narrator.event({ outcome: 'denied', what: 'invoice pays umbrella', sentence: 'because of policy p' });
    return text;
  };

  it('writes plain lines where there is no terminal', () => {
    expect(told(false)).toMatch(/^\nPayments\n {2}denied +invoice pays umbrella\n +because of policy p\n$/);
  });

  it('colours them on one', () => {
    expect(told(true)).toContain('\u001B[31mdenied');
  });
});
