// ClickHouse's engine behind its HTTP interface, as far as inserts and queries need it. It runs in its own process, because
// the engine is native code.
// Usage: node clickhouse-engine.mjs <port, or 0> <folder for its data> <folder of chDB> <users as JSON>
//
// The engine runs every statement with the settings of the URL, and finds the errors. The interface is ours: login, status
// and headers. Without `wait_end_of_query` the answer begins before the statement has run, as a real server may do; a
// failure then follows as text behind a 200.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

/** @typedef {{ password: string, readonly?: boolean }} User */
/** @typedef {{ status: number, code?: number, body: Uint8Array | string }} Answer */

const [port = '', data = '', chdb = '', users = '{}'] = process.argv.slice(2);
const { Session } = createRequire(import.meta.url)(chdb);
// The engine runs as long as one session is open. Its version goes to the log.
const keeper = new Session(data);
console.log(keeper.query('SELECT version()'));

/** URL parameters that are not settings. */
const PARAMETERS = new Set(['query', 'query_id', 'default_format', 'wait_end_of_query']);

/** Error codes of a statement by HTTP status, as ClickHouse itself maps them; any other code is a 500. */
const STATUS = /** @type {const} */ ([
  [403, [192, 193, 497, 516]],
  [400, [6, 25, 26, 27, 36, 38, 41, 53, 62, 72, 117, 321, 376, 441, 675, 676]],
  [404, [46, 47, 50, 56, 60, 63, 73, 81, 115, 511]],
  [408, [159]],
]);

const server = createServer(async (request, response) => {
  const { searchParams } = new URL(request.url ?? '', 'http://localhost');
  const id = searchParams.get('query_id') ?? randomUUID();
  const headers = { 'X-ClickHouse-Query-Id': id, 'Content-Type': 'text/plain; charset=UTF-8' };
  const waits = searchParams.get('wait_end_of_query') === '1';
  const body = await buffer(request).catch(() => undefined);
  if (body === undefined) return;
  const user = userOf(request);
  if (user && !waits) response.writeHead(200, headers);
  const answer = user
    ? await run(user, searchParams, inflated(request, body))
    : failure('Code: 516. DB::Exception: Authentication failed. (AUTHENTICATION_FAILED)');
  const code = answer.code === undefined ? {} : { 'X-ClickHouse-Exception-Code': String(answer.code) };
  if (!response.headersSent) response.writeHead(answer.status, { ...headers, ...code });
  response.end(answer.body);
});
server.listen(Number(port), '127.0.0.1', () => {
  const { port: bound } = /** @type {import('node:net').AddressInfo} */ (server.address());
  console.log(`listening on ${bound}`);
});

/**
 * Each statement runs in its own session, so that no setting outlives it.
 * @param {User} user
 * @param {URLSearchParams} parameters
 * @param {string} body
 * @returns {Promise<Answer>}
 */
async function run(user, parameters, body) {
  const session = new Session(data);
  try {
    for (const [setting, value] of parameters)
      if (!PARAMETERS.has(setting)) session.query(`SET ${name(setting)} = ${text(value)}`);
    if (user.readonly) session.query('SET readonly = 1');
    const query = parameters.get('query');
    const result = await session.queryAsync(query === null ? body : `${query}\n${body}`, {
      format: parameters.get('default_format') ?? 'TabSeparated',
    });
    return { status: 200, body: result.bytes() };
  } catch (error) {
    return failure(String(error));
  } finally {
    session.close();
  }
}

/**
 * chDB reports the engine's error code only inside the message.
 * @param {string} message
 * @returns {Answer}
 */
function failure(message) {
  const code = Number(/Code: (\d+)\./.exec(message)?.[1] ?? 1002);
  const [status] = STATUS.find(([, codes]) => codes.some((one) => one === code)) ?? [500];
  return { status, code, body: `${message}\n` };
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @returns {User | undefined}
 */
function userOf({ headers }) {
  const basic = /^Basic (.*)$/.exec(headers.authorization ?? '')?.[1] ?? '';
  const [given = '', ...rest] = Buffer.from(basic, 'base64').toString().split(':');
  const login = String(headers['x-clickhouse-user'] ?? (given || 'default'));
  const password = String(headers['x-clickhouse-key'] ?? rest.join(':'));
  const known = /** @type {Record<string, User>} */ (JSON.parse(users))[login];
  return known?.password === password ? known : undefined;
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {Buffer} body
 */
function inflated({ headers }, body) {
  return (headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
}

/** @param {string} value */
function name(value) {
  return `\`${value.replaceAll(/[\\`]/g, '\\$&')}\``;
}

/** @param {string} value */
function text(value) {
  return `'${value.replaceAll(/[\\']/g, '\\$&')}'`;
}
