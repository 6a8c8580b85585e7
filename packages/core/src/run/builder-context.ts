import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import type {
  BuildContext,
  CommunicatorConfig,
  ConnectTarget,
  Machine,
  MachineFacts,
} from '@bake/plugin-sdk';
import type { BuildRun } from './build-run.ts';
import { runProvisioner } from './run-provisioner.ts';

/** What a builder gets: the run context, and the ways to connect and to have the machine provisioned. */
export function builderContext(run: BuildRun, signal: AbortSignal): BuildContext {
  const context: BuildContext = {
    ...run.context(signal),
    step: (step, input) => run.step('builder', step.name, () => step.run(input, context)),
    connect: (config, target = {}) =>
      run.step('builder', 'connect', () => connect(config, target, run, signal)),
    provision: (machine, generated) => provision(machine, generated, run, signal),
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
  const { component } = await registry.load('communicators', config.communicator);
  const communicator = await component.connect(config, target, run.context(signal));
  run.cleanups.add('close the connection', () => communicator.close(), { always: true });
  return { communicator, facts: machineFacts(config, target) };
}

function machineFacts(config: CommunicatorConfig, target: ConnectTarget): MachineFacts {
  const keyFile = config.ssh_private_key_file;
  const privateKey = target.privateKey ?? (keyFile === undefined ? undefined : readKey(keyFile));
  return {
    Host: target.host ?? config.ssh_host ?? '',
    Port: target.port ?? config.ssh_port,
    User: target.username ?? config.ssh_username ?? '',
    Password: target.password ?? config.ssh_password ?? '',
    ConnType: config.communicator,
    SSHPrivateKeyFile: keyFile ?? '',
    SSHAgentAuth: config.ssh_agent_auth,
    ...(privateKey !== undefined && { SSHPrivateKey: privateKey }),
  };
}

/** The communicator has read the file before, so it is there. */
function readKey(path: string): string {
  return readFileSync(path.replace(/^~(?=\/|$)/, homedir()), 'utf8');
}

async function provision(
  machine: Machine,
  generated: Readonly<Record<string, unknown>>,
  run: BuildRun,
  signal: AbortSignal,
): Promise<void> {
  run.data = buildData(machine, generated, run);
  protectFacts(machine.facts, run);
  const { errorCleanup, provisioners } = run.build;
  if (errorCleanup !== undefined) {
    run.cleanups.add(
      'run the error-cleanup-provisioner',
      (limited) => {
        run.ui.say('Provisioning step had errors: Running the cleanup provisioner, if present...');
        return runProvisioner(errorCleanup, machine, run, limited, 'error-cleanup-provisioner');
      },
      { onFailureOnly: true },
    );
  }
  for (const provisioner of provisioners) {
    signal.throwIfAborted();
    await runProvisioner(provisioner, machine, run, signal);
  }
  signal.throwIfAborted();
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
