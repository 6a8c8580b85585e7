/** The script behind `powershell -EncodedCommand ...`; nothing for other commands. */
export function decodeCommand(command: string): string {
  const [, encoded = ''] = /-EncodedCommand (\S+)$/.exec(command) ?? [];
  return Buffer.from(encoded, 'base64').toString('utf16le');
}
