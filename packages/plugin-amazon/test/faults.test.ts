import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type Call, type Conduct, Ec2Server } from './ec2-server.ts';
import { all, expectNothingLeft, full, reclaim, run } from './fault-builds.ts';
import { config, runBuild } from './test-build.ts';
import { Fault } from './world/act.ts';

/** The first one loads AWS's SDK. */
jest.setTimeout(60_000);

let server: Ec2Server;
const before = { ...process.env };
beforeEach(async () => {
  server = await Ec2Server.start();
  process.env['AWS_ACCESS_KEY_ID'] = 'key';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
});
afterEach(async () => {
  process.env = { ...before };
  await server.close();
});

/** Does something to the first call of an action. */
function once(action: string, conduct: Conduct, and?: () => void): (call: Call) => Conduct {
  let isDone = false;
  return (call) => {
    if (isDone || call.action !== action) return 'normal';
    isDone = true;
    and?.();
    return conduct;
  };
}

test.each(
  all.flatMap((action) =>
    (['cut-after', 'fail-after', 'cut-before'] as const).map(
      (conduct) => [action, conduct] as const,
    ),
  ),
)('%s with %s is made once', async (action, conduct) => {
  server.conduct = once(action, conduct);
  const outcome = await run(server, action);
  expect(outcome.failure).toBeUndefined();
  expectNothingLeft(server, outcome);
});

test.each(all)('%s whose answers are all lost leaves nothing', async (action) => {
  server.conduct = (call) => (call.action === action ? 'cut-after' : 'normal');
  const outcome = await run(server, action);
  if (outcome.failure !== undefined) {
    expect(String(outcome.failure)).toMatch(/AWS cannot be reached for|InvalidKeyPair.Duplicate/);
  }
  expectNothingLeft(server, outcome);
});

test.each([
  ...all,
  'DescribeInstances',
  'StopInstances',
  'AuthorizeSecurityGroupIngress',
  'CreateTags',
])('a killed run with %s before its end is cleaned up', async (action) => {
  server.conduct = (call) => (call.action === action ? 'cut-after' : 'normal');
  const set = { tags: { A: 'b' }, max_retries: 0 };
  const killed = await run(server, action, set, { isKilled: true });
  server.conduct = () => 'normal';
  if (killed.failure !== undefined) await reclaim(killed);
  expectNothingLeft(server, killed);
});

test.each([
  ['InvalidInstanceID.NotFound', 'DescribeInstances', 'InstanceId.1'],
  ['InvalidAMIID.NotFound', 'DescribeImages', 'ImageId.1'],
  ['InvalidGroup.NotFound', 'AuthorizeSecurityGroupIngress', 'GroupId'],
])('%s just after the creation is waited out', async (code, action, parameter) => {
  const seen = new Set<string>();
  server.conduct = (call) => {
    const id = call.params[parameter] ?? '';
    if (call.action !== action || seen.has(id) || !/^(i|ami|sg)-\d+$/.test(id)) return 'normal';
    seen.add(id);
    return new Fault(code, 'not known yet');
  };
  const outcome = await runBuild(config(server.address, full));
  expect(outcome.failure).toBeUndefined();
  expect(seen.size).toBeGreaterThan(0);
  expectNothingLeft(server, outcome);
});

test.each(['PutObject', 'CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'])(
  '%s that is repeated when the build is cancelled does not arrive after the removal',
  async (action) => {
    const stop = new AbortController();
    server.conduct = once(action, 'cut-before', () => stop.abort(new Error('cancelled')));
    const outcome = await run(server, action, {}, { signal: stop.signal });
    expect(String(outcome.failure)).toMatch(/cancelled/);
    expect(outcome.unclean).toBeUndefined();
    // Longer than AWS's SDK waits before it repeats a call.
    await setTimeout(500);
    expectNothingLeft(server, outcome);
  },
);

test('volumes of an instance that was terminated before a crash are known', async () => {
  const stop = new AbortController();
  let terminated = false;
  server.conduct = ({ action }) => {
    if (action === 'RunInstances') stop.abort(new Error('cancelled'));
    if (action === 'TerminateInstances') terminated = true;
    // From here on nothing is heard any more.
    return terminated && action !== 'TerminateInstances' ? 'cut-before' : 'normal';
  };
  const given = config(server.address, { ...full, max_retries: 0 });
  const outcome = await runBuild(given, { signal: stop.signal });
  expect(outcome.unclean).toBeInstanceOf(Error);
  server.conduct = () => 'normal';
  await reclaim(outcome);
  expectNothingLeft(server, outcome);
});

test('snapshots of an image that was deregistered before a crash are known', async () => {
  let isGone = false;
  server.conduct = ({ action }) => {
    if (action === 'DeregisterImage') isGone = true;
    return isGone && action !== 'DeregisterImage' ? 'cut-before' : 'normal';
  };
  server.overrides.set('CreateTags', () => {
    throw new Fault('No', 'no');
  });
  const given = config(server.address, { ...full, tags: { A: 'b' }, max_retries: 0 });
  const outcome = await runBuild(given);
  expect(outcome.unclean).toBeInstanceOf(Error);
  expect(server.world.snapshots.size).toBeGreaterThan(0);
  server.conduct = () => 'normal';
  await reclaim(outcome);
  expectNothingLeft(server, outcome);
});

test('throttling is waited out', async () => {
  let count = 0;
  server.conduct = () =>
    ++count % 6 === 0 ? new Fault('RequestLimitExceeded', 'slow down', 503) : 'normal';
  const outcome = await runBuild(config(server.address, { ...full, max_retries: 10 }));
  expect(outcome.failure).toBeUndefined();
  expectNothingLeft(server, outcome);
}, 120_000);

test('when a copy fails the others are given up, and no image stays', async () => {
  server.world.slowness = 3;
  server.conduct = (call) =>
    call.action === 'CopyImage' && call.region === 'us-east-1'
      ? new Fault('ResourceLimitExceeded', 'too many copies')
      : 'normal';
  const given = config(server.address, { ami_regions: ['eu-west-1', 'us-east-1'] });
  const outcome = await runBuild(given);
  expect(String(outcome.failure)).toMatch(
    /AWS refused CopyImage in us-east-1: ResourceLimitExceeded/,
  );
  expectNothingLeft(server, outcome);
});

test('a key pair of the name that is there already is left alone', async () => {
  server.world.keyPairs.add('mine');
  const outcome = await runBuild(config(server.address, { temporary_key_pair_name: 'mine' }));
  expect(String(outcome.failure)).toMatch(/There is a key pair "mine" already/);
  expect(server.world.left).toEqual(['mine']);
});

test('an image of the name that somebody made meanwhile is left alone', async () => {
  const rival = {
    name: 'web-1',
    region: 'eu-central-1',
    origin: ['sourceInstanceId', 'i-rival'] as const,
    snapshots: [],
    looks: 0,
  };
  server.conduct = (call) => {
    if (call.action === 'CreateImage') server.world.images.set('ami-rival', rival);
    return 'normal';
  };
  const outcome = await runBuild(config(server.address));
  expect(String(outcome.failure)).toMatch(/InvalidAMIName.Duplicate/);
  expect(server.world.left).toEqual(['ami-rival']);
});
