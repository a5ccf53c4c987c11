import { describe, expect, it } from 'vitest';
import { clearedBy, type Exposure, labelsOf } from './exposures.ts';

const by = { until: '', call: 'call_1', agent: 'reader', upstream: 'crm', resource: 'read', at: null };
const own = (label: string): Exposure => ({
  ...by,
  holder: { kind: 'agent', uid: 'agt_1', name: 'reader' },
  label,
});
const person = (key: string, label: string): Exposure => ({
  ...by,
  holder: { kind: 'subject', key, name: 'customer-7' },
  label,
});
const EXPOSURES = [own('secret'), own('pii'), person('sub_1', 'pii'), person('sub_2', 'secret')];

describe('what a declassification from the page of an agent names', () => {
  it('is chosen from the labels of the agent itself', () => {
    expect(labelsOf([...EXPOSURES, person('sub_3', 'elsewhere')])).toEqual(['pii', 'secret']);
  });

  it('is the agent alone, unless the people for whom it received them are meant, too', () => {
    const chosen = { labels: ['pii'], isOfPeople: false };
    expect(clearedBy('reader', EXPOSURES, chosen)).toEqual({
      agent: 'reader',
      subjects: [],
      labels: ['pii'],
    });
  });

  it('names people by their keys, since two may have one name, and only those who have the label', () => {
    const chosen = { labels: ['pii'], isOfPeople: true };
    expect(clearedBy('reader', EXPOSURES, chosen).subjects).toEqual(['sub_1']);
  });
});
