/** The version of the plugin interface that this package describes. */
export const apiVersion = 1;

/** Kinds of components, spelled as in the `bake` key of a package.json. */
export type ManifestKind =
  | 'builders'
  | 'provisioners'
  | 'post-processors'
  | 'data-sources'
  | 'communicators';

/**
 * The `bake` key of a plugin's package.json: for each kind, component names and the module of each,
 * relative to the package. The module's default export is the component.
 */
export type PluginManifest = {
  readonly api: number;
} & {
  readonly [K in ManifestKind]?: Readonly<Record<string, string>>;
};
