import { expect, test } from '@jest/globals';
import ssh2 from 'ssh2';
import { makeCredentials } from '../../src/testing/ssh-machine/credentials.ts';

test('credentials can always be read', () => {
  // ssh2 by itself would fail here nine times in ten.
  for (let n = 0; n < 300; n += 1) {
    const { privateKey, publicKey, hostKey } = makeCredentials();
    const keys = [privateKey, publicKey, hostKey].map((key) => ssh2.utils.parseKey(key));
    expect(keys.filter((key) => key instanceof Error)).toEqual([]);
  }
});

test('credentials are fresh', () => {
  const [a, b] = [makeCredentials(), makeCredentials()];
  expect(a.privateKey).not.toBe(b.privateKey);
  expect(a.password).not.toBe(b.password);
});
