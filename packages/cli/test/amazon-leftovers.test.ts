import { join } from 'node:path';
import { whyNoMoto, whyNoSshd } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { placeAmazonBuild } from './amazon-builds.ts';
import { type AmazonCloud, leftovers, startAmazonCloud } from './amazon-cloud.ts';
import { runBake, scratch, startBake } from './run-bake.ts';

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
    return placeAmazonBuild(cloud, join(folder.path, `${count}`), 'amazon-ebs');
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
});
