/** A command line that runs a script by PowerShell. What the script writes is text, errors too. */
export function powershell(script: string): string {
  const encoded = Buffer.from(script, 'utf16le').toString('base64');
  return `powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -EncodedCommand ${encoded}`;
}

/**
 * A path as PowerShell takes it, in quotes. As with Packer, slashes may stand for backslashes, quotes around it are
 * dropped, and PowerShell expands `$env:TEMP` and its like in it.
 */
export function quotedPath(path: string): string {
  const plain = path.replace(/^['"]+|['"]+$/g, '').replaceAll('/', '\\');
  // PowerShell takes typographic quotes for quotes, too.
  return `"${plain.replace(/["\u201C-\u201E]/g, '$&$&')}"`;
}

/** What all our scripts begin with. */
export const strict = "$ErrorActionPreference='Stop';$ProgressPreference='SilentlyContinue'";

/** In a `catch`: says what went wrong as `TYPE: MESSAGE` and ends the script. */
export const giveUp =
  "$e=$_.Exception.GetBaseException();[Console]::Error.WriteLine($e.GetType().Name+': '+$e.Message);exit 1";
