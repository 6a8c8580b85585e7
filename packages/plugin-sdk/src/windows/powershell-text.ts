/** Texts of PowerShell, of which each has its own rules of quoting. */

/** A literal between single quotes; PowerShell takes typographic quotes for quotes as well. */
export function singleQuoted(text: string): string {
  return `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`;
}

/** For a place between double quotes: a backtick before what is special there (core-behaviour, section 9.3). */
export function escaped(text: string): string {
  return text.replace(/[$"`']/g, '`$&');
}

/**
 * Runs PowerShell's own commands from any shell: encoded, so that no shell takes them apart, and
 * without progress bars. `program` is `powershell` or `pwsh`.
 */
export function encodedCommand(program: string, script: string): string {
  const text = `$ProgressPreference = 'SilentlyContinue'; ${script}`;
  return `${program} -NonInteractive -EncodedCommand ${Buffer.from(text, 'utf16le').toString('base64')}`;
}

/** A script as a file: Windows PowerShell reads one without a byte order mark in the machine's old code page. */
export function scriptFile(text: string): string {
  return /[^\0-\x7f]/.test(text) ? `\ufeff${text}` : text;
}
