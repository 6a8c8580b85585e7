import { Failure } from '@bake/plugin-sdk';
import type {
  AgentAuthMethod,
  AnyAuthMethod,
  AuthHandlerMiddleware,
  KeyboardInteractiveAuthMethod,
} from 'ssh2';
import { addCertificate } from './certificate.ts';
import type { Interview } from './interview.ts';
import { parsePrivateKey, readKeyFile } from './key-file.ts';

/** A password that the person who watches is asked for when it comes to that. */
interface AskedPassword {
  readonly type: 'asked password';
  readonly username: string;
  readonly interview: Interview;
}

/** A way to log in. */
export type LoginMethod = AnyAuthMethod | AskedPassword;

/** What there is to log in with. */
export interface Login {
  readonly username: string;
  readonly usesAgent: boolean;
  readonly keyFile: string | undefined;
  readonly certificateFile: string | undefined;
  /** Text of a key that the builder made or the template holds. */
  readonly privateKey?: string | undefined;
  /** Also answers the server's questions. */
  readonly password: string | undefined;
  /** Answers what is left. */
  readonly interview?: Interview | undefined;
}

/**
 * The ways to log in, in the order in which Packer tries them: agent, key file, the builder's key,
 * password, password as an answer to the server's questions, the person's answers to them. Throws a `Failure` when a way that the
 * template names can't be gone at all.
 */
export async function loginMethods(login: Login): Promise<readonly LoginMethod[]> {
  const { username, password } = login;
  const methods: LoginMethod[] = [];
  if (login.usesAgent) methods.push(agentMethod(username));
  if (login.keyFile) {
    const key = await readKeyFile(login.keyFile);
    if (login.certificateFile) await addCertificate(key, login.certificateFile);
    methods.push({ type: 'publickey', username, key });
  }
  if (login.privateKey) {
    const key = parsePrivateKey(login.privateKey, 'The private key');
    methods.push({ type: 'publickey', username, key });
  }
  if (password) {
    methods.push({ type: 'password', username, password }, questionsMethod(username, password));
  }
  if (login.interview) {
    methods.push(login.interview.questions(username));
    methods.push({ type: 'asked password', username, interview: login.interview });
  }
  return methods;
}

/** Where the local SSH agent listens, if there is one. */
export function agentSocket(): string | undefined {
  const { SSH_AUTH_SOCK } = process.env;
  return SSH_AUTH_SOCK === '' ? undefined : SSH_AUTH_SOCK;
}

/** For ssh2: hands out the methods one after the other, leaving out those that the server will not take. */
export function offerInTurn(
  methods: readonly LoginMethod[],
  username: string,
): AuthHandlerMiddleware {
  // "none" goes first because its refusal says what the server takes.
  const left: LoginMethod[] = [{ type: 'none', username }, ...methods];
  return (taken, _partial, next) => {
    const index = left.findIndex(({ type }) => isTaken(type, taken));
    const method = index < 0 ? undefined : left.splice(index, 1)[0];
    if (method === undefined) return false;
    if (method.type !== 'asked password') return method;
    const { username, interview } = method;
    interview.givePassword((password) => next({ type: 'password', username, password }));
    return undefined;
  };
}

function isTaken(type: LoginMethod['type'], taken: readonly string[] | null): boolean {
  if (taken === null) return true;
  // Servers that ask themselves have had the person's answer before.
  if (type === 'asked password') {
    return taken.includes('password') && !taken.includes('keyboard-interactive');
  }
  return taken.includes(type === 'agent' ? 'publickey' : type);
}

function agentMethod(username: string): AgentAuthMethod {
  const agent = agentSocket();
  if (agent === undefined) {
    throw new Failure({
      summary: 'There is no SSH agent',
      detail:
        'The template wants to log in with the SSH agent, but SSH_AUTH_SOCK is not. Start an agent and load the key into it, or use another way to log in.',
    });
  }
  return { type: 'agent', username, agent };
}

function questionsMethod(username: string, password: string): KeyboardInteractiveAuthMethod {
  return {
    type: 'keyboard-interactive',
    username,
    prompt: (_name, _instructions, _language, prompts, finish) =>
      finish(prompts.map(() => password)),
  };
}
