/**
 * The version of Packer whose templates bake reads and whose behaviour it gives: `packer.version` in
 * templates, and what `required_version` is held against.
 */
export const coreVersion = '1.16.0';

/** The version of bake itself. */
export const bakeVersion = '0.1.0';
