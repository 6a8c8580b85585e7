import { describe } from '@jest/globals';
import { startOwnPeer } from './peer.ts';
import { expectSsh } from './ssh-behaviour.ts';
import { expectTransfers } from './transfer-behaviour.ts';

expectSsh(() => startOwnPeer('sftp'));

describe.each(['scp', 'sftp'] as const)('by %s:', (method) => {
  expectTransfers(() => startOwnPeer(method), method);
});
