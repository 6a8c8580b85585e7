import {
  type Builder,
  type ConfigSchema,
  communicatorOptions,
  withDefaults,
} from '@bake/plugin-sdk';
import { localCertificate } from '@bake/plugin-sdk/testing';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  jest,
  test,
} from '@jest/globals';
import ebs from '../src/ebs/component.ts';
import surrogate from '../src/ebssurrogate/component.ts';
import ebsVolume from '../src/ebsvolume/component.ts';
import { decoded } from './decode.ts';
import { Ec2Server } from './ec2-server.ts';
import { access, patience } from './rows/access.ts';
import { devices } from './rows/devices.ts';
import { fastLaunch } from './rows/fast-launch.ts';
import { image } from './rows/image.ts';
import { instance, temporaryProfiles } from './rows/instance.ts';
import { login } from './rows/login.ts';
import { network, source } from './rows/network.ts';
import { expectCall, type Given, type Row } from './rows/row.ts';
import { spot } from './rows/spot.ts';
import { ofSurrogates, root } from './rows/surrogates.ts';
import { ofVolumes } from './rows/volumes.ts';
import { config, runBuild, runBuilder } from './test-build.ts';

/** The first one loads AWS's SDK. */
jest.setTimeout(60_000);

const shared = [
  ...access,
  ...patience,
  ...image,
  ...source,
  ...network,
  ...instance,
  ...temporaryProfiles,
  ...spot,
  ...devices,
  ...login,
];
const rows = [...shared, ...fastLaunch];

/** Rows that show in the image, which not every builder makes. */
function showsInImage({ shows }: Row): boolean {
  return /^(run_tags?|spot_price)/.test([shows].flat()[0] ?? '');
}

const notOfSurrogates = /^(ena_support|sriov_support|no_ephemeral|skip_create_ami)/;
const rowsOfSurrogates = [
  ...shared
    .filter(({ shows }) => !notOfSurrogates.test([shows].flat()[0] ?? ''))
    .map((row): Row => {
      const { effect } = row;
      if (typeof effect === 'function' || effect[0] !== 'CreateImage') return row;
      return { ...row, effect: ['RegisterImage', effect[1]] };
    }),
  ...ofSurrogates,
];

const ebsOnly = new Set<Row>([...image, ...devices]);
const onlyOfEbs = /^(run_volume_tag|no_ephemeral|skip_ami_run_tags)/;
const rowsOfVolumes = [
  ...shared.filter(
    (row) =>
      !ebsOnly.has(row) && !showsInImage(row) && !onlyOfEbs.test([row.shows].flat()[0] ?? ''),
  ),
  ...ofVolumes,
];

const tables: readonly (readonly [Builder, readonly Row[]])[] = [
  [ebs as Builder, rows],
  [ebsVolume as Builder, rowsOfVolumes],
  [surrogate as Builder, rowsOfSurrogates],
];

describe.each(tables.map(([builder, list]) => [builder.name, builder, list] as const))(
  'options of %s',
  (_name, builder, list) => {
    let server: Ec2Server;
    const before = { ...process.env };
    beforeEach(async () => {
      server = await Ec2Server.start();
      for (const name of Object.keys(process.env)) {
        if (name.startsWith('AWS_')) delete process.env[name];
      }
      process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
      process.env['AWS_CONFIG_FILE'] = '/nowhere';
      process.env['AWS_SHARED_CREDENTIALS_FILE'] = '/nowhere';
    });
    afterEach(async () => {
      process.env = { ...before };
      await server.close();
    });

    const named = list.map((row) => [[row.shows].flat().join(', '), row] as const);

    test.each(named)('%s', async (_, row) => {
      for (const [name, value] of Object.entries(row.env?.(server) ?? {})) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      row.prepare?.(server);
      const set = typeof row.set === 'function' ? row.set(server) : row.set;
      const known = Object.entries(config(server.address)).filter(
        ([name]) => name in builder.config,
      );
      const given = {
        ...withDefaults(builder.config, Object.fromEntries(known)),
        ...(builder.name === surrogate.name ? onlySet(builder, root) : {}),
        ...onlySet(builder, set),
      };
      const outcome = await runBuilder(builder, given, row.settings);
      const said = (outcome.failure as Error | undefined)?.message ?? 'no failure';
      expect(said).toMatch(row.fails ?? /^no failure$/);
      const seen = { ...outcome, server };
      if (typeof row.effect === 'function') row.effect(seen);
      else expectCall(seen, ...row.effect);
    });

    test('every option has an effect', () => {
      const { done, idle, notYet } = pathsOf(builder.config);
      const shown = new Set([...list.flatMap(({ shows }) => shows), 'insecure_skip_tls_verify']);
      const own = done.filter((path) => !(path in communicatorOptions));
      const missing = own.filter((path) => !shown.has(path));
      console.log(
        `${builder.name}: ${own.length} options, ${missing.length} of them without an effect that a test shows; ${notYet.length} refused; ${idle.length} more that Packer takes for nothing, with a warning${idle.length > 0 ? `: ${idle.join(', ')}` : ''}`,
      );
      expect(missing).toEqual([]);
      expect(notYet).toEqual([]);
    });
  },
);

/** The options that are set, decoded; those that are set to nothing count. */
function onlySet(builder: Builder, set: Given): Given {
  const values: Given = decoded(builder.config, set);
  return Object.fromEntries(Object.keys(set).map((name) => [name, values[name]]));
}

describe('over TLS', () => {
  let server: Ec2Server;
  beforeAll(async () => {
    server = await Ec2Server.start(localCertificate);
  });
  afterAll(() => server.close());

  test('insecure_skip_tls_verify takes a certificate that nobody has signed', async () => {
    const set = { max_retries: 0 };
    const { failure } = await runBuild(config(server.address, set));
    expect(String(failure)).toMatch(/its certificate is signed by itself|self-signed/);
    const done = await runBuild(config(server.address, { ...set, insecure_skip_tls_verify: true }));
    expect(done.failure).toBeUndefined();
  });
});

interface Paths {
  readonly done: readonly string[];
  /** Of no effect in Packer either; a warning says so. */
  readonly idle: readonly string[];
  readonly notYet: readonly string[];
}

/** Paths of all options; blocks by what is in them. */
function pathsOf(schema: ConfigSchema, prefix = ''): Paths {
  const all = Object.entries(schema).map(([name, { body, deprecated, notYet }]): Paths => {
    const path = [`${prefix}${name}`];
    const none = { done: [], idle: [], notYet: [] };
    if (notYet !== undefined) return { ...none, notYet: path };
    if (deprecated?.startsWith('It has no effect')) return { ...none, idle: path };
    return body === undefined ? { ...none, done: path } : pathsOf(body, `${path}.`);
  });
  return {
    done: all.flatMap((one) => one.done),
    idle: all.flatMap((one) => one.idle),
    notYet: all.flatMap((one) => one.notYet),
  };
}
