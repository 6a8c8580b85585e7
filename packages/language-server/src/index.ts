/** The language server: bake's engine behind the Language Server Protocol, on standard input and output. */
export { runServer } from './run-server.ts';
export { type ServerSettings, serve } from './server.ts';
