/**
 * A runtime in the place of bootstrap.js: each invocation is one run of a command line. The items are its standard input, as
 * the bytes they came as; the last line of its output is the answer, if it is a JSON object or array.
 * Contract: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';

/** The parent holds the other end of this pipe and never writes: when it closes, the parent is gone, however it died. */
const PARENT_ALIVE_FD = 3;
/** Of the output and of the errors of one run, what is kept: its end. Lambda's limit of an answer, and a screenful. */
const OUTPUT_KEPT = 6 * 1024 * 1024 + 64 * 1024;
const ERRORS_KEPT = 2_000;
const PLACES = ['run', 'cluster', 'clusters', 'offset', 'limit'];

const base = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const commandLine = process.env.ROWS_COMMAND_LINE ?? '';

const parent = new net.Socket({ fd: PARENT_ALIVE_FD, readable: true, writable: false });
parent.on('close', () => process.kill(process.pid, 'SIGKILL')).resume();

for (;;) {
  const next = await call('GET', '/invocation/next');
  const id = next.headers['lambda-runtime-aws-request-id'];
  const { answer, error } = await run(next.text);
  if (error) await call('POST', `/invocation/${id}/error`, JSON.stringify(error));
  else await call('POST', `/invocation/${id}/response`, answer);
}

async function run(event) {
  const facts = JSON.parse(event);
  const values = Object.fromEntries(PLACES.map((place) => [place, String(facts[place] ?? '')]));
  const line = commandLine.replace(/\{(\w+)\}/g, (all, place) => values[place] ?? all);
  const variables = Object.fromEntries(PLACES.map((place) => [`ROWS_${place.toUpperCase()}`, values[place]]));
  const child = spawn(line, {
    shell: true,
    env: { ...process.env, ...variables },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A command need not read its items.
  child.stdin.on('error', () => undefined);
  child.stdin.end(itemsOf(event));
  const [output, errors] = [tail(child.stdout, OUTPUT_KEPT), tail(child.stderr, ERRORS_KEPT)];
  child.stderr.pipe(process.stderr, { end: false });
  const [code, signal] = await once(child, 'close');
  if (code !== 0) return { error: toError(code, signal, errors.text()) };
  return { answer: toAnswer(output.text()) };
}

/** The items are the event's last member: their bytes are cut out, for parsing would spoil a long number. */
function itemsOf(event) {
  const at = event.indexOf('"items":');
  return at < 0 ? '' : event.slice(at + '"items":'.length, event.lastIndexOf('}'));
}

/** Keeps the end of a stream, in bounded memory. */
function tail(stream, bytes) {
  let kept = [];
  let size = 0;
  stream.on('data', (chunk) => {
    kept.push(chunk);
    size += chunk.length;
    if (size > 2 * bytes) [kept, size] = [[Buffer.concat(kept).subarray(-bytes)], bytes];
  });
  return { text: () => Buffer.concat(kept).subarray(-bytes).toString() };
}

/** A command that prints something else has no results to tell: exit code 0 says that all went well. */
function toAnswer(output) {
  const last = output.trimEnd().split('\n').at(-1)?.trim() ?? '';
  if (!/^[[{]/.test(last)) return 'null';
  try {
    JSON.parse(last);
    return last;
  } catch {
    return 'null';
  }
}

function toError(code, signal, errors) {
  const how = signal ? `was ended by ${signal}` : `exited with code ${code}`;
  const last = errors.trim().split('\n').slice(-3).join(' | ');
  return { errorType: 'CommandFailed', errorMessage: `the command ${how}${last ? `: ${last}` : ''}` };
}

function call(method, route, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(base + route, { method, agent }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ headers: response.headers, text: Buffer.concat(chunks).toString() }),
      );
      response.on('error', reject);
    });
    request.on('error', reject).end(body);
  });
}
