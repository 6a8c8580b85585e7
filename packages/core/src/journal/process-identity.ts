import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process, told from later ones of the same number. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** When it was started, in a form of the system's own; absent where that cannot be learned. */
  readonly started?: string;
}

/** This process. */
export function thisProcess(): ProcessIdentity {
  const started = startOf(process.pid);
  return { host: hostname(), pid: process.pid, ...(started !== undefined && { started }) };
}

/** Whether the process still runs. On another host that cannot be known, and it is taken for running. */
export function isRunning({ host, pid, started }: ProcessIdentity): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Others' processes exist, too, although they take no signal from us.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = startOf(pid);
  return started === undefined || now === undefined || now === started;
}

/** Clock ticks since boot, and the boot itself, from Linux' `/proc`; a zombie counts as ended. */
function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold anything; the state and all numbers follow it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'ended' : `${boot}:${fields[19]}`;
  } catch {
    return undefined;
  }
}
