/** One line of the scp protocol that announces something. Modes are permission bits, sizes bytes. */
export type ScpRecord =
  | { readonly kind: 'file'; readonly mode: number; readonly size: number; readonly name: string }
  | { readonly kind: 'folder'; readonly mode: number; readonly name: string }
  | { readonly kind: 'end' }
  | { readonly kind: 'times' };

/** The line that announces a file whose content follows. */
export function fileRecord(name: string, mode: number, size: number): string {
  return `C${octal(mode)} ${size} ${name}\n`;
}

/** The line that begins a folder. */
export function folderRecord(name: string, mode: number): string {
  return `D${octal(mode)} 0 ${name}\n`;
}

/** The line that ends the folder begun last. */
export const endRecord = 'E\n';

/** Whether the protocol, which ends each record with a line break, has a way to say this name. */
export function isSendable(name: string): boolean {
  return !/[\n\r]/.test(name);
}

/** Understands a line without its line break; `undefined` when it is not of the protocol. */
export function parseRecord(line: string): ScpRecord | undefined {
  if (line === 'E') return { kind: 'end' };
  if (/^T\d+ \d+ \d+ \d+$/.test(line)) return { kind: 'times' };
  const match = /^([CD])([0-7]{4,5}) (\d{1,15}) (.+)$/s.exec(line);
  if (match === null) return undefined;
  const [, letter, bits = '', size, name = ''] = match;
  const mode = Number.parseInt(bits, 8) & 0o7777;
  if (letter === 'D') return { kind: 'folder', mode, name };
  return { kind: 'file', mode, size: Number(size), name };
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
