import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { Random, whyNoMoto, whyNoSshd } from '@bake/plugin-sdk/testing';
import { afterAll, describe, expect, test } from '@jest/globals';
import { placeAmazonBuild, regions } from './amazon-builds.ts';
import { type AmazonCloud, leftovers, type Mishap, startAmazonCloud } from './amazon-cloud.ts';
import { type Finished, runBake, scratch, startBake } from './run-bake.ts';

const reason = whyNoSshd() ?? whyNoMoto();
const when = reason === undefined ? describe : describe.skip;

/** What may happen to a build at a call of its: a signal, a machine that is gone, or nothing. */
const troubles = ['SIGKILL', 'SIGKILL', 'SIGINT', 'SIGTERM', 'cut', 'none'] as const;

/** What may befall its calls besides. */
const mishaps: readonly Mishap[] = ['cut before', 'cut after', 'fails after', 'throttled', 'fails'];

/** More for a long night: `BAKE_AMAZON_RUNS=1000`. */
const runs = Number(process.env['BAKE_AMAZON_RUNS'] ?? 8);

when(`amazon builds in trouble${reason === undefined ? '' : `: ${reason}`}`, () => {
  const folder = scratch();
  afterAll(() => folder.remove());

  test(
    `${runs} builds that are interrupted anywhere leave nothing but images of successes`,
    async () => {
      const ends: Record<string, number> = {};
      const wrong: unknown[] = [];
      let next = 1;
      // They wait most of the time.
      const worker = async (): Promise<void> => {
        const home = mkdtempSync(join(folder.path, 'cloud-'));
        const cloud = await startAmazonCloud(home);
        try {
          for (let seed = next++; seed <= runs; seed = next++) {
            const run = await troubled(cloud, new Random(seed), join(home, `${seed}`));
            if (run.cleaned.code !== 0 || run.left.length > 0) wrong.push({ seed, ...run });
            ends[run.how] = (ends[run.how] ?? 0) + 1;
          }
        } finally {
          await cloud.stop();
        }
      };
      await Promise.all(Array.from({ length: Math.min(4, Math.ceil(runs / 4)) }, worker));
      console.log(`builds in trouble: ${JSON.stringify(ends)}`);
      expect(wrong).toEqual([]);
      expect(ends['killed']).toBeGreaterThan(0);
    },
    60_000 + runs * 30_000,
  );
});

/** Has something happen at a call, any of them, while bake waits for its answer or just after. */
async function troubled(cloud: AmazonCloud, random: Random, cwd: string) {
  const before = await leftovers(cloud, regions);
  const builder = random.pick(['amazon-ebs', 'amazon-ebs', 'amazon-ebssurrogate'] as const);
  const settings = placeAmazonBuild(cloud, cwd, builder);
  const at = 1 + Math.floor(random.next() * 30);
  const trouble = random.pick(troubles);
  const delay = random.next() < 0.5 ? 0 : random.next() * 300;
  const rate = random.pick([0, 0, 0.1, 0.25]);
  cloud.mishap = () => (random.next() < rate ? random.pick(mishaps) : undefined);
  const running = startBake(['build', 'main.pkr.hcl'], settings);
  let count = 0;
  const happen = (): void => {
    if (trouble === 'cut') cloud.sshd.killSessions();
    else if (trouble !== 'none') running.process.kill(trouble);
  };
  cloud.onCall = async () => {
    count += 1;
    if (count !== at) return;
    if (delay > 0) setTimeout(happen, delay);
    else happen();
    // What has taken effect by then is never answered.
    if (trouble === 'SIGKILL' && delay === 0) await running.finished;
  };
  const end = await running.finished;
  cloud.onCall = async () => undefined;
  cloud.mishap = () => undefined;
  const cleaned = await runBake(['cleanup'], settings);
  await forget(cloud, keptImages(end, cleaned));
  const left = (await leftovers(cloud, regions)).filter((id) => !before.includes(id));
  const what = `${builder}: ${trouble} ${Math.round(delay)} ms after call ${at}, faults ${rate}`;
  const how = end.code === null ? 'killed' : end.code === 0 ? 'succeeded' : 'failed';
  return { what, how, left, end, cleaned };
}

/** Images of a success, or of a build that was killed when it had nothing left to do but to clear away. */
function keptImages({ code, stdout }: Finished, cleaned: Finished): string[] {
  const isWhole = stdout.split('Setting attributes and tags of ').length > regions.length;
  const isKept = code === null && isWhole && !cleaned.stdout.includes('removed: image');
  if (code !== 0 && !isKept) return [];
  return [...stdout.matchAll(/Image: (ami-\w+) in /g)].map(([, id = '']) => id);
}

/** Removes the images of a success, with their snapshots. */
async function forget(cloud: AmazonCloud, images: readonly string[]): Promise<void> {
  for (const region of regions) {
    for (const id of images) {
      const named = { Action: 'DescribeImages', 'ImageId.1': id };
      const snapshots = await cloud.ask(region, named, 'snapshotId').catch(() => []);
      if (snapshots.length === 0) continue;
      await cloud.ask(region, { Action: 'DeregisterImage', ImageId: id }, 'return');
      for (const SnapshotId of snapshots) {
        await cloud.ask(region, { Action: 'DeleteSnapshot', SnapshotId }, 'return');
      }
    }
  }
}
