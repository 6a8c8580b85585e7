/**
 * What provisioners share that bring the files of a tool to the machine and run it there (Puppet, Salt, Chef, Ansible):
 * checks of paths, the folder for the files, how the tool ended. As light as the main entry.
 */
export { checkPath, checkPaths, checkSet, type PathKind } from './check-path.ts';
export {
  type Guest,
  type GuestSystem,
  makeFolderCommand,
  removeFolderCommand,
  shellQuoted,
} from './guest.ts';
export { packerFacts } from './packer-facts.ts';
export { StagingFolder, type StagingSettings } from './staging-folder.ts';
export { requireToolSuccess, runShown, type ToolEnd } from './tool.ts';
