import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random, recordUi } from '@bake/plugin-sdk/testing';
import { afterAll, afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import ebs, { type EbsConfig } from '../src/ebs/component.ts';
import surrogate from '../src/ebssurrogate/component.ts';
import amazonImport from '../src/import/component.ts';
import { decoded } from './decode.ts';
import { type Call, type Conduct, Ec2Server } from './ec2-server.ts';
import {
  type BuildSettings,
  config,
  type Outcome,
  runBuild,
  runBuilder,
  runProcessor,
} from './test-build.ts';
import { Fault } from './world.ts';

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

/** Calls that make something, by what they make. */
const making = ['CreateKeyPair', 'CreateSecurityGroup', 'RunInstances', 'CreateImage', 'CopyImage'];
const makingSpot = ['CreateLaunchTemplate', 'CreateFleet'];
const makingProfiles = [
  'CreateInstanceProfile',
  'CreateRole',
  'PutRolePolicy',
  'AddRoleToInstanceProfile',
];
const policy = { Version: '', Statement: [{ Effect: 'Allow', Action: ['*'], Resource: ['*'] }] };

const full: Partial<EbsConfig> = {
  ami_regions: ['eu-west-1'],
  launch_block_device_mappings: [{ ...nothing(), device_name: '/dev/sdf', volume_size: 1 }],
};

function nothing(): EbsConfig['launch_block_device_mappings'][number] {
  return {
    device_name: '',
    volume_type: undefined,
    volume_size: undefined,
    delete_on_termination: undefined,
    encrypted: undefined,
    kms_key_id: undefined,
    iops: undefined,
    throughput: undefined,
    snapshot_id: undefined,
    virtual_name: undefined,
    no_device: false,
  };
}

/** Options that have an action happen. */
function setFor(action: string): Partial<EbsConfig> {
  if (makingProfiles.includes(action)) {
    return { ...full, temporary_iam_instance_profile_policy_document: policy };
  }
  return makingSpot.includes(action) ? { ...full, spot_price: 'auto' } : full;
}

const makingSurrogates = ['CreateSnapshot', 'RegisterImage'];
const makingImports = ['PutObject', 'CreateMultipartUpload', 'UploadPart', 'ImportImage'];
const all = [...making, ...makingSpot, ...makingProfiles, ...makingSurrogates, ...makingImports];

const folder = mkdtempSync(join(tmpdir(), 'bake-faults-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Imports a file, in parts if it is large. */
function runImport(size: number, given: EbsConfig, settings: BuildSettings): Promise<Outcome> {
  const path = join(folder, 'disk.ova');
  writeFileSync(path, Buffer.alloc(size));
  const shared = Object.entries(given).filter(([name]) => name in amazonImport.config);
  const own = { s3_bucket_name: 'images', ami_name: 'web-1' };
  const config = decoded(amazonImport.config, { ...Object.fromEntries(shared), ...own });
  return runProcessor(amazonImport, config, [path], settings);
}

/** Builds what has an action happen. */
function run(
  action: string,
  set: Partial<EbsConfig> = {},
  settings: BuildSettings = {},
): Promise<Outcome> {
  const given = config(server.address, { ...setFor(action), ...set });
  if (makingImports.includes(action)) {
    return runImport(/Multi|Part/.test(action) ? 9 * 1024 * 1024 : 1000, given, settings);
  }
  if (!makingSurrogates.includes(action)) return runBuild(given, settings);
  const shared = Object.entries(given).filter(([name]) => name in surrogate.config);
  const own = decoded(surrogate.config, {
    ami_virtualization_type: 'hvm',
    launch_block_device_mappings: [{ device_name: '/dev/sdf' }, { device_name: '/dev/sdg' }],
    ami_root_device: { source_device_name: '/dev/sdf', device_name: '/dev/xvda' },
  });
  const devices = own.launch_block_device_mappings;
  const merged = { ...own, ...Object.fromEntries(shared), launch_block_device_mappings: devices };
  return runBuilder(surrogate, { ...merged, ami_virtualization_type: 'hvm' }, settings);
}

/** What `bake cleanup` does with what a killed run has left. */
async function reclaim({ test: { journaled } }: Outcome): Promise<void> {
  const ui = recordUi();
  const { signal } = new AbortController();
  for (const { kind, traces } of journaled.toReversed()) {
    await ebs.remains?.[kind]?.remove(traces, { ui, signal });
  }
}

/** Nothing but the images of a success may be there. */
function expectNothingLeft({ artifact }: Outcome): void {
  const kept = artifact?.id.split(',').map((pair) => pair.split(':')[1] ?? '') ?? [];
  const snapshots = kept.flatMap((id) => server.world.images.get(id)?.snapshots ?? []);
  expect(server.world.left.toSorted()).toEqual([...kept, ...snapshots].toSorted());
}

/** Does something to the first call of an action. */
function once(action: string, conduct: Conduct): (call: Call) => Conduct {
  let isDone = false;
  return (call) => {
    if (isDone || call.action !== action) return 'normal';
    isDone = true;
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
  const outcome = await run(action);
  expect(outcome.failure).toBeUndefined();
  expectNothingLeft(outcome);
});

test.each(all)('%s whose answers are all lost leaves nothing', async (action) => {
  server.conduct = (call) => (call.action === action ? 'cut-after' : 'normal');
  const outcome = await run(action);
  if (outcome.failure !== undefined) {
    expect(String(outcome.failure)).toMatch(/AWS cannot be reached for|InvalidKeyPair.Duplicate/);
  }
  expectNothingLeft(outcome);
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
  const killed = await run(action, set, { isKilled: true });
  server.conduct = () => 'normal';
  if (killed.failure !== undefined) await reclaim(killed);
  expectNothingLeft(killed);
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
  expectNothingLeft(outcome);
});

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
  expectNothingLeft(outcome);
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
  expectNothingLeft(outcome);
});

test('throttling is waited out', async () => {
  let count = 0;
  server.conduct = () =>
    ++count % 6 === 0 ? new Fault('RequestLimitExceeded', 'slow down', 503) : 'normal';
  const outcome = await runBuild(config(server.address, { ...full, max_retries: 10 }));
  expect(outcome.failure).toBeUndefined();
  expectNothingLeft(outcome);
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
  expectNothingLeft(outcome);
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

function below(random: Random, limit: number): number {
  return Math.floor(random.next() * limit);
}

type End = 'succeeded' | 'failed' | 'cancelled' | 'killed';

/** More for a long night: `BAKE_FAULT_RUNS=1000`. */
const runs = Number(process.env['BAKE_FAULT_RUNS'] ?? 15);

test(`${runs} runs with faults, cancels and kills leave nothing behind`, async () => {
  const ends = { succeeded: 0, failed: 0, cancelled: 0, killed: 0 };
  for (let seed = 1; seed <= runs; seed += 1) {
    ends[await faultyRun(new Random(seed), seed)] += 1;
  }
  console.log(`faults: ${JSON.stringify(ends)}`);
}, 600_000);

async function faultyRun(random: Random, seed: number): Promise<End> {
  await server.close();
  server = await Ec2Server.start();
  server.world.slowness = below(random, 3);
  const stop = new AbortController();
  const last = below(random, 60);
  const rate = below(random, 3);
  const isKilled = below(random, 3) === 0;
  let count = 0;
  server.conduct = () => {
    count += 1;
    // A process that is killed calls nothing any more.
    if (count === last) stop.abort(new Error('cancelled'));
    if (below(random, 10) >= rate) return 'normal';
    const faults: readonly Conduct[] = [
      'cut-before',
      'cut-after',
      'fail-after',
      new Fault('RequestLimitExceeded', 'slow', 503),
      new Fault('InternalError', 'oops', 500),
    ];
    return faults[below(random, faults.length)] ?? 'normal';
  };
  const set = {
    ...full,
    tags: { A: 'b' },
    ...(below(random, 2) === 0 ? { skip_save_build_region: true } : {}),
    ...(below(random, 3) === 0 ? { spot_price: 'auto' } : {}),
    ...(below(random, 3) === 0 ? setFor('CreateRole') : {}),
  };
  const given = config(server.address, set);
  const outcome = await runBuild(given, { signal: stop.signal, isKilled });
  server.conduct = () => 'normal';
  const isSuccess = outcome.failure === undefined;
  if (isKilled && isSuccess) await outcome.test.cleanUp('succeeded');
  else if (isKilled || outcome.test.journaled.length > 0) await reclaim(outcome);
  try {
    expectNothingLeft(outcome);
  } catch (error) {
    throw new Error(`seed ${seed}: ${String(error)}`);
  }
  if (isSuccess) return 'succeeded';
  if (isKilled) return 'killed';
  return stop.signal.aborted ? 'cancelled' : 'failed';
}
