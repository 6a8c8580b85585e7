import { generateKeyPairSync } from 'node:crypto';
import { type Acts, Fault } from './act.ts';

/** A pair that all temporary key pairs are. */
export const pair = generateKeyPairSync('rsa', {
  modulusLength: 1024,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});

/** Key pairs by their names. */
export const keyPairActs: Acts = {
  DescribeKeyPairs: ({ params }, { keyPairs }) => {
    const name = params['KeyName.1'] ?? '';
    if (!keyPairs.has(name)) throw new Fault('InvalidKeyPair.NotFound', name);
    return { keySet: [{ keyName: name }] };
  },
  CreateKeyPair: ({ params }, { keyPairs }) => {
    const name = params['KeyName'] ?? '';
    if (keyPairs.has(name)) throw new Fault('InvalidKeyPair.Duplicate', name);
    keyPairs.add(name);
    return { keyName: name, keyPairId: `id-${name}`, keyMaterial: pair.privateKey };
  },
  DeleteKeyPair: ({ params }, { keyPairs }) => ({
    return: keyPairs.delete(params['KeyName'] ?? ''),
  }),
};
