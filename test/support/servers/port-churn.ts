import { createServer, type Server } from 'node:net';

// A process for tests: it always holds a quarter of the ports of a range, each for a moment only, until it is killed.
// Arguments: the first port and the number of ports. Prints a line when it holds as many as it should.
const [first = 0, count = 0] = process.argv.slice(3).map(Number);
const goal = Math.floor(count / 4);
const LONGEST_HOLD_MS = 500;
let held = 0;

function holdOne(): void {
  const server = createServer();
  server.once('error', () => setImmediate(holdOne));
  server.listen(first + Math.floor(Math.random() * count), '127.0.0.1', () => {
    held += 1;
    if (held === goal) process.stdout.write('ready\n');
    setTimeout(() => release(server), Math.random() * LONGEST_HOLD_MS);
  });
}

function release(server: Server): void {
  server.close(() => {
    held -= 1;
    holdOne();
  });
}

for (let n = 0; n < goal; n += 1) holdOne();
