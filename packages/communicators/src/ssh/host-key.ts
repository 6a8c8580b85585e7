import { createHash, createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Failure, systemReason } from '@bake/plugin-sdk';
import type { Address } from '../network/open-socket.ts';
import { homePath } from './home-path.ts';

/** A line of a known_hosts file that is about a host. */
interface KnownKey {
  readonly type: string;
  readonly key: Buffer;
  readonly isRevoked: boolean;
}

/** The fingerprint of a host key as OpenSSH shows it: `SHA256:` and base64 without padding. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** Throws a `Failure` unless the key has the fingerprint. */
export function checkFingerprint(key: Buffer, wanted: string): void {
  const actual = fingerprintOf(key);
  if (actual === wanted.replace(/=+$/, '')) return;
  throw new Failure({
    summary: 'The machine has another SSH host key than expected',
    detail: `Its key has the fingerprint ${actual}, and "ssh_host_key_fingerprint" is "${wanted}". Either the machine was made anew, or something else answers in its place.`,
  });
}

/** The keys of one host in a known_hosts file. Throws a `Failure` when the file can't be read. */
export class KnownHost {
  readonly #host: string;
  readonly #file: string;
  readonly #keys: readonly KnownKey[];

  private constructor(host: string, file: string, keys: readonly KnownKey[]) {
    this.#host = host;
    this.#file = file;
    this.#keys = keys;
  }

  static async read(file: string, address: Address): Promise<KnownHost> {
    const path = await homePath(file);
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      throw new Failure({
        summary: 'Cannot read the SSH known hosts file',
        detail: `Reading "${path}" failed: ${systemReason(error)}.`,
        cause: error,
      });
    });
    const host = address.port === 22 ? address.host : `[${address.host}]:${address.port}`;
    const keys = text.split('\n').flatMap((line) => parseLine(line, host) ?? []);
    return new KnownHost(host, path, keys);
  }

  /** Kinds of the keys, so that the server can be asked for one of them. */
  get types(): readonly string[] {
    return [...new Set(this.#keys.filter(({ isRevoked }) => !isRevoked).map(({ type }) => type))];
  }

  /** Throws a `Failure` unless the key is known and not revoked. */
  check(key: Buffer): void {
    const same = this.#keys.filter((known) => known.key.equals(key));
    if (same.length > 0 && same.every(({ isRevoked }) => !isRevoked)) return;
    const [summary, why] =
      same.length > 0
        ? ['The SSH host key of the machine is revoked', 'is marked as revoked in']
        : this.types.length > 0
          ? ['The machine has another SSH host key than expected', 'is not the one in']
          : ['The SSH host key of the machine is not known', 'is not in'];
    throw new Failure({
      summary,
      detail: `The key of ${this.#host}, ${fingerprintOf(key)}, ${why} "${this.#file}". Add or replace it there once you have made sure that it is the machine's.`,
    });
  }
}

function parseLine(line: string, host: string): KnownKey | undefined {
  const match = /^\s*(?:(@\S+)\s+)?([^#@\s]\S*)\s+(\S+)\s+([A-Za-z0-9+/=]+)/.exec(line);
  if (match === null) return undefined;
  const [, marker, hosts = '', type = '', data = ''] = match;
  // Host certificates are beyond bake; the authority's key is not the host's.
  if (marker === '@cert-authority' || !isAbout(hosts, host)) return undefined;
  return { type, key: Buffer.from(data, 'base64'), isRevoked: marker === '@revoked' };
}

function isAbout(hosts: string, host: string): boolean {
  const hashed = /^\|1\|([^|]+)\|([^|]+)$/.exec(hosts);
  if (hashed !== null) {
    const [, salt = '', hash = ''] = hashed;
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(host).digest('base64') === hash;
  }
  const patterns = hosts.split(',');
  const matches = (pattern: string): boolean => toRegExp(pattern).test(host);
  const isExcluded = patterns.some((item) => item.startsWith('!') && matches(item.slice(1)));
  return !isExcluded && patterns.some(matches);
}

function toRegExp(pattern: string): RegExp {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${source.replaceAll('?', '.')}$`, 'i');
}
