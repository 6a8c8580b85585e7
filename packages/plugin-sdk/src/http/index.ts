/** HTTP for components and core: what Node's own client lacks on Node 20, proxies above all. */
export { networkProblem } from './network-problem.ts';
export {
  type Environment,
  type ProxySetting,
  parseProxy,
  proxyFor,
  proxySetting,
} from './proxy.ts';
export {
  type HttpRequest,
  type HttpResponse,
  type HttpTls,
  type HttpUpload,
  type OpenHttpResponse,
  openRequest,
  sendRequest,
} from './request.ts';
export {
  type Server,
  sendTo,
  serverAt,
  shownAddress,
  unreachable,
  urlBelow,
} from './service.ts';
export {
  boolSetting,
  fileSetting,
  invalidSetting,
  type TlsVariables,
  textSetting,
  tlsSettings,
} from './settings.ts';
export { TunnelAgent } from './tunnel-agent.ts';
export {
  askVault,
  type VaultAnswer,
  type VaultPlace,
  type VaultQuestion,
  vaultRefused,
} from './vault.ts';
