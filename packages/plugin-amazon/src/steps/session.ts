import { setTimeout as sleep } from 'node:timers/promises';
import { SSMClient, StartSessionCommand, TerminateSessionCommand } from '@aws-sdk/client-ssm';
import {
  type BuildContext,
  type ConnectTarget,
  defineStep,
  freePort,
  messageOf,
} from '@bake/plugin-sdk';
import { runProcess } from '@bake/plugin-sdk/process';
import type { Ec2 } from '../aws/ec2.ts';
import { isRefusal } from '../aws/refusal.ts';
import { instancePatience, type Pace, waitFor } from '../aws/wait.ts';
import * as messages from '../messages.ts';
import type { RunConfig } from '../options/run.ts';
import { isListening } from './listening.ts';

/** To which instance, and to which of its ports. */
export interface SessionWish {
  readonly ec2: Ec2;
  readonly instance: string;
  readonly config: RunConfig;
  readonly port: number;
  readonly pace: Pace;
}

const program = 'session-manager-plugin';
const document = 'AWS-StartPortForwardingSession';

/**
 * Opens a session of Systems Manager that leads from a port of this machine to one of the instance. AWS's own program,
 * session-manager-plugin, speaks its protocol.
 */
export const openSession = defineStep<SessionWish, ConnectTarget>({
  name: 'session',
  async run({ ec2, instance, config, port, pace }, context) {
    const { signal, ui } = context;
    await assertProgram(signal);
    if (config.pause_before_ssm) await sleep(config.pause_before_ssm, undefined, { signal });
    const localPort = config.session_manager_port || (await freePort());
    const client = new SSMClient(ec2.settings);
    context.onCleanup('close the connection to Systems Manager', () => client.destroy(), {
      always: true,
    });
    const input = {
      Target: instance,
      DocumentName: document,
      Parameters: { portNumber: [String(port)], localPortNumber: [String(localPort)] },
    };
    ui.say(`Waiting until ${instance} is known to Systems Manager`);
    const session = await waitFor({
      what: `Instance ${instance} in Systems Manager`,
      pace,
      patience: instancePatience,
      signal,
      look: async () => {
        try {
          const started = await client.send(new StartSessionCommand(input), {
            abortSignal: signal,
          });
          return { found: started };
        } catch (error) {
          signal.throwIfAborted();
          if (isRefusal(error, /^TargetNotConnected$/)) return { state: 'not connected' };
          throw messages.asFailure('StartSession', ec2.region, error);
        }
      },
    });
    context.protect(session.TokenValue ?? '');
    context.onCleanup('end the session', async (later) => {
      const command = new TerminateSessionCommand({ SessionId: session.SessionId ?? '' });
      // It ends with the instance at the latest.
      await client.send(command, { abortSignal: later }).catch(() => undefined);
    });
    const { $metadata: _, ...response } = session;
    const gone = lead({ ec2, input, response }, context);
    await isListening(localPort, AbortSignal.any([signal, gone]));
    ui.say(`Connecting through a session, by port ${localPort} of this machine`);
    return { host: 'localhost', port: localPort, gone };
  },
});

/** Older ones would want the session's token as an argument, which everybody on this machine can read. */
const leastVersion = [1, 2, 497];

async function assertProgram(signal: AbortSignal): Promise<void> {
  let said = '';
  const onStdout = (chunk: Uint8Array): void => {
    said += Buffer.from(chunk).toString();
  };
  await runProcess({ program, args: ['--version'], signal, onStdout }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw messages.noSessionProgram(messageOf(error), error);
  });
  const version = said.trim().split('.').map(Number);
  const index = leastVersion.findIndex((least, at) => (version[at] ?? 0) !== least);
  if (index >= 0 && (version[index] ?? 0) < (leastVersion[index] ?? 0)) {
    throw messages.noSessionProgram(`${said.trim()} is too old`, undefined);
  }
}

interface Lead {
  readonly ec2: Ec2;
  readonly input: object;
  readonly response: object;
}

/** Lets the program lead through the session, until the build ends. Gives what aborts when it ends before. */
function lead({ ec2, input, response }: Lead, context: BuildContext): AbortSignal {
  const gone = new AbortController();
  const stop = new AbortController();
  const { region, settings } = ec2;
  const variable = 'AWS_SSM_START_SESSION_RESPONSE';
  let complaint = '';
  const ended = runProcess({
    program,
    args: [
      variable,
      region,
      'StartSession',
      settings.profile ?? '',
      JSON.stringify(input),
      settings.endpoint ?? `https://ssm.${region}.amazonaws.com`,
    ],
    env: { [variable]: JSON.stringify(response) },
    signal: stop.signal,
    onStderr: (chunk) => {
      complaint = `${complaint}${Buffer.from(chunk).toString()}`.slice(-500);
    },
  }).then(
    ({ exitCode }) => gone.abort(messages.sessionEnded(exitCode, complaint.trim())),
    (error: unknown) => gone.abort(error),
  );
  context.onCleanup(
    `end ${program}`,
    async () => {
      stop.abort();
      await ended;
    },
    { always: true },
  );
  return gone.signal;
}
