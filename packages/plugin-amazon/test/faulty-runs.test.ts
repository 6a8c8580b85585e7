import { Random } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, test } from '@jest/globals';
import { type Conduct, Ec2Server } from './ec2-server.ts';
import { expectNothingLeft, full, reclaim, run, setFor } from './fault-builds.ts';
import { Fault } from './world/act.ts';

const before = { ...process.env };
beforeAll(() => {
  process.env['AWS_ACCESS_KEY_ID'] = 'key';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
});
afterAll(() => {
  process.env = { ...before };
});

function below(random: Random, limit: number): number {
  return Math.floor(random.next() * limit);
}

type End = 'succeeded' | 'failed' | 'cancelled' | 'killed';

/** More for a long night: `BAKE_FAULT_RUNS=1000`. */
const runs = Number(process.env['BAKE_FAULT_RUNS'] ?? 80);

test(`${runs} runs with faults, cancels and kills leave nothing behind`, async () => {
  const metadata = await Ec2Server.start();
  process.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] = metadata.address;
  const ends = { succeeded: 0, failed: 0, cancelled: 0, killed: 0 };
  let next = 1;
  // They wait most of the time.
  const worker = async (): Promise<void> => {
    for (let seed = next++; seed <= runs; seed = next++) {
      ends[await faultyRun(new Random(seed), seed)] += 1;
    }
  };
  await Promise.all(Array.from({ length: 10 }, worker)).finally(() => metadata.close());
  console.log(`faults: ${JSON.stringify(ends)}`);
}, 1_800_000);

/** What makes each builder and the post-processor do its work, the one that is used most more often. */
const kinds = [
  ...['CreateImage', 'CreateImage', 'RegisterImage', 'ImportImage', 'CreateVolume'],
  ...['ebsvolume', 'instance', 'UploadPart'],
];

async function faultyRun(random: Random, seed: number): Promise<End> {
  const server = await Ec2Server.start();
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
  const isCut = below(random, 8) === 0;
  const provision = async (): Promise<void> => {
    if (isCut) throw new Error('the connection was cut');
  };
  const kind = kinds[below(random, kinds.length)] ?? '';
  const outcome = await run(server, kind, set, { signal: stop.signal, isKilled, provision });
  server.conduct = () => 'normal';
  const isSuccess = outcome.failure === undefined;
  if (isKilled && isSuccess) await outcome.test.cleanUp('succeeded');
  else if (isKilled || outcome.test.journaled.length > 0) await reclaim(outcome);
  try {
    expectNothingLeft(server, outcome);
  } catch (error) {
    throw new Error(`seed ${seed}, ${kind}: ${String(error)}`);
  } finally {
    await server.close();
  }
  if (isSuccess) return 'succeeded';
  if (isKilled) return 'killed';
  return stop.signal.aborted ? 'cancelled' : 'failed';
}
