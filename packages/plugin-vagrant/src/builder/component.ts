import {
  type Builder,
  bool,
  type ConfigSchema,
  communicatorOptions,
  defineBuilder,
  type Infer,
  number,
  string,
  strings,
} from '@bake/plugin-sdk';
import { bootOptions, floppyOptions, httpOptions, isoOptions } from '@bake/plugin-sdk/vm';
import { checkBuilder } from './check.ts';

const config = {
  ...withoutEffect({ ...isoOptions, ...floppyOptions, ...bootOptions, ...httpOptions }),
  source_path: string(
    'The box to start from: a path or URL that ends with `.box`, or the name of a box, as `vagrant box add` takes it.',
    { example: '"debian/bookworm64"' },
  ),
  global_id: string(
    'A machine that is there, by the ID that `vagrant global-status` shows, in place of `source_path`.',
  ),
  checksum: string(
    'Checksum of the `.box` file: `sha256:...` (or md5, sha1, sha512), the digits alone, `file:` and a path or URL of a file in which it stands. Without, or with `none`, the file is not checked.',
  ),
  box_name: string(
    'Name for a box that comes from a `.box` file; `packer_` and the name of the source if left out. Of a catalogue (`.json`) the name that is in it, which must be given.',
  ),
  box_version: string('Version of the box, if it has several.'),
  provider: string(
    'Provider that runs the machine; the one that Vagrant takes by itself if left out.',
    { example: '"libvirt"' },
  ),
  insert_key: bool("Put a new key into the machine in place of Vagrant's own, which all know.", {
    default: false,
  }),
  template: string(
    'Template of the Vagrantfile, in place of the built-in one: a Go template with `.BoxName`, `.SourceBox`, `.SyncedFolder`, `.InsertKey` and `.DefaultTemplate`. The machine must be called `source` in it.',
  ),
  synced_folder: string(
    'Folder that the machine sees as `/vagrant`, by what its provider has for that.',
  ),
  output_dir: string(
    'Folder that Vagrant works in and where the new box, `package.box`, will be; it must not exist unless `-force` is given. `output-` and the name of the source if left out.',
  ),
  teardown_method: string(
    'What becomes of the machine when all is done: `destroy` if left out, and `halt` with `global_id`.',
    { oneOf: ['', 'halt', 'suspend', 'destroy'] },
  ),
  skip_add: bool('The box is in Vagrant already, under its name.', { default: false }),
  add_cacert: string('File with certificates of authorities, for `vagrant box add`.'),
  add_capath: string('Folder with certificates of authorities, for `vagrant box add`.'),
  add_cert: string("The client's certificate, for `vagrant box add`."),
  add_clean: bool('Do not go on with a download of `vagrant box add` that was cut.', {
    default: false,
  }),
  add_force: bool('Replace a box of the same name in Vagrant.', { default: false }),
  add_insecure: bool('Do not check the certificate, for `vagrant box add`.', { default: false }),
  skip_package: bool('Make no new box.', { default: false }),
  output_vagrantfile: string('File that goes into the new box as a Vagrantfile.'),
  package_include: strings('Files that go into the folder `include` of the new box.'),
  ...communicatorOptions,
  ssh_host: string('Address of the machine; what Vagrant says if left out.'),
  ssh_port: number('Port that SSH listens on; what Vagrant says if left out.'),
  ssh_username: string(
    'User to log in as. With it, the template must also say how; without, both are what Vagrant says.',
  ),
} satisfies ConfigSchema;

/** Decoded options of the builder. */
export type VagrantConfig = Infer<typeof config>;

/** Options that Packer's plugin takes and does nothing with: a template that sets them gets a warning. */
function withoutEffect<S extends ConfigSchema>(options: S): S {
  const deprecated = 'Vagrant brings the machine up itself: this has no effect, as in Packer.';
  const marked = Object.entries(options).map(([name, option]) => [name, { ...option, deprecated }]);
  return Object.fromEntries(marked);
}

const vagrant: Builder<typeof config> = defineBuilder({
  name: 'vagrant',
  doc: 'Brings a Vagrant box up, provisions the machine, and packs it as a new box.',
  config,
  remains: {
    machine: {
      async remove(traces, context) {
        const { removeMachine } = await import('./remains.ts');
        await removeMachine(traces, context);
      },
    },
    path: {
      async remove(traces) {
        const { removePath } = await import('./remains.ts');
        await removePath(traces);
      },
    },
    box: {
      async remove(traces, context) {
        const { removeBox } = await import('./remains.ts');
        await removeBox(traces, context);
      },
    },
  },
  check: checkBuilder,
  async build(given, context) {
    const { build } = await import('./build.ts');
    return build(given, context);
  },
});
export default vagrant;
