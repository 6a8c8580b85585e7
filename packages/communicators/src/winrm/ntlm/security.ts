import { hmacMd5, type Side, sealKey, signKey } from './keys.ts';
import { Rc4 } from './rc4.ts';

/** Bytes of a signature. */
export const signatureLength = 16;

/** Seals what one side sends and opens what the other has sealed, in order (MS-NLMP 3.4). */
export class NtlmSecurity {
  readonly #out: Direction;
  readonly #in: Direction;

  /** `sessionKey` is the exported session key, 16 bytes. */
  constructor(sessionKey: Buffer, side: Side) {
    this.#out = new Direction(sessionKey, side);
    this.#in = new Direction(sessionKey, side === 'client' ? 'server' : 'client');
  }

  /** The signature and, behind it, the sealed message. */
  seal(message: Uint8Array): Buffer {
    const sealed = this.#out.cipher.update(message);
    return Buffer.concat([this.#out.sign(message), sealed]);
  }

  /** The message in what the other side sealed; `undefined` if it was changed on the way. */
  open(sealed: Buffer): Buffer | undefined {
    const message = this.#in.cipher.update(sealed.subarray(signatureLength));
    const signature = this.#in.sign(message);
    return signature.equals(sealed.subarray(0, signatureLength)) ? message : undefined;
  }
}

class Direction {
  readonly cipher: Rc4;
  readonly #signKey: Buffer;
  #count = 0;

  constructor(sessionKey: Buffer, from: Side) {
    this.cipher = new Rc4(sealKey(sessionKey, from));
    this.#signKey = signKey(sessionKey, from);
  }

  /** To be called after the message went through the cipher, which its checksum goes through, too. */
  sign(message: Uint8Array): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32LE(this.#count);
    this.#count += 1;
    const checksum = this.cipher.update(hmacMd5(this.#signKey, count, message).subarray(0, 8));
    return Buffer.concat([Buffer.from([1, 0, 0, 0]), checksum, count]);
  }
}
