import { readFile, stat } from 'node:fs/promises';
import { type Complain, checkTemplateOption } from '@bake/plugin-sdk';
import type { VagrantConfig } from './component.ts';
import {
  checksumForVagrant,
  expandHome,
  isBoxFile,
  isCatalogFile,
  isDownloadedByVagrant,
  localPath,
} from './source.ts';

/** Checks across the options, and that local files are there. */
export async function checkBuilder(config: VagrantConfig, complain: Complain): Promise<void> {
  checkSource(config, complain);
  if (config.communicator !== 'ssh') {
    complain('communicator', {
      summary: 'The Vagrant builder currently only supports the ssh communicator',
      detail: 'Vagrant says how a machine is reached over SSH, and nothing of other ways.',
    });
  }
  await checkBox(config, complain);
  checkChecksum(config, complain);
  await checkThere('synced_folder', config.synced_folder, 'folder', complain);
  await checkThere('output_vagrantfile', config.output_vagrantfile, 'file', complain);
  for (const [index, path] of (config.package_include ?? []).entries()) {
    await checkThere(`package_include.${index}`, path, 'any', complain);
  }
  await checkThere('template', config.template, 'file', complain);
  await checkTemplate(config, complain);
}

function checkSource(
  { source_path: source, global_id: id, box_name: name }: VagrantConfig,
  complain: Complain,
) {
  if (!source && !id) {
    complain(undefined, {
      summary: 'source_path is required unless you have set global_id',
      detail: 'Set "source_path" to the box to start from: a file, a URL or a name.',
    });
  } else if (source && id) {
    complain('global_id', {
      summary: 'You may either set global_id or source_path but not both',
      detail: 'A machine is made of "source_path", or the one of "global_id" is used.',
    });
  } else if (source && isCatalogFile(source) && !name) {
    complain('box_name', {
      summary: 'box_name is required for the catalogue in source_path',
      detail: 'Set it to the "name" in the catalogue: Vagrant calls the box so once it is added.',
    });
  }
}

async function checkBox({ source_path: source }: VagrantConfig, complain: Complain): Promise<void> {
  const path = source && isBoxFile(source) ? localPath(source) : undefined;
  if (path === undefined || (await kindOf(path)) === 'file') return;
  complain('source_path', {
    summary: `Source box '${source}' needs to exist at time of config validation!`,
    detail: 'It is not there, or no file. Relative paths start at the working folder.',
  });
}

/** What would not be compared must not look as if it were. */
function checkChecksum(config: VagrantConfig, complain: Complain): void {
  const { checksum, source_path: source } = config;
  if (!checksum || checksum === 'none' || !source) return;
  if (!isBoxFile(source)) {
    complain('checksum', {
      severity: 'warning',
      summary: 'checksum has no effect: source_path is no .box file',
      detail: 'Of a box with a catalogue Vagrant compares the checksum that stands there.',
    });
  } else if (isDownloadedByVagrant(config) && checksumForVagrant(checksum) === undefined) {
    complain('checksum', {
      summary: 'checksum must be TYPE:DIGITS where Vagrant downloads the box',
      detail:
        'It does with add_cacert, add_capath, add_cert and add_insecure. Write it as "sha256:" and the digits.',
    });
  }
}

async function checkThere(
  option: string,
  given: string | undefined,
  kind: 'file' | 'folder' | 'any',
  complain: Complain,
): Promise<void> {
  if (!given) return;
  const found = await kindOf(expandHome(given));
  if (found === kind || (found !== undefined && kind === 'any')) return;
  complain(option, {
    summary: `${option.replace(/\..*/, '')} "${given}" does not exist`,
    detail: `There is no such ${kind === 'any' ? 'file or folder' : kind}. Relative paths start at the working folder.`,
  });
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  return found.isDirectory() ? 'folder' : 'file';
}

async function checkTemplate({ template = '' }: VagrantConfig, complain: Complain): Promise<void> {
  const path = expandHome(template);
  if (path === '' || (await kindOf(path)) !== 'file') return;
  await checkTemplateOption('template', await readFile(path, 'utf8'), complain);
}
