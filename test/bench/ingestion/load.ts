import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What callers send in a cell. */
export type Shape = 'single' | 'batch-10' | 'batch-100' | 'pixel';

/** Events of one request. */
export const EVENTS: Readonly<Record<Shape, number>> = {
  single: 1,
  'batch-10': 10,
  'batch-100': 100,
  pixel: 1,
};

export const WRITE_KEY = 'bench-write-key-1';
const CONNECTIONS = 64;

/** The result of one load. Times are in ms. */
export interface Load {
  readonly perSecond: number;
  /** Requests that were answered with a 2xx status; every event of them is acknowledged. */
  readonly accepted: number;
  /** Answers with another status, and requests without an answer. */
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
}

/**
 * wrk is native and takes a small share of a core. Every event has an id of its own, or deduplication would drop it. An
 * event has about 600 bytes; the ids of two processes differ by `run`.
 */
export async function load(
  port: number,
  shape: Shape,
  { seconds, folder, connections = CONNECTIONS }: { seconds: number; folder: string; connections?: number },
): Promise<Load> {
  const script = join(folder, `${shape}.lua`);
  await writeFile(
    script,
    luaOf(shape, `${Date.now().toString(36)}${Math.floor(Math.random() * 1e9).toString(36)}`),
  );
  const url = `http://127.0.0.1:${port}`;
  const options = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script, url];
  const { stdout } = await promisify(execFile)('wrk', options, { maxBuffer: 4_194_304 });
  const line = stdout.split('\n').find((text) => text.startsWith('{'));
  if (line === undefined) throw new Error(`wrk printed no result:\n${stdout}`);
  const result = JSON.parse(line) as Record<
    'requests' | 'duration' | 'status' | 'lost' | 'p50' | 'p99',
    number
  >;
  const accepted = result.requests - result.status;
  return {
    perSecond: (accepted * EVENTS[shape]) / (result.duration / 1e6),
    accepted,
    failed: result.status + result.lost,
    p50: result.p50 / 1_000,
    p99: result.p99 / 1_000,
  };
}

const CONTEXT = {
  library: { name: 'analytics-node', version: '2.1.0' },
  page: {
    path: '/checkout',
    referrer: 'https://www.example.com/cart',
    title: 'Checkout',
    url: 'https://www.example.com/checkout?step=2',
  },
  userAgent:
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36',
  locale: 'en-GB',
};

const PROPERTIES = {
  orderId: 'order-48213',
  revenue: 129.9,
  currency: 'EUR',
  coupon: null,
  products: [{ sku: 'A-17', price: 64.95, quantity: 2 }],
};

/** An event as Lua code, which puts the running number into its two ids. */
function eventAsLua(): string {
  const event = {
    type: 'track',
    event: 'Order Completed',
    userId: 'user-@@',
    properties: PROPERTIES,
    context: CONTEXT,
    timestamp: '2026-11-30T12:00:00.000Z',
    messageId: 'bench-@@',
  };
  return `'${JSON.stringify(event).replaceAll('@@', "' .. id .. '")}'`;
}

function luaOf(shape: Shape, run: string): string {
  return `
local count = 0
local run = '${run}'
local headers = { ['Authorization'] = 'Basic ${Buffer.from(`${WRITE_KEY}:`).toString('base64')}', ['Content-Type'] = 'application/json' }
local function event()
  count = count + 1
  local id = run .. string.format('%09d', count)
  return ${eventAsLua()}
end
${shape === 'pixel' ? PIXEL : postAsLua(shape)}
function done(summary, latency)
  io.write(string.format('{"requests":%d,"duration":%d,"status":%d,"lost":%d,"p50":%d,"p99":%d}\\n',
    summary.requests, summary.duration, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
`;
}

function postAsLua(shape: Exclude<Shape, 'pixel'>): string {
  if (shape === 'single')
    return `function request() return wrk.format('POST', '/v1/track', headers, event()) end`;
  return `function request()
  local events = {}
  for n = 1, ${EVENTS[shape]} do events[n] = event() end
  return wrk.format('POST', '/v1/batch', headers, '{"batch":[' .. table.concat(events, ',') .. ']}')
end`;
}

/** Segment's pixel carries the call as base64 of JSON in \`data\` (WIRE 4.1). */
const PIXEL = `
local alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
local pairs_of = {}
for high = 0, 63 do for low = 0, 63 do
  pairs_of[high * 64 + low] = alphabet:sub(high + 1, high + 1) .. alphabet:sub(low + 1, low + 1)
end end
local function base64(text)
  local out = {}
  local size = #text - #text % 3
  for n = 1, size, 3 do
    local a, b, c = text:byte(n, n + 2)
    local value = a * 65536 + b * 256 + c
    out[#out + 1] = pairs_of[math.floor(value / 4096)]
    out[#out + 1] = pairs_of[value % 4096]
  end
  return table.concat(out)
end
function request()
  count = count + 1
  local id = run .. string.format('%09d', count)
  local text = '{"writeKey":"${WRITE_KEY}","userId":"user-' .. id .. '","event":"Order Completed","messageId":"bench-' .. id .. '","properties":{"orderId":"order-48213","revenue":129.9}}'
  text = text .. string.rep(' ', (3 - #text % 3) % 3)
  return wrk.format('GET', '/v1/pixel/track?data=' .. base64(text), {})
end`;
