import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  Failure,
  type Machine,
  makeKeyPair,
  type RunContext,
  systemReason,
} from '@bake/plugin-sdk';
import { startProxy } from '../proxy/proxy.ts';
import { TemporaryFolders } from '../proxy/temporary-folders.ts';
import { keyTypes } from './check.ts';
import type { AnsibleConfig } from './component.ts';
import { DirectTraces } from './direct-traces.ts';
import { endSharedConnections } from './shared-connections.ts';
import type { Workspace } from './workspace.ts';

/** How Ansible reaches the machine. */
export interface Route {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** It goes through bake. */
  readonly isProxied: boolean;
  /** Modules may be put into the machine's shell in place of files. */
  readonly isPipelined: boolean;
  /** Ansible speaks WinRM itself. */
  readonly isWinrm: boolean;
  /** File of the private key that it logs in with, if it is known. */
  readonly keyFile: string | undefined;
  /** Password that it logs in with, where there is no key. */
  readonly password: string | undefined;
  /** Nobody but this run knows the host key: it is not checked against the user's own list. */
  readonly isKeyOwn: boolean;
  /** What goes past bake. */
  readonly traces?: DirectTraces;
  /** Ends what was set up for it, and what Ansible has left on the machine when it was killed. */
  close(wasKilled: boolean): Promise<void>;
}

/** Finds how Ansible is to reach the machine, and sets up bake's own side where it goes through that. Rejects with a `Failure`. */
export async function makeRoute(
  ansible: AnsibleConfig,
  machine: Machine,
  workspace: Workspace,
  context: RunContext,
): Promise<Route> {
  const { ConnType, Host } = machine.facts;
  const hasAddress = Host !== '' && (ConnType === 'ssh' || ConnType === 'winrm');
  if (hasAddress && !(ansible.use_proxy ?? ConnType !== 'winrm')) {
    return direct(ansible, machine, workspace, context);
  }
  if (ansible.use_proxy === false) {
    context.ui.say('There is no address that Ansible could connect to: it goes through bake.');
  }
  return proxied(ansible, machine, workspace, context);
}

async function direct(
  ansible: AnsibleConfig,
  machine: Machine,
  workspace: Workspace,
  context: RunContext,
): Promise<Route> {
  const { facts } = machine;
  const isWinrm = facts.ConnType === 'winrm';
  const keyFile = isWinrm ? undefined : await keyFileOf(facts, workspace);
  const password = isWinrm ? (facts.WinRMPassword ?? facts.Password) : facts.Password;
  const usesPassword = isWinrm || (keyFile === undefined && !facts.SSHAgentAuth);
  const user = ansible.user || facts.User;
  const traces = isWinrm ? undefined : new DirectTraces(machine, user);
  const removal = context.onCleanup(
    'remove what Ansible has left on the machine',
    async (signal) => traces?.remove(signal),
    { always: true, onFailureOnly: true },
  );
  const end = (): Promise<void> => endSharedConnections(workspace, facts.Host);
  const cleanup = context.onCleanup('end the connections of Ansible', end, { always: true });
  return {
    host: facts.Host,
    port: facts.Port,
    user,
    isProxied: false,
    isPipelined: false,
    isWinrm,
    keyFile,
    password: usesPassword && password !== '' ? password : undefined,
    isKeyOwn: true,
    ...(traces && { traces }),
    async close(wasKilled) {
      await cleanup.now();
      if (wasKilled) return removal.now();
      removal.dismiss();
    },
  };
}

async function keyFileOf(
  { SSHPrivateKeyFile, SSHPrivateKey }: Machine['facts'],
  workspace: Workspace,
): Promise<string | undefined> {
  if (SSHPrivateKeyFile) return SSHPrivateKeyFile;
  if (!SSHPrivateKey) return undefined;
  const path = join(workspace.path, 'key');
  await workspace.write(path, SSHPrivateKey.replace(/\n?$/, '\n'));
  return path;
}

async function proxied(
  ansible: AnsibleConfig,
  machine: Machine,
  workspace: Workspace,
  context: RunContext,
): Promise<Route> {
  context.ui.say('Setting up proxy adapter for Ansible....');
  const { hostKey, userKey, keyFile } = await keysOf(ansible, workspace);
  const isWindows = machine.facts.ConnType === 'winrm';
  const user = ansible.user || machine.facts.User || (await userOn(machine, context));
  const folders = new TemporaryFolders();
  const removal = context.onCleanup(
    'remove the temporary folders of Ansible from the machine',
    (signal) => folders.remove(machine, signal),
    { always: true, onFailureOnly: true },
  );
  const proxy = await startProxy({
    communicator: machine.communicator,
    onCommand: (command) => folders.note(command),
    isWindows,
    sftpCommand: ansible.sftp_command || undefined,
    spool: workspace.path,
    firstPort: ansible.local_port ?? 0,
    hostKey,
    userKey,
  });
  const cleanup = context.onCleanup('stop the proxy for Ansible', () => proxy.close(), {
    always: true,
  });
  return {
    host: '127.0.0.1',
    port: proxy.port,
    user,
    isProxied: true,
    isPipelined: !isWindows,
    isWinrm: false,
    keyFile,
    password: undefined,
    isKeyOwn: !ansible.ssh_host_key_file,
    async close(wasKilled) {
      await cleanup.now();
      if (wasKilled) return removal.now();
      // What it leaves otherwise is meant to stay (`ANSIBLE_KEEP_REMOTE_FILES`).
      removal.dismiss();
    },
  };
}

/** A container has a user, and no name that bake logs in with. */
async function userOn({ communicator }: Machine, { signal }: RunContext): Promise<string> {
  const said: Uint8Array[] = [];
  const onStdout = (chunk: Uint8Array): void => void said.push(chunk);
  await communicator.run({ command: 'id -un', onStdout, signal });
  return Buffer.concat(said).toString().trim() || 'root';
}

/** The keys of bake's side and of Ansible: the user's own, or such that live as long as the run. */
async function keysOf(ansible: AnsibleConfig, workspace: Workspace) {
  const wanted = ansible.ansible_proxy_key_type.toLowerCase();
  const type = keyTypes.find((known) => known === wanted) ?? 'ed25519';
  const pair = { type, comment: 'bake-ansible', ...(type === 'rsa' ? { bits: 2048 } : {}) };
  const hostKey = ansible.ssh_host_key_file
    ? await readKey(ansible.ssh_host_key_file)
    : (await makeKeyPair(pair)).privateKey;
  const own = ansible.ssh_authorized_key_file;
  if (own) return { hostKey, userKey: await readKey(own), keyFile: await privateBeside(own) };
  const { privateKey, publicKey } = await makeKeyPair(pair);
  const keyFile = join(workspace.path, 'key');
  await workspace.write(keyFile, privateKey);
  return { hostKey, userKey: publicKey, keyFile };
}

async function privateBeside(publicFile: string): Promise<string | undefined> {
  if (!publicFile.endsWith('.pub')) return undefined;
  const path = publicFile.slice(0, -'.pub'.length);
  return stat(path).then(
    () => path,
    () => undefined,
  );
}

async function readKey(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new Failure({
      summary: `Could not read the key "${path}": ${systemReason(error)}`,
      detail: 'The file was there when the template was checked.',
      cause: error,
    });
  });
}
