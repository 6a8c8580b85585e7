import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process, told from later ones of the same number. */
export interface ProcessIdentity {
  readonly host: string;
  /** Within which numbers of processes count: containers of one host have spaces of their own. Linux only. */
  readonly space?: string;
  readonly pid: number;
  /** When it was started, in a form of the system's own; absent where that cannot be learned. */
  readonly started?: string;
}

/** What can be told of a process from here; `unknown` is one of another host or another container. */
export type ProcessState = 'running' | 'ended' | 'unknown';

/** This process. */
export function thisProcess(): ProcessIdentity {
  const space = spaceHere();
  const started = startOf(process.pid);
  return {
    host: hostname(),
    ...(space !== undefined && { space }),
    pid: process.pid,
    ...(started !== undefined && { started }),
  };
}

/** Whether the process still runs. */
export function stateOf({ host, space, pid, started }: ProcessIdentity): ProcessState {
  if (host !== hostname()) return 'unknown';
  const boot = bootHere();
  if (boot !== undefined && started !== undefined && !started.startsWith(`${boot}:`))
    return 'ended';
  if (space !== undefined && space !== spaceHere()) return 'unknown';
  if (!exists(pid)) return 'ended';
  const now = startOf(pid);
  return started === undefined || now === undefined || now === started ? 'running' : 'ended';
}

/** Whether there is a process of this number here. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Others' processes exist, too, although they take no signal from us.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Clock ticks since boot, and the boot itself, from Linux' `/proc`; a zombie counts as ended. */
function startOf(pid: number): string | undefined {
  const boot = bootHere();
  const stat = fromSystem(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (boot === undefined || stat === undefined) return undefined;
  // The name, in parentheses, may hold anything; the state and all numbers follow it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? 'ended' : `${boot}:${fields[19]}`;
}

function bootHere(): string | undefined {
  return fromSystem(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
}

function spaceHere(): string | undefined {
  return fromSystem(() => readlinkSync('/proc/self/ns/pid'));
}

/** `undefined` where the system does not tell. */
function fromSystem(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
