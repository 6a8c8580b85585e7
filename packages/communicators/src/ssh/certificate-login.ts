import { createRequire } from 'node:module';
import type { Client, ParsedKey } from 'ssh2';
import { certificateOf, certified, wireString } from './certificate.ts';

/** Message number of a request to be let in. */
const userAuthRequest = 50;

type Sign = (data: Buffer, give: (signature: Buffer) => void) => void;
type OfferKey = (user: string, key: ParsedKey, algorithm?: string | Sign, sign?: Sign) => void;

/** The parts of ssh2's protocol object that a login with a key is made of. */
interface Protocol {
  authPK: OfferKey;
  readonly _kex: { readonly sessionID: Buffer };
  readonly _authsQueue: string[];
  readonly _packetRW: {
    readonly write: {
      readonly allocStart: number;
      alloc(size: number): Buffer;
      finalize(packet: Buffer): Buffer;
    };
  };
}

interface ProtocolTools {
  convertSignature(signature: Buffer, keyType: string): Buffer | false;
  sendPacket(protocol: Protocol, packet: Buffer): void;
}

/**
 * Makes a client that is about to log in use the certificates of keys that have one. ssh2 1.17 knows no
 * certificates: it calls the key, the algorithm and the signature by one and the same name.
 */
export function useCertificates(client: Client): void {
  const protocol = (client as unknown as { readonly _protocol: Protocol })._protocol;
  const offerKey = protocol.authPK.bind(protocol);
  protocol.authPK = (user, key, algorithm, sign) => {
    const certificate = certificateOf(key);
    if (certificate === undefined) offerKey(user, key, algorithm, sign);
    else if (typeof algorithm === 'function') {
      offer(protocol, { user, key, certificate, algorithm: key.type }, algorithm);
    } else {
      offer(protocol, { user, key, certificate, algorithm: algorithm ?? key.type }, sign);
    }
  };
}

interface Offer {
  readonly user: string;
  readonly key: ParsedKey;
  readonly certificate: Buffer;
  readonly algorithm: string;
}

/** Asks whether the certificate would do, or logs in with it when there is something to sign with. */
function offer(protocol: Protocol, { user, key, certificate, algorithm }: Offer, sign?: Sign) {
  const request = Buffer.concat([
    Buffer.from([userAuthRequest]),
    wireString(user),
    wireString('ssh-connection'),
    wireString('publickey'),
    Buffer.from([sign === undefined ? 0 : 1]),
    wireString(certified(algorithm)),
    wireString(certificate),
  ]);
  if (sign === undefined) {
    send(protocol, request);
    return;
  }
  sign(Buffer.concat([wireString(protocol._kex.sessionID), request]), (raw) => {
    const signature = tools().convertSignature(raw, key.type);
    if (signature === false) throw new Error('The signature of the SSH key has an unknown form');
    const named = Buffer.concat([wireString(algorithm), wireString(signature)]);
    send(protocol, Buffer.concat([request, wireString(named)]));
  });
}

function send(protocol: Protocol, payload: Buffer): void {
  const { write } = protocol._packetRW;
  const start = write.allocStart;
  const packet = write.alloc(payload.length);
  packet.set(payload, start);
  protocol._authsQueue.push('publickey');
  tools().sendPacket(protocol, write.finalize(packet));
}

function tools(): ProtocolTools {
  return createRequire(import.meta.url)('ssh2/lib/protocol/utils.js') as ProtocolTools;
}
