/**
 * The engine in three verbs: `load()` reads a template, `plan()` evaluates and checks it, `run()`
 * carries the plan out. It knows no arguments, no terminal and no particular plugin.
 */

export { CheckpointStore, type StoredCheckpoint } from './cache/checkpoint-store.ts';
export type { BuildExplanation, ProvisionerExplanation } from './cache/explanation.ts';
export { removeCheckpoint } from './cache/remove-checkpoint.ts';
export { type CacheLimits, surplusOf } from './cache/surplus.ts';
export { emptyTemplate } from './config/empty-template.ts';
export type { Template, VariableDeclaration } from './config/template.ts';
export type {
  Answer,
  ArtifactEvent,
  ArtifactRecord,
  Ask,
  BakeEvent,
  BuildEnd,
  BuildStart,
  Cancelling,
  CheckpointEvent,
  DiagnosticEvent,
  ErrorRecord,
  Leftover,
  Message,
  Outcome,
  Output,
  ProgressReport,
  Resume,
  RunEnd,
  RunStart,
  StepEnd,
  StepKind,
  StepStart,
} from './events/event.ts';
export type { Listener } from './events/event-stream.ts';
export { Redactor } from './events/redact.ts';
export { noOpenFiles, type OpenFiles } from './files/open-files.ts';
export {
  type GraphEdge,
  type GraphNode,
  type GraphNodeKind,
  graphOf,
  type TemplateGraph,
} from './graph/template-graph.ts';
export {
  type FoundRemains,
  findRemains,
  type RunRemains,
  type UnclearJournal,
} from './journal/find-remains.ts';
export { type Reclaimed, type ReclaimOptions, reclaim } from './journal/reclaim.ts';
export type { Owner, Remnant } from './journal/record.ts';
export { type LoadedTemplate, load, loadPiped, type PipedTemplate } from './load.ts';
export { factNames } from './plan/build-facts.ts';
export { CheckMemory } from './plan/check-memory.ts';
export { type CheckedTemplate, checkTemplate } from './plan/check-template.ts';
export {
  type EvaluatedTemplate,
  type EvaluationOptions,
  evaluateTemplate,
  readVariables,
  type VariableOptions,
} from './plan/evaluate-template.ts';
export { fingerprintOf } from './plan/fingerprint.ts';
export { type PlanOptions, plan } from './plan/make-plan.ts';
export {
  type BuildOutline,
  type ComponentOutline,
  outlineBuilds,
  type SourceOutline,
} from './plan/outline.ts';
export type {
  DeferredConfig,
  Plan,
  PlannedBuild,
  PlannedComponent,
  PlannedPostProcessor,
  PlannedProvisioner,
} from './plan/plan.ts';
export { parseSourceReference, type SourceReference } from './plan/source-reference.ts';
export { type FoundPlugin, findPlugins, type PluginPlaces } from './plugins/find-plugins.ts';
export { type PluginOrigin, type PluginProject, pluginProject } from './plugins/plugin-project.ts';
export {
  type ComponentOf,
  createRegistry,
  type Loaded,
  type PluginIdentity,
  type Registry,
} from './plugins/registry.ts';
export type { ReadAnswer } from './run/asker.ts';
export type { BuildResult } from './run/run-build.ts';
export {
  type CacheOptions,
  type OnError,
  onErrorChoices,
  type RunOptions,
} from './run/run-options.ts';
export { type RunResult, run } from './run/run-plan.ts';
export type { Answers, AskService } from './services/answers.ts';
export type { RootValues } from './values/root-scope.ts';
export type { VariableInputs } from './values/variable-sources.ts';
export type { GivenVariable, GivenVariables } from './values/variable-values.ts';
export { bakeVersion, coreVersion } from './version.ts';
