/** What a plugin and its components are called. */
export interface PluginName {
  /** The npm package: `@acme/bake-plugin-banner`. */
  readonly package: string;
  /** In templates: `banner`. */
  readonly component: string;
}

/**
 * Reads `banner`, `bake-plugin-banner`, `@acme/banner` or `@acme/bake-plugin-banner`. Throws an `Error` in words for the
 * user when it would be no name for a package and a component.
 */
export function pluginName(text: string): PluginName {
  const [, scope = '', component = ''] =
    /^(@[a-z0-9][a-z0-9._-]*\/)?(?:bake-plugin-)?([a-z][a-z0-9-]*)$/.exec(text) ?? [];
  if (component === '' || text.length > 150) {
    throw new Error(
      `"${text}" is no name for a plugin: small letters, digits and dashes, beginning with a letter, such as banner or @acme/banner.`,
    );
  }
  return { package: `${scope}bake-plugin-${component}`, component };
}
