import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import {
  type BuildContext,
  type CommunicatorConfig,
  type ConnectTarget,
  Failure,
  type Machine,
  type MachineFacts,
} from '@bake/plugin-sdk';
import type { BuildRun } from './build-run.ts';
import { runProvisioner } from './run-provisioner.ts';

/** What a builder gets: the run context, and the ways to connect and to have the machine provisioned. */
export function builderContext(run: BuildRun, signal: AbortSignal): BuildContext {
  const owner = { kind: 'builders', type: run.build.builder.type } as const;
  const context: BuildContext = {
    ...run.context(owner, signal),
    ...(run.checkpoints !== undefined && { cache: run.checkpoints }),
    step: (step, input) =>
      run.steps.run(step.name, () =>
        run.step('builder', step.name, () => step.run(input, context)),
      ),
    connect: (config, target = {}) =>
      run.steps.run('connect', () =>
        run.step('builder', 'connect', () => connect(config, target, run, signal)),
      ),
    provision(machine, generated) {
      run.data = buildData(machine, generated, run);
      protectFacts(machine.facts, run);
      if (!run.steps.exist) return provision(machine, run, signal);
      prepareErrorCleanup(machine, run);
      return run.steps.run('provision', () => provision(machine, run, signal));
    },
  };
  return context;
}

async function connect(
  config: CommunicatorConfig,
  target: ConnectTarget,
  run: BuildRun,
  signal: AbortSignal,
): Promise<Machine> {
  const { registry } = run.shared.options;
  const owner = { kind: 'communicators', type: config.communicator } as const;
  const { component } = await registry.load(owner.kind, owner.type);
  const either = target.gone === undefined ? signal : AbortSignal.any([signal, target.gone]);
  const communicator = await component.connect(config, target, run.context(owner, either));
  run.cleanups.add('close the connection', () => communicator.close(), { always: true });
  return { communicator, facts: machineFacts(config, target) };
}

function machineFacts(config: CommunicatorConfig, target: ConnectTarget): MachineFacts {
  return config.communicator === 'winrm' ? winrmFacts(config, target) : sshFacts(config, target);
}

function winrmFacts(config: CommunicatorConfig, target: ConnectTarget): MachineFacts {
  const password = target.password ?? config.winrm_password ?? '';
  return {
    Host: target.host ?? config.winrm_host ?? '',
    Port: target.port ?? (config.winrm_port || (config.winrm_use_ssl ? 5986 : 5985)),
    User: target.username ?? config.winrm_username ?? '',
    Password: password,
    ConnType: config.communicator,
    WinRMPassword: password,
  };
}

function sshFacts(config: CommunicatorConfig, target: ConnectTarget): MachineFacts {
  const { ssh_private_key_file: keyFile, ssh_private_key, ssh_public_key } = config;
  const privateKey = target.privateKey ?? readKey(keyFile) ?? textOf(ssh_private_key);
  const publicKey = target.publicKey ?? textOf(ssh_public_key);
  return {
    Host: target.host ?? config.ssh_host ?? '',
    Port: target.port ?? config.ssh_port,
    User: target.username ?? config.ssh_username ?? '',
    Password: target.password ?? config.ssh_password ?? '',
    ConnType: config.communicator,
    SSHPrivateKeyFile: keyFile ?? '',
    SSHAgentAuth: config.ssh_agent_auth,
    ...(privateKey !== undefined && { SSHPrivateKey: privateKey }),
    ...(publicKey !== undefined && { SSHPublicKey: publicKey }),
  };
}

function textOf(bytes: readonly number[] | undefined): string | undefined {
  return bytes?.length ? Buffer.from(bytes).toString() : undefined;
}

/** The communicator has read the file before, so it is there. */
function readKey(path: string | undefined): string | undefined {
  if (!path) return undefined;
  return readFileSync(path.replace(/^~(?=\/|$)/, homedir()), 'utf8');
}

/** Runs what the machine has not had yet. */
async function provision(machine: Machine, run: BuildRun, signal: AbortSignal): Promise<void> {
  const { checkpoints, build, shared } = run;
  if (shared.options.cache?.explain !== undefined) throw noneOf(build.builder.type);
  for (const [index, provisioner] of build.provisioners.entries()) {
    if (index < (checkpoints?.done ?? 0)) continue;
    signal.throwIfAborted();
    const isDone = await runProvisioner(provisioner, machine, run, signal).catch(
      (error: unknown) => {
        if (!signal.aborted) checkpoints?.giveUp(index, 'it failed');
        throw error;
      },
    );
    if (isDone) await checkpoints?.keep(index, machine);
    else checkpoints?.giveUp(index, 'it failed');
  }
  signal.throwIfAborted();
}

/** A builder that did not ask the cache: nothing of it is to be provisioned only to explain that. */
function noneOf(builder: string): Failure {
  return new Failure({
    summary: `The builder ${builder} makes no checkpoints with these options`,
    detail: 'Its builds run all provisioners each time.',
  });
}

/**
 * Runs the error-cleanup-provisioner, while the machine is still there, if the builder fails from now on; a
 * cancel is no failure. As in Packer the line is said even if there is none.
 */
function prepareErrorCleanup(machine: Machine, run: BuildRun): void {
  const { errorCleanup } = run.build;
  const work = async (): Promise<void> => {
    run.ui.say('Provisioning step had errors: Running the cleanup provisioner, if present...');
    if (errorCleanup === undefined) return;
    const { signal } = new AbortController();
    await runProvisioner(errorCleanup, machine, run, signal, 'error-cleanup-provisioner').catch(
      (error: unknown) => {
        run.cleanupFailure = error;
      },
    );
  };
  const isAborted = (): boolean => run.shared.options.onError === 'abort' || run.steps.areAborted;
  run.cleanups.interject(work, ({ failed }) => failed && run.hasFailed && !isAborted());
}

function buildData(
  machine: Machine,
  generated: Readonly<Record<string, unknown>>,
  run: BuildRun,
): Readonly<Record<string, unknown>> {
  const notServed = (what: string): string => `ERR_${what}_NOT_IMPLEMENTED_BY_BUILDER`;
  return {
    ID: notServed('ID'),
    PackerRunUUID: run.shared.runUuid,
    PackerHTTPIP: notServed('HTTP_IP'),
    PackerHTTPPort: notServed('HTTP_PORT'),
    PackerHTTPAddr: notServed('HTTP_ADDR'),
    SSHPublicKey: '',
    SSHPrivateKey: '',
    WinRMPassword: '',
    ...machine.facts,
    ...generated,
  };
}

/**
 * Keeps the machine's key and password out of the output. A short password, or one that is also the
 * user's name (`vagrant`), protects nothing and would only black out ordinary words.
 */
function protectFacts(facts: MachineFacts, run: BuildRun): void {
  const { events } = run.shared;
  if (facts.SSHPrivateKey) events.protect(facts.SSHPrivateKey);
  for (const password of [facts.Password, facts.WinRMPassword ?? '']) {
    if (password.length >= 8 && password !== facts.User) events.protect(password);
  }
}
