import {
  type Builder,
  type ConfigSchema,
  communicatorOptions,
  type PostProcessor,
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
import chroot from '../src/chroot/component.ts';
import ebs from '../src/ebs/component.ts';
import surrogate from '../src/ebssurrogate/component.ts';
import ebsVolume from '../src/ebsvolume/component.ts';
import amazonImport from '../src/import/component.ts';
import amazonInstance from '../src/instance/component.ts';
import { decoded } from './decode.ts';
import { Ec2Server } from './ec2-server.ts';
import { access, decoding, patience } from './rows/access.ts';
import { chrooted, ofChroots } from './rows/chroots.ts';
import { devices } from './rows/devices.ts';
import { fastLaunch } from './rows/fast-launch.ts';
import { image } from './rows/image.ts';
import { bucket, ofImports, ova } from './rows/imports.ts';
import { instance, temporaryProfiles } from './rows/instance.ts';
import { bundled, ofInstances } from './rows/instances.ts';
import { login } from './rows/login.ts';
import { network, source } from './rows/network.ts';
import { expectCall, type Given, type Row } from './rows/row.ts';
import { sources } from './rows/sources.ts';
import { spot } from './rows/spot.ts';
import { ofSurrogates, root } from './rows/surrogates.ts';
import { ofVolumes } from './rows/volumes.ts';
import {
  type BuildSettings,
  config,
  type Outcome,
  runBuild,
  runBuilder,
  runDataSource,
  runProcessor,
} from './test-build.ts';

/** The first one loads AWS's SDK. */
jest.setTimeout(20_000);

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

const shownElsewhere = /^(ena_support|sriov_support|no_ephemeral|skip_create_ami)/;

/** The rows whose options a builder has that registers its image; those of `own` show what it does in another way. */
function registering(schema: ConfigSchema, own: readonly Row[]): readonly Row[] {
  const fits = ({ shows }: Row): boolean =>
    [shows].flat().every((path) => (path.split('.')[0] ?? '') in schema);
  return [
    ...shared
      .filter(fits)
      .filter(({ shows }) => !shownElsewhere.test([shows].flat()[0] ?? ''))
      .map((row): Row => {
        const { effect } = row;
        if (typeof effect === 'function' || effect[0] !== 'CreateImage') return row;
        return { ...row, effect: ['RegisterImage', effect[1]] };
      }),
    ...own,
  ];
}

/** Rows of instances, that a builder without one shows in another way. */
const ofMachines = new Set<Row>([...patience, ...source, ...instance, ...login]);

const ebsOnly = new Set<Row>([...image, ...devices]);
const onlyOfEbs = /^(run_volume_tag|no_ephemeral|skip_ami_run_tags)/;
const rowsOfVolumes = [
  ...shared.filter(
    (row) =>
      !ebsOnly.has(row) && !showsInImage(row) && !onlyOfEbs.test([row.shows].flat()[0] ?? ''),
  ),
  ...ofVolumes,
];

/** A component, what it cannot do without, what its options do, and how it runs. */
interface Subject {
  readonly name: string;
  readonly config: ConfigSchema;
  readonly base: Given | (() => Given);
  readonly rows: readonly Row[];
  run(given: Given, settings?: BuildSettings): Promise<Outcome>;
}

function ofBuilder(builder: Builder, rows: readonly Row[], base: Subject['base'] = {}): Subject {
  const { name, config: schema } = builder;
  return { name, config: schema, base, rows, run: (given, how) => runBuilder(builder, given, how) };
}

const subjects: readonly Subject[] = [
  ofBuilder(ebs as Builder, rows),
  ofBuilder(ebsVolume as Builder, rowsOfVolumes),
  ofBuilder(surrogate as Builder, registering(surrogate.config, ofSurrogates), root),
  ofBuilder(amazonInstance as Builder, registering(amazonInstance.config, ofInstances), bundled),
  ofBuilder(
    chroot as Builder,
    [
      ...registering(chroot.config, ofChroots).filter((row) => !ofMachines.has(row)),
      ...decoding('CreateVolume'),
    ],
    chrooted,
  ),
  {
    name: amazonImport.name,
    config: amazonImport.config,
    base: bucket,
    rows: [...access, ...decoding('ImportImage'), ...ofImports],
    run: (given, settings) =>
      runProcessor(amazonImport as PostProcessor, given, [ova(), 'disk.txt'], settings),
  },
  ...sources.map(
    ([source, base, own]): Subject => ({
      name: source.name,
      config: source.config,
      base,
      rows: [...access, ...own],
      run: (given) => runDataSource(source, given),
    }),
  ),
];

describe.each(subjects.map((subject) => [subject.name, subject] as const))(
  'options of %s',
  (_name, subject) => {
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

    const named = subject.rows.map((row) => [[row.shows].flat().join(', '), row] as const);

    test.each(named)('%s', async (_, row) => {
      for (const [name, value] of Object.entries(row.env?.(server) ?? {})) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      row.prepare?.(server);
      process.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] = server.address;
      const base = typeof subject.base === 'function' ? subject.base() : subject.base;
      const set = typeof row.set === 'function' ? row.set(server) : row.set;
      const known = Object.entries(config(server.address)).filter(
        ([name]) => name in subject.config && !(name in base),
      );
      const given = {
        ...withDefaults(subject.config, Object.fromEntries(known)),
        ...onlySet(subject, base),
        ...onlySet(subject, set),
      };
      const outcome = await subject.run(given, row.settings);
      const said = (outcome.failure as Error | undefined)?.message ?? 'no failure';
      expect(said).toMatch(row.fails ?? /^no failure$/);
      const seen = { ...outcome, server };
      if (typeof row.effect === 'function') row.effect(seen);
      else expectCall(seen, ...row.effect);
    });

    test('every option has an effect', () => {
      const { done, idle, notYet } = pathsOf(subject.config);
      const shown = new Set([
        ...subject.rows.flatMap(({ shows }) => shows),
        'insecure_skip_tls_verify',
      ]);
      const own = done.filter((path) => !(path in communicatorOptions));
      const missing = own.filter((path) => !shown.has(path));
      console.log(
        `${subject.name}: ${own.length} options, ${missing.length} of them without an effect that a test shows; ${notYet.length} refused; ${idle.length} more that Packer takes for nothing, with a warning${idle.length > 0 ? `: ${idle.join(', ')}` : ''}`,
      );
      expect(missing).toEqual([]);
      expect(notYet).toEqual([]);
    });
  },
);

/** The options that are set, decoded; those that are set to nothing count. */
function onlySet({ config: schema }: Pick<Subject, 'config'>, set: Given): Given {
  const values: Given = decoded(schema, set);
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
