// A process that signs what it is sent, and does nothing else. Arguments: the secret key, and whether it is honest.
import { importNoteSigner } from '@countersign/audit';

const [skey = '', answer = ''] = process.argv.slice(2);
const signer = await importNoteSigner(skey);
if (!signer.ok) throw new Error(signer.error.message);
const { value } = signer;

process.on('message', (message: Uint8Array) => {
  const bytes = answer === 'honest' ? Uint8Array.from(message) : Uint8Array.of(1, 2, 3);
  void value.sign(bytes).then((signature) => process.send?.(signature));
});
