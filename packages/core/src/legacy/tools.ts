/** What is done with templates in the legacy JSON format beside building them; loaded by the commands that do it. */

export { type LegacyConsole, legacyConsole } from './console-legacy.ts';
export { checkFixed, fixLegacy } from './fix/fix-template.ts';
export { fixers } from './fix/fixers.ts';
export { type InspectionLine, inspectLegacy, outlineLegacy } from './inspect-legacy.ts';
export { readLegacySource } from './legacy-source.ts';
export { type UpgradeOptions, upgradeLegacy } from './upgrade/upgrade-template.ts';
