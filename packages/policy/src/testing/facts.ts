// Facts for tests: one ordinary call of a registered agent, to be varied by each test.

import { createHash } from 'node:crypto';

export { crm, getCustomer, ordinaryCall, triage } from '../cases/ordinary.ts';

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');
