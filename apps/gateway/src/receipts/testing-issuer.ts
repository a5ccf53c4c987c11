// A receipt issuer with a key of its own, for tests of what is around it.
import { createReceiptIssuer, type ReceiptIssuer } from './issuer.ts';
import { openReceiptKey } from './key.ts';

const TEST_ORIGIN = 'log.test/one';

export async function createTestIssuer(dataDir: string): Promise<ReceiptIssuer> {
  const key = await openReceiptKey(dataDir, TEST_ORIGIN);
  if (!key.ok) throw new Error(key.error);
  return createReceiptIssuer({ signer: key.value.signer, origin: TEST_ORIGIN, promiseSeconds: 5 });
}
