/** What it takes to install plugins and lock them. */
export type { RequiredPlugin } from '../config/template.ts';
export {
  compareVersions,
  fits,
  parseConstraints,
  parseVersion,
  satisfies,
  type Version,
} from '../config/version-constraint.ts';
export { integrityOf } from './integrity.ts';
export { type LockedPlugin, lockFileName, lockFileText, readLockFile } from './lock-file.ts';
export { userPluginFolder } from './user-folder.ts';
export { isFirstParty, verifyPlugin } from './verify-plugin.ts';
