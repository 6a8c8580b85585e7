import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildFacts } from '@bake/plugin-sdk';
import type { VagrantConfig } from './component.ts';

/** Whether a source is a file of a box, here or elsewhere, and not the name of one. */
export function isBoxFile(source: string): boolean {
  return source.endsWith('.box');
}

/** Whether a source is the file of a catalogue, here or elsewhere. */
export function isCatalogFile(source: string): boolean {
  return /\.json$/i.test(source);
}

/** Where a file is on this computer; `undefined` for what is elsewhere. */
export function localPath(source: string): string | undefined {
  if (/^file:\/\/\//i.test(source)) return fileURLToPath(source);
  if (/^file:/i.test(source)) return resolve(source.replace(/^file:(\/\/)?/i, ''));
  return /^[a-z][a-z\d+.-]+:/i.test(source) ? undefined : resolve(source);
}

/** Whether Vagrant itself downloads the file of a box: it alone knows what some options mean. */
export function isDownloadedByVagrant(config: VagrantConfig): boolean {
  const { source_path: source = '', add_cacert, add_capath, add_cert, add_insecure } = config;
  const isNeeded = Boolean(add_cacert || add_capath || add_cert || add_insecure);
  return isNeeded && isBoxFile(source) && localPath(source) === undefined;
}

/** Kind and digits of a checksum, as Vagrant takes them; `undefined` if they are not both there. */
export function checksumForVagrant(checksum: string): readonly [string, string] | undefined {
  const [, type, digits] = /^(md5|sha1|sha256|sha384|sha512):(\w+)$/i.exec(checksum) ?? [];
  return type === undefined || digits === undefined ? undefined : [type, digits];
}

/** A path in which `~` is the home folder. */
export function expandHome(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}

/** What Vagrant calls the box: a file gets a name, and a catalogue has one of its own, which the template tells. */
export function boxNameOf(config: VagrantConfig, { sourceName }: BuildFacts): string {
  const { source_path: source = '', box_name: name } = config;
  if (isBoxFile(source)) return name || `packer_${sourceName}`;
  return ((isCatalogFile(source) || /^https?:/i.test(source)) && name) || source;
}
