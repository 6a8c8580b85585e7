import { Failure } from '../../failure.ts';
import { hasProgram } from '../../has-program.ts';

/** A program that makes ISO images, and how. */
export interface CdProgram {
  readonly name: string;
  /** Arguments that make an image with this label of a folder. */
  args(label: string, folder: string, image: string): readonly string[];
}

/** With names as they are (Rock Ridge, readable for all, and Joliet) and files as large as they are. */
const common = (label: string, folder: string, image: string): readonly string[] => [
  ...['-quiet', '-iso-level', '3', '-rational-rock', '-joliet', '-joliet-long'],
  ...['-volid', label, '-output', image, folder],
];

/** In the order of Packer, which does not know genisoimage by its own name. */
const programs: readonly CdProgram[] = [
  { name: 'xorriso', args: (...given) => ['-as', 'mkisofs', ...common(...given)] },
  { name: 'mkisofs', args: common },
  { name: 'genisoimage', args: common },
  {
    name: 'hdiutil',
    args: (label, folder, image) => [
      ...['makehybrid', '-o', image, '-hfs', '-joliet', '-iso'],
      ...['-default-volume-name', label, folder],
    ],
  },
  {
    name: 'oscdimg',
    args: (label, folder, image) => ['-j1', '-o', '-m', `-l${label}`, folder, image],
  },
];

/** The first program on PATH that makes CDs. */
export async function findCdProgram(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<CdProgram | undefined> {
  for (const program of programs) {
    if (await hasProgram(program.name, environment)) return program;
  }
  return undefined;
}

/** What to say when there is none. */
export function noCdProgram(): Failure {
  const names = programs.map(({ name }) => name);
  return new Failure({
    summary: `There is no program here that makes CDs: none of ${names.join(', ')} is on PATH`,
    detail: 'Install one of them (Debian and Ubuntu: apt install xorriso; macOS has hdiutil).',
  });
}
