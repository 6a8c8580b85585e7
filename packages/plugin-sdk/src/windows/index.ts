/** What components for Windows machines share: texts of PowerShell, files that go away again, commands with the highest rights. */
export { type Elevated, type ElevatedUser, elevate } from './elevate.ts';
export { type ElevatedCommand, elevatedScript } from './elevated-script.ts';
export { encodedCommand, escaped, scriptFile, singleQuoted } from './powershell-text.ts';
export { RemoteFiles } from './remote-files.ts';
