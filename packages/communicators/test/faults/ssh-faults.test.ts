import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { whyNoSshd } from '@bake/plugin-sdk/testing';
import { expect, test } from '@jest/globals';
import { describeCase, type FaultCase, faultCase } from './fault-case.ts';
import { faultRun, type Verdict } from './fault-run.ts';
import { FaultyMachine, whyNoFullDisk } from './faulty-machine.ts';

const reason = whyNoSshd();
const env = process.env as {
  BAKE_FAULTS?: string;
  BAKE_FAULT_SEED?: string;
  BAKE_FAULT_SECONDS?: string;
  TMPDIR?: string;
};
const count = Number(env.BAKE_FAULTS ?? 500);
const firstSeed = Number(env.BAKE_FAULT_SEED ?? 1);
const seconds = Number(env.BAKE_FAULT_SECONDS ?? 240);
/** Runs at the same time, which for the most part wait. */
const width = 10;

if (reason === undefined) registerTests();
else {
  console.warn(`SKIPPED: faults of SSH connections: ${reason}`);
  test.skip(`faults: ${reason}`, () => undefined);
}

interface Judged {
  readonly run: FaultCase;
  readonly verdict: Verdict;
}

/** Does the runs, several at a time, until they are done or the time is up. */
async function doRuns(cases: readonly FaultCase[]): Promise<readonly Judged[]> {
  const left = [...cases];
  const done: Judged[] = [];
  const end = Date.now() + seconds * 1000;
  const work = async (): Promise<void> => {
    const machine = await FaultyMachine.start();
    try {
      for (let run = left.shift(); run !== undefined && Date.now() < end; run = left.shift()) {
        done.push({ run, verdict: await faultRun(run, machine) });
      }
    } finally {
      await machine.stop();
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, cases.length) }, work));
  return done;
}

function casesHere(): readonly FaultCase[] {
  const cases = Array.from({ length: count }, (_, n) => faultCase(firstSeed + n));
  const noFullDisk = whyNoFullDisk();
  if (noFullDisk === undefined) return cases;
  console.warn(`SKIPPED: runs with a full disk: ${noFullDisk}`);
  return cases.filter(({ trouble }) => trouble.kind !== 'disk full');
}

function registerTests(): void {
  test(
    'work over a faulty line ends in success or one clear error, and leaves nothing behind',
    async () => {
      const outer = env.TMPDIR;
      const folder = await mkdtemp(join(tmpdir(), 'bake-faults-'));
      env.TMPDIR = folder;
      const stray: unknown[] = [];
      const onStray = (error: unknown): void => void stray.push(error);
      process.on('unhandledRejection', onStray).on('uncaughtException', onStray);
      const before = resources();
      const cases = casesHere();
      const judged = await doRuns(cases);
      await sleep(300);
      process.off('unhandledRejection', onStray).off('uncaughtException', onStray);
      if (outer === undefined) delete env.TMPDIR;
      else env.TMPDIR = outer;
      if (judged.length < cases.length) {
        console.warn(
          `SKIPPED: ${cases.length - judged.length} of ${cases.length} runs: the time was up`,
        );
      }
      console.info(summaryOf(judged));
      expect(wrongOnes(judged)).toEqual([]);
      expect(stray).toEqual([]);
      expect(await readdir(folder)).toEqual([]);
      expect(withoutThose(resources(), before)).toEqual([]);
      await rm(folder, { recursive: true });
    },
    (seconds + 120) * 1000,
  );
}

function wrongOnes(judged: readonly Judged[]): readonly string[] {
  const wrong = judged.filter(({ run, verdict }) => {
    if (verdict.outcome === 'wrong') return true;
    return run.trouble.kind === 'none' && verdict.outcome !== 'success';
  });
  return wrong.map(({ run, verdict }) => `${describeCase(run)}\n  ${verdict.said}`);
}

function summaryOf(judged: readonly Judged[]): string {
  const counts = new Map<string, number>();
  for (const { run, verdict } of judged) {
    const what = `${nameOf(run)}: ${verdict.outcome}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  const lines = [...counts].sort().map(([what, number]) => `${what} ${number}`);
  return `${judged.length} runs\n${lines.join('\n')}`;
}

function nameOf({ trouble }: FaultCase): string {
  if (trouble.kind === 'signal') return trouble.signal;
  if (trouble.kind !== 'line') return trouble.kind;
  const { refused, fault, bytesPerSecond } = trouble.conduct;
  if (refused) return 'refused';
  return fault === undefined ? `${bytesPerSecond} bytes a second` : fault.kind;
}

function resources(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => /TCP|Pipe|Process|Timeout/.test(kind));
}

/** Other files' tests may have run in this process before. */
function withoutThose(left: readonly string[], before: readonly string[]): readonly string[] {
  const rest = [...left];
  for (const kind of before) {
    const index = rest.indexOf(kind);
    if (index >= 0) rest.splice(index, 1);
  }
  return rest;
}
