/**
 * The contracts between bake and its plugins. This entry is light on purpose: it is loaded with every
 * plugin at start-up. Heavier parts have entries of their own: `@bake/plugin-sdk/process`,
 * `@bake/plugin-sdk/go-template`, `@bake/plugin-sdk/gzip`, `@bake/plugin-sdk/http`, `@bake/plugin-sdk/testing`; `@bake/plugin-sdk/scripts`,
 * `@bake/plugin-sdk/staging` and `@bake/plugin-sdk/windows` are as light as this one.
 */
export type { Artifact } from './artifact.ts';
export { checkTemplateOption } from './check-template-option.ts';
export type {
  BuildCache,
  Checkpoints,
  Inputs,
  MachineStart,
  ResumePoint,
  TakenCheckpoint,
} from './checkpoints.ts';
export { clearAuthorizedKeys } from './clear-authorized-keys.ts';
export {
  type CommandResult,
  type Communicator,
  type CommunicatorComponent,
  type ConnectTarget,
  defineCommunicator,
  type Machine,
  type MachineFacts,
  type RemoteCommand,
  type Upload,
} from './communicator.ts';
export { type CommunicatorConfig, communicatorOptions } from './communicator-config.ts';
export {
  type Builder,
  type Complain,
  type Component,
  type ComponentBase,
  type DataContext,
  type DataSource,
  defineBuilder,
  defineDataSource,
  definePostProcessor,
  defineProvisioner,
  type PostProcessed,
  type PostProcessor,
  type Provisioner,
  type TextFunctions,
} from './component.ts';
export type {
  AskOptions,
  BuildContext,
  BuildFacts,
  Cleanup,
  CleanupOptions,
  Progress,
  RunContext,
  Ui,
  Undo,
} from './context.ts';
export { saveDebugKey } from './debug-key.ts';
export { delayedSignal } from './delayed-signal.ts';
export { formatDuration, parseDuration, timerDelay } from './duration.ts';
export { endProcesses } from './end-processes.ts';
export {
  Failure,
  type FailureReport,
  isCancellation,
  isFailure,
  messageOf,
  systemReason,
} from './failure.ts';
export { identityOf } from './file-identity.ts';
export { freePort } from './free-port.ts';
export { hasProgram } from './has-program.ts';
export type { Creation, JournalEntry, ReclaimContext, Remains, Traces } from './journal.ts';
export { type KeyPair, type KeyPairOptions, makeKeyPair, openSshText } from './key-pair.ts';
export { makeFolders, removeEmptyFolders } from './make-folders.ts';
export { apiVersion, type ManifestKind, type PluginManifest } from './manifest.ts';
export { openLocalFile } from './open-local-file.ts';
export { partEnding, partOf } from './part-file.ts';
export { placeFile } from './place-file.ts';
export { publicKeyOf } from './public-key.ts';
export {
  block,
  blocks,
  bool,
  type ConfigSchema,
  duration,
  type Infer,
  number,
  numbers,
  type Option,
  type OptionKind,
  type OptionSettings,
  object,
  string,
  stringLists,
  stringMap,
  strings,
} from './schema/option.ts';
export { withDefaults } from './schema/with-defaults.ts';
export { defineStep, type Step } from './step.ts';
