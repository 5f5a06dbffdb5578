/** How a call that starts a server takes its address. */
export interface ServerCall {
  /** Callee with imports spelled out. */
  readonly callee: RegExp;
  /** Only in modules that import this. */
  readonly imports?: RegExp;
  /** Keywords that no other call has: with one of them the import may be another module's. */
  readonly telling?: readonly string[];
  readonly what: string;
  readonly service: string | null;
  /** Keywords, or the position of the argument; a number of 100 and more: element of the tuple at position 0. */
  readonly host: readonly (string | number)[];
  readonly port: readonly (string | number)[];
  /** Where it listens when it is not told; null: not known. */
  readonly defaultHost: string | null;
  readonly defaultPort: string | null;
  readonly certificate: readonly string[];
  readonly key: readonly string[];
  /** Keyword whose presence is TLS by itself (`ssl_context=`). */
  readonly context: readonly string[];
  /** Keywords that make it ask for a login. */
  readonly auth: readonly string[];
  /** What a setting of it is called by: `uvicorn.run(host=)`. */
  readonly name: string;
  /** The command that the call amounts to, for those who know services by their commands. */
  readonly command: readonly string[] | null;
  /** It is an ASGI or WSGI application, so that what guards it stands in the application. */
  readonly application: boolean;
}

const TUPLE = 100;

function call(callee: RegExp, name: string, what: string, more: Partial<ServerCall>): ServerCall {
  return {
    callee,
    name,
    what,
    service: null,
    host: ['host'],
    port: ['port'],
    defaultHost: null,
    defaultPort: null,
    certificate: [],
    key: [],
    context: [],
    auth: [],
    command: null,
    application: true,
    ...more,
  };
}

/*
 * Defaults are those of the libraries' own documentation and signatures: uvicorn 127.0.0.1:8000, Flask 127.0.0.1:5000,
 * aiohttp.web all addresses:8080, waitress 0.0.0.0:8080, gradio 127.0.0.1:7860, FastMCP 127.0.0.1:8000, NiceGUI 0.0.0.0:8080.
 */
export const SERVER_CALLS: readonly ServerCall[] = [
  call(/^uvicorn(\.main)?\.(run|Config)$/, 'uvicorn.run', 'uvicorn', {
    service: 'fastapi',
    defaultHost: '127.0.0.1',
    defaultPort: '8000',
    certificate: ['ssl_certfile'],
    key: ['ssl_keyfile'],
    command: ['uvicorn'],
  }),
  call(/^gradio\..*launch$|(^|\.)launch$/, 'launch', 'gradio', {
    imports: /^gradio(\.|$)/,
    telling: ['server_name', 'server_port'],
    service: 'gradio',
    host: ['server_name'],
    port: ['server_port'],
    defaultHost: '127.0.0.1',
    defaultPort: '7860',
    certificate: ['ssl_certfile'],
    key: ['ssl_keyfile'],
    auth: ['auth', 'auth_dependency'],
    command: ['gradio'],
    application: false,
  }),
  call(/^aiohttp\.web\.run_app$|^web\.run_app$/, 'web.run_app', 'aiohttp', {
    defaultHost: '',
    defaultPort: '8080',
    context: ['ssl_context'],
  }),
  call(/^(aiohttp\.)?web\.TCPSite$/, 'web.TCPSite', 'aiohttp', {
    imports: /^aiohttp(\.|$)/,
    host: ['host', 1],
    port: ['port', 2],
    defaultHost: '',
    defaultPort: '8080',
    context: ['ssl_context'],
  }),
  call(/^waitress\.serve$/, 'waitress.serve', 'waitress', { defaultHost: '0.0.0.0', defaultPort: '8080' }),
  call(
    /^(http\.server\.|wsgiref\.simple_server\.|socketserver\.)?(Threading)?(HTTPServer|TCPServer|ThreadingTCPServer)$/,
    'HTTPServer',
    'Python http.server',
    { imports: /^(http\.server|socketserver|http|wsgiref)/, host: [TUPLE], port: [TUPLE + 1] },
  ),
  call(/^gevent\.pywsgi\.WSGIServer$|^pywsgi\.WSGIServer$/, 'WSGIServer', 'gevent', {
    host: [TUPLE],
    port: [TUPLE + 1],
    certificate: ['certfile'],
    key: ['keyfile'],
    context: ['ssl_context'],
  }),
  call(/^werkzeug\.serving\.run_simple$/, 'run_simple', 'werkzeug', {
    host: ['hostname', 0],
    port: ['port', 1],
    context: ['ssl_context'],
  }),
  call(/^websockets(\.\w+)*\.serve$/, 'websockets.serve', 'websockets', {
    host: ['host', 1],
    port: ['port', 2],
    defaultHost: '',
    context: ['ssl'],
    application: false,
  }),
  call(/^asyncio\.start_server$/, 'asyncio.start_server', 'asyncio', {
    host: ['host', 1],
    port: ['port', 2],
    defaultHost: '',
    context: ['ssl'],
    application: false,
  }),
  call(/^nicegui\.ui\.run$|^ui\.run$/, 'ui.run', 'NiceGUI', {
    imports: /^nicegui/,
    defaultHost: '0.0.0.0',
    defaultPort: '8080',
    certificate: ['ssl_certfile'],
    key: ['ssl_keyfile'],
  }),
  call(/^ray\.init$/, 'ray.init', 'Ray dashboard', {
    imports: /^ray$/,
    service: 'ray',
    host: ['dashboard_host'],
    port: ['dashboard_port'],
    defaultHost: '127.0.0.1',
    defaultPort: '8265',
    application: false,
    command: ['ray', 'start', '--head'],
  }),
  call(/(^|\.)(run|run_sse_async|run_http_async|run_streamable_http_async|run_async)$/, 'mcp.run', 'MCP server', {
    imports: /(^|\.)FastMCP$/,
    service: 'mcp',
    defaultHost: '127.0.0.1',
    defaultPort: '8000',
    auth: ['auth'],
    application: false,
    command: ['fastmcp', 'run'],
  }),
  call(/(^|\.)(run|run_server)$/, 'app.run', 'Flask', {
    imports: /^(flask|quart|sanic|bottle|dash|flask_socketio)(\.|$)/i,
    defaultHost: '127.0.0.1',
    defaultPort: '5000',
    context: ['ssl_context', 'ssl'],
    certificate: ['certfile'],
    key: ['keyfile'],
  }),
  call(/(^|\.)listen$/, 'listen', 'Tornado', {
    imports: /^tornado/,
    host: ['address', 1],
    port: ['port', 0],
    defaultHost: '',
    context: ['ssl_options'],
  }),
];

export const APPLICATIONS = /(^|\.)(FastAPI|Starlette|Flask|Quart|Sanic|Bottle|Dash|Litestar|Application|FastMCP)$/;
export { TUPLE };
