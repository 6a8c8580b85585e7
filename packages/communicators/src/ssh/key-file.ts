import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type CommunicatorConfig, Failure, openSshText, systemReason } from '@bake/plugin-sdk';
import ssh2, { type ParsedKey } from 'ssh2';
import { homePath } from './home-path.ts';

/** Reads a private key from a file. Throws a `Failure` when it is missing, encrypted or not a key. */
export async function readKeyFile(file: string): Promise<ParsedKey> {
  const path = await homePath(file);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new Failure({
      summary: 'Cannot read the SSH private key file',
      detail: `Reading "${path}" failed: ${systemReason(error)}.`,
      cause: error,
    });
  }
  return parsePrivateKey(text, `The file "${path}"`);
}

/** The private key that the template gives byte by byte, if it does. */
export function keyText({ ssh_private_key: bytes = [] }: CommunicatorConfig): string | undefined {
  return bytes.length === 0 ? undefined : Buffer.from(bytes).toString();
}

/** Parses a private key; `origin` begins the sentences about it in the `Failure` that it may throw. */
export function parsePrivateKey(text: string, origin: string): ParsedKey {
  if (isEncrypted(text)) throw encryptedKey(origin);
  const parsed = ssh2.utils.parseKey(inKnownForm(text));
  const key = Array.isArray(parsed) ? (parsed[0] as ParsedKey) : parsed;
  if (key instanceof Error) {
    throw /passphrase/i.test(key.message) ? encryptedKey(origin) : badKey(origin, key);
  }
  if (!key.isPrivateKey()) {
    throw new Failure({
      summary: 'The SSH private key file holds a public key',
      detail: `${origin} is the public half of a key pair. Name the file without ".pub".`,
    });
  }
  return key;
}

function isEncrypted(text: string): boolean {
  return /^-----BEGIN ENCRYPTED PRIVATE KEY-----/m.test(text);
}

/** PKCS#8 is beyond ssh2: keys in it are brought into the form of their kind. */
function inKnownForm(text: string): string {
  if (!/^-----BEGIN PRIVATE KEY-----/m.test(text)) return text;
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyType === 'ed25519') return openSshText(key);
    const type = key.asymmetricKeyType === 'ec' ? 'sec1' : 'pkcs1';
    return key.export({ type, format: 'pem' }).toString();
  } catch {
    return text;
  }
}

function encryptedKey(origin: string): Failure {
  return new Failure({
    summary: 'The SSH private key is encrypted',
    detail:
      `${origin} needs a passphrase, which bake cannot ask for. ` +
      'Load the key into an SSH agent and set "ssh_agent_auth = true", or use a key without a passphrase.',
  });
}

function badKey(origin: string, error: Error): Failure {
  return new Failure({
    summary: 'Cannot parse the SSH private key',
    detail:
      `${origin} is not a private key that bake can read (${error.message}). ` +
      'Keys in OpenSSH and PEM form are understood; "ssh-keygen -p -f FILE" brings others into that form.',
    cause: error,
  });
}
