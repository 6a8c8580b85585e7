import type { Terminal } from '../terminal.ts';

/** How parts of the output are coloured; every function gives its text back, with or without colour. */
export interface Theme {
  readonly hasColour: boolean;
  /** Builds by their place in the template, going round. */
  build(index: number, text: string): string;
  error(text: string): string;
  warning(text: string): string;
  strong(text: string): string;
  faint(text: string): string;
}

const same = (text: string): string => text;

/** No colour: for pipes and logs. */
export const plainTheme: Theme = {
  hasColour: false,
  build: (_, text) => text,
  error: same,
  warning: same,
  strong: same,
  faint: same,
};

/**
 * Colour on a terminal, unless `PACKER_NO_COLOR` or `NO_COLOR` is set; `-color` decides otherwise. Never for
 * a program that reads.
 */
export async function chooseTheme(
  flag: boolean | undefined,
  { isTty, isMachineReadable, environment }: Terminal,
): Promise<Theme> {
  const isRefused =
    environment['NO_COLOR'] !== undefined || environment['PACKER_NO_COLOR'] !== undefined;
  const wanted = !isMachineReadable && (flag ?? (isTty && !isRefused));
  return wanted ? (await import('./colour-theme.ts')).colourTheme : plainTheme;
}
