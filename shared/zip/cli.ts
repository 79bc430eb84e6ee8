import { parseArgs } from 'node:util';
import { type Inspection, inspectZip } from './inspect.ts';
import type { ZipLimits } from './limits.ts';
import { fileSource } from './range-source.ts';

const HELP = `Usage: npm run zip -- FILE… [--json] [--charset NAME]

Reads every member of each zip archive to its end and says what is wrong. Nothing is unpacked.

  --json          one JSON line an archive: {file, verdict, code, message, members, failedCount, failed}
  --charset NAME  encoding of names without the UTF-8 flag (default: cp437; also shift_jis, koi8-r …)
  --help          this text

Verdicts: accept, reject (the whole archive), reject-entry (some members; the others are good).
Exit codes: 0 all accepted, 1 at least one not accepted, 2 wrong usage or a file that can't be read.
`;

const OPTIONS = {
  json: { type: 'boolean', default: false },
  charset: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** Runs the command line; returns the exit code. */
export async function main(args: readonly string[]): Promise<0 | 1 | 2> {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    if (values.help) {
      process.stdout.write(HELP);
      return 0;
    }
    if (positionals.length === 0) throw new TypeError('expected at least one file, found none');
    const limits = values.charset === undefined ? {} : { nameCharset: values.charset };
    return await inspectFiles(positionals, limits, values.json ? toJson : toText);
  } catch (error) {
    complain(error);
    return 2;
  }
}

async function inspectFiles(
  files: readonly string[],
  limits: Partial<ZipLimits>,
  format: (file: string, inspection: Inspection) => string,
): Promise<0 | 1 | 2> {
  let code: 0 | 1 | 2 = 0;
  for (const file of files) {
    try {
      const inspection = await inspectFile(file, limits);
      if (inspection.verdict !== 'accept' && code === 0) code = 1;
      process.stdout.write(format(file, inspection));
    } catch (error) {
      complain(error);
      code = 2;
    }
  }
  return code;
}

async function inspectFile(file: string, limits: Partial<ZipLimits>): Promise<Inspection> {
  const source = await fileSource(file);
  try {
    return await inspectZip(source, limits);
  } finally {
    await source.close();
  }
}

/** Wrong arguments, an unknown charset, a file that can't be read: one line, no stack. */
function complain(error: unknown): void {
  process.stderr.write(`zip: ${error instanceof Error ? error.message : String(error)}\n`);
}

function toJson(file: string, inspection: Inspection): string {
  return `${JSON.stringify({ file, ...inspection })}\n`;
}

function toText(file: string, { verdict, code, message, members, failedCount, failed }: Inspection): string {
  if (verdict === 'reject') return `${file}: reject: ${code}: ${message}\n`;
  const head = `${file}: ${verdict}: ${members} members, ${failedCount} failed\n`;
  return head + failed.map((member) => `  ${member.code}: ${member.message}\n`).join('');
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
