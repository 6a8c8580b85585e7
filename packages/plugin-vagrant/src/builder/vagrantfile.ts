import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { defineStep } from '@bake/plugin-sdk';
import { renderForBuild } from '@bake/plugin-sdk/go-template';
import { rubyText } from '../box/vagrantfile.ts';
import { fileFailure } from '../messages.ts';
import type { VagrantConfig } from './component.ts';
import { boxNameOf, expandHome } from './source.ts';

/** Where the Vagrantfile goes. */
export interface VagrantfileWish {
  readonly config: VagrantConfig;
  /** Absolute. */
  readonly folder: string;
}

/** What Vagrant looks for. */
export const vagrantfileName = 'Vagrantfile';

/** Writes the Vagrantfile that the machine is made by. */
export const writeVagrantfile = defineStep<VagrantfileWish, void>({
  name: 'write-vagrantfile',
  async run({ config, folder }, context) {
    context.ui.say('Creating a Vagrantfile in the build directory...');
    const box = boxNameOf(config, context.build);
    const folderOption = config.synced_folder;
    const data = {
      BoxName: config.box_name || `packer_${context.build.sourceName}`,
      SourceBox: box,
      SyncedFolder: folderOption ? resolve(expandHome(folderOption)) : '',
      InsertKey: config.insert_key,
    };
    const DefaultTemplate = defaultVagrantfile(data, config.box_version);
    const text = config.template
      ? renderForBuild(await read(expandHome(config.template)), context, {
          ...data,
          DefaultTemplate,
        })
      : DefaultTemplate;
    await writeFile(join(folder, vagrantfileName), text);
  },
});

async function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw fileFailure('read', path, error);
  });
}

interface TemplateData {
  readonly BoxName: string;
  readonly SourceBox: string;
  readonly SyncedFolder: string;
  readonly InsertKey: boolean;
}

/** The machine `source` is what is built; `output` is for those who try the new box in the folder. */
function defaultVagrantfile(
  { BoxName, SourceBox, SyncedFolder, InsertKey }: TemplateData,
  version: string | undefined,
): string {
  const folder = SyncedFolder
    ? `config.vm.synced_folder ${rubyText(SyncedFolder)}, "/vagrant"`
    : 'config.vm.synced_folder ".", "/vagrant", disabled: true';
  return `Vagrant.configure("2") do |config|
  config.ssh.insert_key = ${InsertKey}
  config.vm.box_check_update = false
  ${folder}
  config.vm.define "source", autostart: false do |source|
    source.vm.box = ${rubyText(SourceBox)}${version ? `\n    source.vm.box_version = ${rubyText(version)}` : ''}
  end
  config.vm.define "output" do |output|
    output.vm.box = ${rubyText(BoxName)}
    output.vm.box_url = "file://package.box"
  end
end
`;
}
