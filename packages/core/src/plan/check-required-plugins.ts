import type { Diagnostics } from '@bake/hcl';
import type { RequiredPlugin, Template } from '../config/template.ts';
import { parseConstraints, parseVersion, satisfies } from '../config/version-constraint.ts';
import * as messages from '../messages.ts';
import type { Registry } from '../plugins/registry.ts';

/**
 * Holds `required_plugins` against what is installed. A HashiCorp source names one of our packages
 * (`github.com/hashicorp/docker` is `@bake/plugin-docker`), whatever version of Packer's plugin it asks
 * for: ours have versions of their own. An `npm/` source names any package, whose version must fit.
 */
export function checkRequiredPlugins(
  template: Template,
  registry: Registry,
  diagnostics: Diagnostics,
): void {
  for (const required of template.requiredPlugins.values()) {
    const wanted = packageOf(required.source);
    const found = registry.plugins.find((plugin) => plugin.name === wanted);
    const isThere =
      found !== undefined && (wanted.startsWith('@bake/') || fits(found.version, required));
    if (!isThere) diagnostics.add(messages.missingPlugin(required.source, wanted, required.range));
  }
}

function packageOf(source: string): string {
  const [host, ...rest] = source.split('/');
  if (host === 'npm') return rest.join('/');
  return `@bake/plugin-${rest.at(-1) ?? ''}`;
}

function fits(version: string, required: RequiredPlugin): boolean {
  const parsed = parseVersion(version);
  if (parsed === undefined) return false;
  // A pre-release that is installed counts as what it will be, as in Packer; it can be told to be ignored.
  const release = { ...parsed, prerelease: '' };
  return satisfies(release, parseConstraints(required.version) ?? []);
}
