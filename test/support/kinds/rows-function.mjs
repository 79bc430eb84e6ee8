/** A function for tests of the kind rows: the first item of a call says what the call does. Each call is a line in ROWS_LOG. */
import { appendFileSync } from 'node:fs';

let throttles = 0;

export async function handler(event) {
  if (process.env.ROWS_LOG) appendFileSync(process.env.ROWS_LOG, `${JSON.stringify(event)}\n`);
  const { items = [] } = event;
  switch (items[0]?.does) {
    case 'throw':
      throw new TypeError('seven');
    case 'hang':
      return await new Promise((resolve) => setTimeout(resolve, 60_000));
    case 'throttle':
      if (throttles++ < 2)
        throw Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException' });
      return undefined;
    case 'nonsense':
      return 'ok';
    case 'large':
      return { results: items.map(() => ({ ok: 'x'.repeat(4_000_000) })) };
    case 'short':
      return { results: [{ ok: 1 }] };
    case 'some':
      await new Promise((resolve) => setTimeout(resolve, items[0].ms ?? 0));
      return { results: items.map(({ n }) => (n % 2 ? { error: `n=${n}` } : { ok: n })) };
    case 'kill':
      return process.kill(process.pid, 'SIGKILL');
    case 'exit':
      return process.exit(3);
    default:
      return event.items && { results: items.map((item) => ({ ok: item })) };
  }
}
