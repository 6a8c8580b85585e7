import { mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Random, whyNoMoto, whyNoSshd } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type AmazonCloud, leftovers, startAmazonCloud } from './amazon-cloud.ts';
import { type Finished, runBake, scratch, startBake } from './run-bake.ts';

jest.setTimeout(120_000);
const reason = whyNoSshd() ?? whyNoMoto();
const when = reason === undefined ? describe : describe.skip;
const regions = ['eu-central-1', 'eu-west-1'];

when(`what amazon builds leave behind${reason === undefined ? '' : `: ${reason}`}`, () => {
  const folder = scratch();
  let cloud: AmazonCloud;
  let before: readonly string[];

  beforeAll(async () => {
    cloud = await startAmazonCloud(folder.path);
    before = await leftovers(cloud, regions);
  });
  beforeEach(() => {
    cloud.onCall = async () => undefined;
  });
  afterAll(async () => {
    await cloud?.stop();
    folder.remove();
  });

  let count = 0;
  function place() {
    count += 1;
    const cwd = join(folder.path, `${count}`);
    mkdirSync(cwd);
    const { port } = cloud.sshd.target;
    const template = `
source "amazon-ebs" "web" {
  region              = "eu-central-1"
  custom_endpoint_ec2 = "${cloud.address}"
  ami_name            = "web-${count}"
  ami_regions         = ["eu-west-1"]
  source_ami          = "ami-0ubuntu"
  instance_type       = "t3.micro"
  ssh_username        = "${userInfo().username}"
  ssh_port            = ${port}
  tags                = { Of = "{{ .SourceAMI }}" }
  aws_polling {
    delay_seconds = 1
  }
}
build {
  sources = ["amazon-ebs.web"]
  provisioner "shell" {
    inline = ["echo provisioned"]
  }
}
`;
    writeFileSync(join(cwd, 'main.pkr.hcl'), template);
    const env = {
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret-of-the-test',
      AWS_EC2_METADATA_DISABLED: 'true',
      BAKE_STATE_DIR: join(cwd, 'state'),
    };
    return { cwd, env };
  }

  /** Starts a build and interrupts it as soon as a call has taken effect, before bake hears of it. */
  async function interrupted(action: string, signal: NodeJS.Signals) {
    const settings = place();
    const running = startBake(['build', 'main.pkr.hcl'], settings);
    let hits = 0;
    cloud.onCall = async (call) => {
      if (call.get('Action') !== action || hits > 0) return;
      hits += 1;
      running.process.kill(signal);
      if (signal === 'SIGKILL') await running.finished;
    };
    const end = await running.finished;
    expect(hits).toBe(1);
    cloud.onCall = async () => undefined;
    return { end, settings };
  }

  const actions = [
    'CreateKeyPair',
    'CreateSecurityGroup',
    'RunInstances',
    'StopInstances',
    'CreateImage',
    'CopyImage',
    'CreateTags',
  ];

  test.each(actions)('after kill -9 at %s, bake cleanup removes all', async (action) => {
    const { settings } = await interrupted(action, 'SIGKILL');
    expect(await leftovers(cloud, regions)).not.toEqual(before);
    const cleaned = await runBake(['cleanup'], settings);
    expect(cleaned).toMatchObject({ code: 0, stderr: '' });
    expect(await leftovers(cloud, regions)).toEqual(before);
    expect(cleaned.stdout).not.toContain('secret-of-the-test');
    const again = await runBake(['cleanup'], settings);
    expect(again.code).toBe(0);
  });

  test.each(['RunInstances', 'CreateImage', 'CopyImage'])(
    'after Ctrl-C at %s all is gone',
    async (action) => {
      const { end } = await interrupted(action, 'SIGINT');
      expect(end.code).toBe(1);
      expect(await leftovers(cloud, regions)).toEqual(before);
    },
  );

  /** What may happen to a build at a call of its: a signal, or a machine that is gone. */
  const troubles = ['SIGKILL', 'SIGKILL', 'SIGINT', 'SIGTERM', 'cut'] as const;

  /** Has something happen at a call, any of them, while bake waits for its answer or just after. */
  async function troubled(random: Random) {
    const settings = place();
    const running = startBake(['build', 'main.pkr.hcl'], settings);
    const at = 1 + Math.floor(random.next() * 26);
    const trouble = troubles[Math.floor(random.next() * troubles.length)] ?? 'SIGKILL';
    const delay = random.next() < 0.5 ? 0 : random.next() * 300;
    let count = 0;
    const happen = (): void => {
      if (trouble === 'cut') cloud.sshd.killSessions();
      else running.process.kill(trouble);
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
    const cleaned = await runBake(['cleanup'], settings);
    return { end, cleaned, what: `${trouble} ${Math.round(delay)} ms after call ${at}` };
  }

  /** More for a long night: `BAKE_AMAZON_RUNS=1000`. */
  const runs = Number(process.env['BAKE_AMAZON_RUNS'] ?? 6);
  test(
    `${runs} builds that are interrupted anywhere leave nothing but images of successes`,
    async () => {
      const ends: Record<string, number> = {};
      for (let seed = 1; seed <= runs; seed += 1) {
        const { end, cleaned, what } = await troubled(new Random(seed));
        await forget(imagesOf(end));
        const left = await leftovers(cloud, regions);
        expect([seed, what, cleaned.code, left]).toEqual([seed, what, 0, before]);
        const how = end.code === null ? 'killed' : end.code === 0 ? 'succeeded' : 'failed';
        ends[how] = (ends[how] ?? 0) + 1;
      }
      console.log(`interrupted builds: ${JSON.stringify(ends)}`);
      expect(ends['killed']).toBeGreaterThan(0);
    },
    60_000 + runs * 30_000,
  );

  /** Images of a success, or of a build that had nothing left to do but to clear away when it was killed. */
  function imagesOf({ code, stdout }: Finished): string[] {
    const isDone = code === 0 || (code === null && stdout.includes('Removing the instance'));
    return isDone ? [...stdout.matchAll(/Image: (ami-\w+) in /g)].map(([, id = '']) => id) : [];
  }

  /** Removes the images of a success, with their snapshots. */
  async function forget(images: readonly string[]): Promise<void> {
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
});
