import { timingSafeEqual } from 'node:crypto';
import ssh2, { type AuthContext, type KeyboardAuthContext, type PublicKeyAuthContext } from 'ssh2';
import type { Credentials } from './credentials.ts';
import type { SshLogin } from './machine.ts';

/** Accepts or refuses one try to log in; `onRefusal` hears of every real try that was refused. */
export function authenticate(
  context: AuthContext,
  credentials: Credentials,
  logins: readonly SshLogin[],
  onRefusal: () => void,
): void {
  const refuse = (): void => {
    if (context.method !== 'none') onRefusal();
    context.reject([...logins]);
  };
  if (context.username !== credentials.username || !isOffered(context.method, logins)) {
    refuse();
    return;
  }
  switch (context.method) {
    case 'password':
      decide(context, isSame(context.password, credentials.password), refuse);
      return;
    case 'publickey':
      decide(context, isKeyOf(context, credentials.publicKey), refuse);
      return;
    case 'keyboard-interactive':
      askForPassword(context, credentials.password, refuse);
      return;
    default:
      refuse();
  }
}

function isOffered(method: string, logins: readonly SshLogin[]): boolean {
  return logins.some((login) => login === method);
}

function decide(context: AuthContext, isRight: boolean, refuse: () => void): void {
  if (isRight) context.accept();
  else refuse();
}

function isSame(given: string, wanted: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(wanted);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Without a signature the client only asks whether the key would do. */
function isKeyOf(context: PublicKeyAuthContext, publicKey: string): boolean {
  const key = ssh2.utils.parseKey(publicKey);
  if (key instanceof Error || context.key.algo !== key.type) return false;
  if (!context.key.data.equals(key.getPublicSSH())) return false;
  if (context.signature === undefined || context.blob === undefined) return true;
  return key.verify(context.blob, context.signature, context.hashAlgo) === true;
}

function askForPassword(context: KeyboardAuthContext, password: string, refuse: () => void): void {
  context.prompt({ prompt: 'Password: ', echo: false }, (answers) => {
    decide(context, isSame(answers[0] ?? '', password), refuse);
  });
}
