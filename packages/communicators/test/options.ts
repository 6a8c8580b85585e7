import { type CommunicatorConfig, communicatorOptions } from '@bake/plugin-sdk';

/** Decoded options with the schema's defaults, as core gives them to a communicator. */
export function options(set: Partial<CommunicatorConfig> = {}): CommunicatorConfig {
  const defaults = Object.entries(communicatorOptions).map(([name, option]) => [
    name,
    'default' in option ? option.default : undefined,
  ]);
  return { ...Object.fromEntries(defaults), ...set } as CommunicatorConfig;
}
