import type { ReferenceKind } from './component-reference.ts';
import type { OptionReference } from './option-reference.ts';

/** A kind of block of the template language itself. */
export interface BlockReference {
  readonly name: string;
  /** A sentence or two. */
  readonly doc: string;
  /** What its labels stand for, in order. */
  readonly labels: readonly string[];
  readonly arguments: readonly OptionReference[];
  readonly blocks: readonly BlockReference[];
  /** Its first label names a component of this kind, whose options stand in it beside the arguments. */
  readonly component?: ReferenceKind;
  /** Its arguments are names that the author thinks up. */
  readonly isOpen?: true;
}

/** An argument; `type` is `any` where everything goes. */
function argument(
  name: string,
  type: string,
  doc: string,
  more: Partial<OptionReference> = {},
): OptionReference {
  return { name, type, doc, isRequired: false, isSecret: false, ...more };
}

function block(
  name: string,
  doc: string,
  labels: readonly string[],
  content: Partial<BlockReference> = {},
): BlockReference {
  return { name, doc, labels, arguments: [], blocks: [], ...content };
}

const registry = block(
  'hcp_packer_registry',
  "Metadata for HashiCorp's registry. bake checks it and does nothing with it.",
  [],
  {
    arguments: [
      argument('bucket_name', 'string', 'Name of the bucket.'),
      argument('description', 'string', 'What the images are for.'),
      argument('bucket_labels', 'map(string)', 'Labels of the bucket.'),
      argument('build_labels', 'map(string)', 'Labels of the build.'),
      argument('labels', 'map(string)', 'Labels of the bucket.'),
      argument('channels', 'list(string)', 'Channels to put the version on.'),
    ],
  },
);

const name = argument('name', 'string', 'Name, shown in messages.');

const filters = [
  argument('only', 'list(string)', 'Work only for these sources.', { example: '["docker.base"]' }),
  argument('except', 'list(string)', 'Work for all sources but these.', {
    example: '["docker.base"]',
  }),
];

const ofProvisioner = [
  name,
  ...filters,
  argument('override', 'any', 'Other options for single sources, by the name of the source.', {
    example: '{ base = { inline = ["true"] } }',
  }),
  argument('pause_before', 'duration', 'How long to wait before it starts.'),
  argument('timeout', 'duration', 'How long it may take.'),
  argument('max_retries', 'number', 'How often it is tried again after a failure.', {
    default: '0',
  }),
  argument('continue_on_error', 'bool', 'Go on with the build if it fails.', { default: 'false' }),
];

const postProcessor = block(
  'post-processor',
  'Works on the artifact of the build, or of the post-processor before it in a `post-processors` block.',
  ['type'],
  {
    component: 'post-processors',
    arguments: [
      name,
      ...filters,
      argument('keep_input_artifact', 'bool', 'Keep the artifact that it works on.'),
    ],
  },
);

const build = block('build', 'Says what to make of which sources, step by step.', [], {
  arguments: [
    argument('name', 'string', 'Name, which goes before those of its builds.'),
    argument('description', 'string', 'What it makes.'),
    argument('sources', 'list(string)', 'Sources to build.', { example: '["source.docker.base"]' }),
  ],
  blocks: [
    block('source', 'A source to build, with further options of its own.', ['source'], {
      arguments: [argument('name', 'string', 'Another name for it in this build.')],
      isOpen: true,
    }),
    block('provisioner', 'Changes the machine. Provisioners run in the order written.', ['type'], {
      component: 'provisioners',
      arguments: ofProvisioner,
    }),
    block(
      'error-cleanup-provisioner',
      'Runs on the machine after a provisioner has failed.',
      ['type'],
      { component: 'provisioners', arguments: ofProvisioner },
    ),
    postProcessor,
    block(
      'post-processors',
      'Post-processors that work one after the other, each on the artifact of the one before.',
      [],
      { blocks: [postProcessor] },
    ),
    registry,
  ],
});

const variable = block('variable', 'Declares a variable, to be used as `var.NAME`.', ['name'], {
  arguments: [
    argument('type', 'type', 'Type of its value; without one, that of the default.', {
      example: 'list(string)',
    }),
    argument('default', 'any', 'Value where no other is given. Without it, one has to be given.'),
    argument('description', 'string', 'What it is for.'),
    argument('sensitive', 'bool', 'Keep its value out of all output.', { default: 'false' }),
  ],
  blocks: [
    block('validation', 'A rule for its value.', [], {
      arguments: [
        argument('condition', 'bool', 'True of values that are allowed.', { isRequired: true }),
        argument('error_message', 'string', 'What to say of others, in whole sentences.', {
          isRequired: true,
        }),
      ],
    }),
  ],
});

/** The blocks that a template consists of, as an author comes by them. */
export const templateBlocks: readonly BlockReference[] = [
  block('packer', 'Says what the template needs: which Packer, which plugins.', [], {
    arguments: [
      argument('required_version', 'string', 'Versions of Packer that the template is for.', {
        example: '">= 1.9.0"',
      }),
    ],
    blocks: [
      block(
        'required_plugins',
        'Plugins that the template needs, each with source and version.',
        [],
        {
          isOpen: true,
        },
      ),
    ],
  }),
  variable,
  block('variables', 'Declares variables by their defaults alone.', [], { isOpen: true }),
  block('locals', 'Gives names to values, to be used as `local.NAME`.', [], { isOpen: true }),
  block('local', 'Gives a name to one value, which may be kept secret.', ['name'], {
    arguments: [
      argument('expression', 'any', 'The value.', { isRequired: true }),
      argument('sensitive', 'bool', 'Keep the value out of all output.', { default: 'false' }),
    ],
  }),
  block(
    'data',
    'Looks something up before the builds, to be used as `data.TYPE.NAME`.',
    ['type', 'name'],
    {
      component: 'data-sources',
    },
  ),
  block('source', 'Describes a machine that builds start from.', ['type', 'name'], {
    component: 'builders',
  }),
  build,
  registry,
];
