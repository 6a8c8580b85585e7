import type { Diagnostics } from '@bake/hcl';
import { isFailure } from '@bake/plugin-sdk';
import type { RequiredPlugin, Template } from '../config/template.ts';
import { fits } from '../config/version-constraint.ts';
import * as messages from '../messages.ts';
import { lockFileName } from '../plugins/lock-file.ts';
import type { Registry } from '../plugins/registry.ts';

/**
 * Holds `required_plugins` against what is installed. A HashiCorp source names one of our packages
 * (`github.com/hashicorp/docker` is `@bake/plugin-docker`), whatever version of Packer's plugin it asks
 * for: ours have versions of their own. An `npm/` source, and one that `bake.json` maps, names any package, whose version must
 * fit.
 */
export function checkRequiredPlugins(
  template: Template,
  registry: Registry,
  diagnostics: Diagnostics,
): void {
  for (const required of template.requiredPlugins.values()) {
    try {
      const advice = adviceFor(required, registry);
      if (advice === undefined) continue;
      diagnostics.add(messages.missingPlugin(required.source, advice, required.range));
    } catch (error) {
      if (!isFailure(error)) throw error;
      const { message, detail = '' } = error;
      diagnostics.add(messages.unreadablePlugins(message, detail, required.range));
    }
  }
}

/** What is missing and what to do; `undefined` when nothing is. */
function adviceFor(required: RequiredPlugin, registry: Registry): string | undefined {
  const origin = registry.project.originOf(required.source);
  if (origin.kind === 'unknown') return unknownAdvice(required.source);
  const found = registry.plugins.find((plugin) => plugin.name === origin.package);
  if (origin.kind === 'first-party') {
    return found === undefined ? notOursAdvice(required.source) : undefined;
  }
  if (found === undefined) {
    return `Its package ${origin.package} is not installed: run "bake init" for this template.`;
  }
  if (!fits(found.version, required.version)) {
    return `${origin.package} is installed in version ${found.version}, which is not ${required.version}: run "bake init -upgrade" for this template.`;
  }
  const locked = registry.project.locked();
  if (locked === undefined || found.isLinked) return undefined;
  return locked.some((one) => one.package === origin.package)
    ? undefined
    : `${origin.package} is installed, but not in ${lockFileName}: run "bake init" for this template.`;
}

function unknownAdvice(source: string): string {
  return `No package for bake is known by that address, and Packer's own plugins are programs that only Packer can run. If an npm package does what it does, say so in bake.json: {"plugins": {"${source}": "PACKAGE"}}.`;
}

function notOursAdvice(source: string): string {
  return `bake does not come with a plugin of that name. If an npm package does what it does, say so in bake.json: {"plugins": {"${source}": "PACKAGE"}}.`;
}
