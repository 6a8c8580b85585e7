import { startOwnPeer } from './peer.ts';
import { expectSsh } from './ssh-behaviour.ts';

expectSsh(startOwnPeer);
