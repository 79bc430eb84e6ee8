import { parseArgs } from 'node:util';
import { toJsonLine } from '../json/lines.ts';
import { fileSource } from '../range-source.ts';
import { type Inspection, inspectZip } from './inspect.ts';
import type { ZipLimits } from './limits.ts';

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

export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Runs the command line; returns the exit code. */
export async function runCli(args: readonly string[], { out, err }: Output): Promise<0 | 1 | 2> {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    if (values.help) {
      out(HELP);
      return 0;
    }
    if (positionals.length === 0) throw new TypeError('expected at least one file, found none');
    const limits = values.charset === undefined ? {} : { nameCharset: values.charset };
    return await inspectFiles(positionals, { limits, format: values.json ? toJson : toText, out, err });
  } catch (error) {
    err(toComplaint(error));
    return 2;
  }
}

interface Run extends Output {
  readonly limits: Partial<ZipLimits>;
  readonly format: (file: string, inspection: Inspection) => string;
}

async function inspectFiles(files: readonly string[], run: Run): Promise<0 | 1 | 2> {
  let code: 0 | 1 | 2 = 0;
  for (const file of files) {
    try {
      const inspection = await inspectFile(file, run.limits);
      if (inspection.verdict !== 'accept' && code === 0) code = 1;
      run.out(run.format(file, inspection));
    } catch (error) {
      run.err(toComplaint(error));
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
function toComplaint(error: unknown): string {
  return `zip: ${error instanceof Error ? error.message : String(error)}\n`;
}

function toJson(file: string, inspection: Inspection): string {
  return toJsonLine({ file, ...inspection });
}

function toText(file: string, { verdict, code, message, members, failedCount, failed }: Inspection): string {
  if (verdict === 'reject') return `${file}: reject: ${code}: ${message}\n`;
  const head = `${file}: ${verdict}: ${members} members, ${failedCount} failed\n`;
  return head + failed.map((member) => `  ${member.code}: ${member.message}\n`).join('');
}

if (import.meta.main)
  process.exitCode = await runCli(process.argv.slice(2), {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  });
