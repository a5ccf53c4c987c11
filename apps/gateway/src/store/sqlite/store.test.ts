import { describeStoreContract } from '../contract.ts';
import { createTestFolder } from './testing/folder.ts';

describeStoreContract('embedded SQLite', async () => {
  const folder = await createTestFolder();
  return { ...folder, open: () => folder.open(), remove: async () => folder.remove() };
});
