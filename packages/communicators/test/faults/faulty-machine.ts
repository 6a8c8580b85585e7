import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { type FaultyLine, type Sshd, startFaultyLine, startSshd } from '@bake/plugin-sdk/testing';
import { eventually } from '../eventually.ts';
import type { FaultCase } from './fault-case.ts';

/** A real sshd that runs take turns at, and what can be done to it. */
export class FaultyMachine {
  readonly sshd: Sshd;
  readonly #bastion: Sshd;
  #fullDisk: string | undefined;

  private constructor(sshd: Sshd, bastion: Sshd) {
    this.sshd = sshd;
    this.#bastion = bastion;
  }

  static async start(): Promise<FaultyMachine> {
    return new FaultyMachine(await startSshd(['MaxStartups 500']), await startSshd());
  }

  get bastion(): Sshd {
    return this.#bastion;
  }

  /** The way to it on which the trouble of a case is, to the bastion if it goes through that. */
  line({ trouble, lasts, isThroughBastion }: FaultCase): Promise<FaultyLine> {
    const { host = '', port = 0 } = (isThroughBastion ? this.#bastion : this.sshd).target;
    return startFaultyLine({ host, port }, (nth) =>
      trouble.kind === 'line' && nth <= lasts ? trouble.conduct : {},
    );
  }

  /** Sends the signal of a case in its time; gives how to call that off. */
  signalLater({ trouble }: FaultCase): () => void {
    if (trouble.kind !== 'signal') return () => undefined;
    const timer = setTimeout(() => this.sshd.signalSessions(trouble.signal), trouble.after);
    return () => clearTimeout(timer);
  }

  /** A folder with room for 64 KiB; mounting it takes rights that not every tester has. */
  async fullDisk(): Promise<string> {
    if (this.#fullDisk === undefined) {
      const folder = this.sshd.remote('full-disk');
      await mkdir(folder);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'bake-test', folder]);
      this.#fullDisk = folder;
    }
    return this.#fullDisk;
  }

  /** Waits until no connection is served any more; frozen ones may go on for that. */
  async untilQuiet(): Promise<void> {
    this.sshd.signalSessions('SIGCONT');
    await eventually(async () => this.sshd.sessions() + this.#bastion.sessions() === 0);
  }

  async stop(): Promise<void> {
    if (this.#fullDisk !== undefined) execFileSync('umount', [this.#fullDisk]);
    await Promise.all([this.sshd.stop(), this.#bastion.stop()]);
  }
}

/** Why disks can't be full here, if they can't. */
export function whyNoFullDisk(): string | undefined {
  if (process.getuid?.() !== 0) return 'mounting a small disk takes root';
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', '-o', 'size=64k', 'x', '/mnt'], {
      stdio: 'ignore',
    });
    return undefined;
  } catch {
    return 'root may not mount here';
  }
}
