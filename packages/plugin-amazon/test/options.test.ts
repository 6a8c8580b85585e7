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
import { access } from './rows/access.ts';
import { devices } from './rows/devices.ts';
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

const rows = [
  ...access,
  ...image,
  ...source,
  ...network,
  ...instance,
  ...temporaryProfiles,
  ...spot,
  ...devices,
  ...login,
];

/** Rows that show in the image, which not every builder makes. */
function showsInImage({ shows }: Row): boolean {
  return /^(run_tags?|spot_price)/.test([shows].flat()[0] ?? '');
}

const notOfSurrogates = /^(ena_support|sriov_support|no_ephemeral|skip_create_ami)/;
const rowsOfSurrogates = [
  ...rows
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
  ...rows.filter(
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
      const { done, notYet } = pathsOf(builder.config);
      const shown = new Set([...list.flatMap(({ shows }) => shows), 'insecure_skip_tls_verify']);
      const own = done.filter((path) => !(path in communicatorOptions));
      const missing = own.filter((path) => !shown.has(path));
      console.log(
        `${builder.name}: ${own.length} options of its own work, ${missing.length} of them without an effect that a test shows; ${notYet.length} are refused: ${notYet.join(', ')}`,
      );
      expect(missing).toEqual([]);
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

/** Paths of all options, but for those that are not there yet; blocks by what is in them. */
function pathsOf(schema: ConfigSchema, prefix = ''): { done: string[]; notYet: string[] } {
  const paths = { done: [] as string[], notYet: [] as string[] };
  for (const [name, { body, notYet }] of Object.entries(schema)) {
    const path = `${prefix}${name}`;
    if (notYet !== undefined) paths.notYet.push(path);
    else if (body === undefined) paths.done.push(path);
    else {
      const inner = pathsOf(body, `${path}.`);
      paths.done.push(...inner.done);
      paths.notYet.push(...inner.notYet);
    }
  }
  return paths;
}
