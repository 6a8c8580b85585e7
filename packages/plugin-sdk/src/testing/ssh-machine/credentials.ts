import { randomBytes } from 'node:crypto';
import ssh2 from 'ssh2';

/** Keys and names that one machine is made with. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly privateKey: string;
  readonly publicKey: string;
  readonly hostKey: string;
}

type KeyPair = ReturnType<typeof ssh2.utils.generateKeyPairSync>;

/** Fresh ed25519 keys for user and host; a random password unless one is given. */
export function makeCredentials(username = 'bake', password?: string): Credentials {
  const user = makeKeyPair(username);
  return {
    username,
    password: password ?? randomBytes(18).toString('base64url'),
    privateKey: user.private,
    publicKey: user.public,
    hostKey: makeKeyPair('').private,
  };
}

/** ssh2 1.17 makes one pair in 256 that no one can read: it drops zeros at the start of a key. */
function makeKeyPair(comment: string): KeyPair {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment });
    const isReadable = [pair.private, pair.public].every(
      (key) => !(ssh2.utils.parseKey(key) instanceof Error),
    );
    if (isReadable) return pair;
  }
}
