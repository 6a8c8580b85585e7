/** Tools for tests of plugins, and the private SSH machine that the sandbox builder is made of. */
export { asNobody } from './as-nobody.ts';
export { checkArtifact } from './check-artifact.ts';
export { complaintsOf } from './complaints.ts';
export { connectSshMachine, type SshAddress } from './connect-ssh-machine.ts';
export { type DockerEngine, startDockerEngine, whyNoDockerEngine } from './docker-engine.ts';
export {
  type DockerRegistry,
  registryLogin,
  startDockerRegistry,
  whyNoDockerRegistry,
} from './docker-registry.ts';
export { drawConduct } from './draw-conduct.ts';
export {
  type FakeCall,
  type FakeMachine,
  type FakeMachineOptions,
  type FakeResult,
  fakeMachine,
} from './fake-machine.ts';
export {
  type CommunicatorCall,
  type CommunicatorFault,
  type FaultyCommunicator,
  faultyCommunicator,
} from './faulty-communicator.ts';
export {
  type Direction,
  type FaultyLine,
  type LineConduct,
  type LineFault,
  startFaultyLine,
} from './faulty-line.ts';
export { localCertificate } from './local-certificate.ts';
export { type Moto, startMoto, whyNoMoto } from './moto.ts';
export { type PythonPackage, type PythonPrograms, pythonPrograms } from './python-program.ts';
export { Random } from './random.ts';
export { type RecordedUi, recordUi } from './record-ui.ts';
export {
  type ReportedArtifact,
  runTemplate,
  type TemplateEvent,
  type TemplateRun,
  type TemplateTrial,
} from './run-template.ts';
export type { SshLogin, SshMachine, SshMachineOptions } from './ssh-machine/machine.ts';
export { startSshMachine } from './ssh-machine.ts';
export { type Sshd, startSshd, whyNoPasswords, whyNoSshd } from './sshd.ts';
export { type TemporaryFolders, temporaryFolders } from './temporary-folders.ts';
export { type TestContext, type TestContextOptions, testContext } from './test-context.ts';
export { type GuestConduct, whyNoQemu, writeTinyGuest } from './tiny-guest.ts';
export { type Trace, traceProvisioner } from './trace-provisioner.ts';
