import { encodedCommand, singleQuoted } from '../windows/powershell-text.ts';

/** The kinds of system that the option `guest_os_type` tells apart. */
export type GuestSystem = 'unix' | 'windows';

/** How commands of our own are put to a machine. */
export interface Guest {
  readonly system: GuestSystem;
  /** On `unix`: the tool runs as root by `sudo`, and what it left is removed so. */
  readonly sudo: boolean;
}

/** A word for a POSIX shell, in single quotes whatever is in it. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Makes a folder that the user may write to; its parents, too. The one place where only root may make it is left to `sudo`. */
export function makeFolderCommand(path: string, { system, sudo }: Guest): string {
  if (system === 'windows') {
    const script = `New-Item -ItemType Directory -Force -Path ${singleQuoted(path)} | Out-Null`;
    return encodedCommand('powershell.exe', script);
  }
  const folder = shellQuoted(path);
  const plain = `mkdir -p ${folder}`;
  if (!sudo) return plain;
  const asRoot = `sudo mkdir -p ${folder} && sudo chown "$(id -u):$(id -g)" ${folder}`;
  return `{ ${plain} 2>/dev/null && test -w ${folder}; } || { ${asRoot}; }`;
}

/** Removes a folder with all in it; that there is none is no failure. */
export function removeFolderCommand(path: string, { system, sudo }: Guest): string {
  if (system === 'windows') {
    const folder = singleQuoted(path);
    const script = `if (Test-Path -LiteralPath ${folder}) { Remove-Item -LiteralPath ${folder} -Recurse -Force -ErrorAction Stop }`;
    return encodedCommand('powershell.exe', script);
  }
  return `${sudo ? 'sudo ' : ''}rm -rf ${shellQuoted(path)}`;
}
