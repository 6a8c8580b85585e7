import {
  block,
  bool,
  type ConfigSchema,
  definePostProcessor,
  type Infer,
  number,
  string,
  strings,
} from '@bake/plugin-sdk';
import { providerNames } from '../box/providers.ts';
import { checkBox } from './check.ts';

const fields = ['ArtifactId', 'Architecture', 'BuildName', 'Provider'] as const;

/** What may differ from provider to provider. */
const boxOptions = {
  compression_level: number(
    'From 1, fast, to 9, small; 0 is a plain tar. As gzip thinks best if left out.',
  ),
  include: strings('Files to put into the box, by their names without folders.'),
  output: string(
    'File to make: a Go template with `.BuildName`, `.Provider`, `.Architecture` and `.ArtifactId`; `packer_{{ .BuildName }}_{{ .Provider }}_{{ .Architecture }}.box` if left out.',
    { templating: 'component', fields, example: '"boxes/web-{{ .Provider }}.box"' },
  ),
  vagrantfile_template: string(
    "File whose content, a Go template as `output`, goes into the box's Vagrantfile after what the provider needs.",
  ),
  vagrantfile_template_generated: bool(
    '`vagrantfile_template` is made during the build, so it need not be there before.',
    { default: false },
  ),
  architecture: string(
    "Architecture that the box is for, as Vagrant calls it (`amd64`, `arm64`); this computer's if left out.",
  ),
} satisfies ConfigSchema;

const { vagrantfile_template_generated: _, ...overridable } = boxOptions;

/** The options that one provider overrides. */
const override = (provider: string) =>
  block(`What differs in boxes for \`${provider}\`.`, overridable);

const config = {
  ...boxOptions,
  provider_override: string(
    "Provider that the box is for, if the artifact's builder does not tell, or tells wrongly.",
    { oneOf: ['', ...providerNames] },
  ),
  override: block('Options that differ by provider, in a block for each.', {
    aws: override('aws'),
    azure: override('azure'),
    digitalocean: override('digitalocean'),
    docker: override('docker'),
    file: override('file'),
    google: override('google'),
    hyperv: override('hyperv'),
    libvirt: override('libvirt'),
    lxc: override('lxc'),
    parallels: override('parallels'),
    scaleway: override('scaleway'),
    virtualbox: override('virtualbox'),
    vmware: override('vmware'),
  }),
  catalog: block(
    'Also enters the box in a catalogue, a file that Vagrant takes a box and its versions from. Not in Packer.',
    {
      path: string('The catalogue; it is made if it is not there.', {
        required: true,
        example: '"boxes/web.json"',
      }),
      name: string('Name of the box in it.', { required: true, example: '"team/web"' }),
      version: string('Version that this box is, as Vagrant compares them.', {
        required: true,
        example: '"1.4.0"',
      }),
      description: string('What the box is, for people.'),
      url: string(
        'Where the box will be served: a Go template as `output`, with `.File` for its name. A URL of the file itself if left out, which is of use on this computer only.',
        {
          templating: 'component',
          fields: [...fields, 'File'],
          example: '"https://boxes.example.org/{{ .File }}"',
        },
      ),
      default_architecture: bool('Vagrant takes this box where it is not told an architecture.', {
        default: false,
      }),
    },
  ),
} satisfies ConfigSchema;

/** A decoded config of the post-processor. */
export type BoxConfig = Infer<typeof config>;

/** The entry in a catalogue that the template wants. */
export type CatalogConfig = NonNullable<BoxConfig['catalog']>;

/** Options that may differ by provider. */
export type BoxOptions = Infer<typeof overridable>;

export default definePostProcessor({
  name: 'vagrant',
  doc: 'Makes a Vagrant box of an artifact.',
  config,
  check: checkBox,
  async process(box, input, context) {
    const { makeBox } = await import('./make-box.ts');
    return makeBox(box, input, context);
  },
});
