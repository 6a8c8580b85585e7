import { Failure } from '@bake/plugin-sdk';
import type { FoundPlugin } from './find-plugins.ts';
import { integrityOf } from './integrity.ts';
import { lockFileName } from './lock-file.ts';
import type { PluginProject } from './plugin-project.ts';

/** bake's own come and go with it, so no lock file names them. */
export function isFirstParty(packageName: string): boolean {
  return packageName.startsWith('@bake/');
}

/**
 * Holds a plugin against the lock file, before any of its code runs. Throws a `Failure` when the lock file names
 * another version or content.
 */
export function verifyPlugin({ name, version, folder }: FoundPlugin, project: PluginProject): void {
  if (isFirstParty(name)) return;
  const locked = project.locked()?.find((one) => one.package === name);
  if (locked === undefined) return;
  if (locked.version !== version) {
    throw new Failure({
      summary: `Plugin ${name} ${version} is not the version ${locked.version} that ${lockFileName} names`,
      detail: `It is in ${folder}. Run "bake init" to install ${locked.version}, or "bake init -upgrade" to take the newest and lock that.`,
    });
  }
  if (integrityOf(folder) === locked.integrity) return;
  throw new Failure({
    summary: `Plugin ${name} ${version} is not what ${lockFileName} was written for: its files have changed`,
    detail: `Something changed files in ${folder}, so none of it was run. Run "bake init -force" to install it again. If the change is yours, take its block out of ${lockFileName} and run "bake init" to lock it as it is.`,
  });
}
