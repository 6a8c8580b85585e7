import { readdir, readFile } from 'node:fs/promises';

/** Environment variable by which a machine knows the processes that its commands have started. */
export const machineVariable = 'BAKE_MACHINE_ID';

/**
 * Kills processes that left their command's process group (daemons) but still carry the machine's mark
 * in their environment. Linux only: elsewhere there is no way to look.
 */
export async function killStrays(mark: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  await Promise.all(pids.map((pid) => killIfMarked(pid, mark)));
}

async function killIfMarked(pid: string, mark: string): Promise<void> {
  try {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
    if (environment.split('\0').includes(mark)) process.kill(Number(pid), 'SIGKILL');
  } catch {
    // Ended meanwhile, or another user's: not ours in either case.
  }
}
