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
export { TunnelAgent } from './tunnel-agent.ts';
