/**
 * What builders of virtual machines share: option groups with their checks, and steps. As light as the main
 * entry, since option groups are part of components; what is heavy loads when a check or step needs it.
 */

export { checkBoot } from './boot/check.ts';
export { type Keyboard, needsShift, type Typing, Typist } from './boot/keyboard.ts';
export {
  type BootOptions,
  type BootStep,
  bootKeyIntervalOption,
  bootOptions,
  bootStepsOf,
  bootStepsOption,
} from './boot/options.ts';
export {
  type BootAction,
  type BootCommand,
  type BootKey,
  type BootProblem,
  type KeyAction,
  parseBootCommand,
  type SpecialKey,
  specialKeys,
} from './boot/parse-boot-command.ts';
export { qcodeKeyboard, qcodeOf } from './boot/qcode.ts';
export { type BootTyping, typeBootCommand } from './boot/type-boot-command.ts';
export { type VncTarget, vncKeyboard } from './boot/vnc-keyboard.ts';
export { makeCd } from './cd/make-cd.ts';
export { type CdOptions, cdOptions, checkCd, requireCdProgram, wantsCd } from './cd/options.ts';
export { makeFloppy } from './floppy/make-floppy.ts';
export { checkFloppy, type FloppyOptions, floppyOptions, wantsFloppy } from './floppy/options.ts';
export { checkHttp, type HttpOptions, httpOptions, servesHttp } from './http/options.ts';
export { type HttpServer, type HttpServing, serveHttp } from './http/serve-http.ts';
export { type Download, download, isoDownload, type LocalFile } from './iso/download.ts';
export { type LockWait, takeLock } from './iso/file-lock.ts';
export { checkIso, type IsoOptions, isoOptions, isoUrlsOf } from './iso/options.ts';
export {
  makeOutputDirectory,
  type OutputDirectoryOptions,
  type OutputDirectoryWish,
  outputDirectoryOptions,
} from './output-directory.ts';
export { type Ending, shutDown } from './shut-down.ts';
export {
  disableShutdownOption,
  postShutdownDelayOption,
  type ShutdownOptions,
  shutdownOptions,
} from './shutdown-options.ts';
