import { describe, expect, it } from 'vitest';
import { clearedBy, type Exposure, labelsOf, peopleWith } from './exposures.ts';

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

  it('is no label that has ended by itself since it was chosen, and nobody because of it', () => {
    const chosen = { labels: ['secret', 'ended'], isOfPeople: true };
    const exposures = [...EXPOSURES, person('sub_3', 'ended')];
    expect(clearedBy('reader', exposures, chosen)).toEqual({
      agent: 'reader',
      subjects: ['sub_2'],
      labels: ['secret'],
    });
  });

  it('is of as many people as one request may name, and no more', () => {
    const people = Array.from({ length: 130 }, (_, at) => person(`sub_${at}`, 'pii'));
    const exposures = [own('pii'), ...people, ...people];
    expect(peopleWith(exposures, ['pii'])).toHaveLength(130);
    const { subjects } = clearedBy('reader', exposures, { labels: ['pii'], isOfPeople: true });
    expect(subjects).toEqual(Array.from({ length: 100 }, (_, at) => `sub_${at}`));
  });
});
