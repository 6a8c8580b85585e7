import { type CommunicatorConfig, communicatorOptions } from '@bake/plugin-sdk';

/** The options of a template that says nothing about its communicator. */
export function communicatorDefaults(): CommunicatorConfig {
  const defaults = Object.entries(communicatorOptions).map(([name, option]) => [
    name,
    'default' in option ? option.default : undefined,
  ]);
  return Object.fromEntries(defaults) as CommunicatorConfig;
}
