import { type Terminal, withParts } from './terminal.ts';

/**
 * The same terminal, read by a program: every text becomes a line `UNIXSECONDS,TARGET,TYPE,ARGUMENT...`
 * (core-behaviour, section 7.9). One line break at the end of a text belongs to the line.
 */
export function machineReadable(terminal: Terminal): Terminal {
  const record = (type: string, args: readonly string[], target = ''): void => {
    const fields = [`${Math.floor(Date.now() / 1000)}`, target, type, ...args.map(escaped)];
    terminal.writeData(`${fields.join(',')}\n`);
  };
  return withParts(terminal, {
    write: (text) => record('ui', ['say', withoutBreak(text)]),
    writeError: (text) => record('ui', ['error', withoutBreak(text)]),
    record,
    isMachineReadable: true,
    isTty: false,
  });
}

/** Packer's way, which is not reversible: scripts split at commas and at line breaks first. */
function escaped(text: string): string {
  return text.replaceAll(',', '%!(PACKER_COMMA)').replaceAll('\r', '\\r').replaceAll('\n', '\\n');
}

function withoutBreak(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}
