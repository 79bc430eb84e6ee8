import type { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { defineCommand } from '../../command/define-command.ts';
import { EXIT } from '../../command/exit.ts';
import { toJsonLine } from '../../json/lines.ts';
import { fileSource } from '../../range-source.ts';
import { type Inspection, inspectZip } from '../inspect.ts';
import type { ZipLimits } from '../limits.ts';

const zipOptions = z.object({
  json: z.boolean().default(false).meta({
    description: 'one JSON line an archive: {file, verdict, code, message, members, failedCount, failed}',
  }),
  charset: z.string().optional().meta({
    value: 'NAME',
    description: 'encoding of names without the UTF-8 flag (default: cp437; also shift_jis, koi8-r …)',
  }),
});

export const zipCommand = defineCommand({
  name: 'npm run zip --',
  summary: 'Reads every member of each zip archive to its end and says what is wrong. Nothing is unpacked.',
  operands: { name: 'file', least: 1, most: Number.POSITIVE_INFINITY },
  options: zipOptions,
  details: () =>
    'Verdicts: accept, reject (the whole archive), reject-entry (some members; the others are good).\n' +
    'An archive that is not accepted makes the exit code 1, a file that can not be read makes it 2.',
  async start({ options: { json, charset }, operands }, streams) {
    const limits = charset === undefined ? {} : { nameCharset: charset };
    return await inspectFiles(operands, { limits, format: json ? toJson : toText, ...streams });
  },
});

interface Run {
  readonly limits: Partial<ZipLimits>;
  readonly format: (file: string, inspection: Inspection) => string;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

async function inspectFiles(files: readonly string[], run: Run): Promise<number> {
  let code: number = EXIT.done;
  for (const file of files) {
    try {
      const inspection = await inspectFile(file, run.limits);
      if (inspection.verdict !== 'accept' && code === EXIT.done) code = EXIT.failed;
      run.stdout.write(run.format(file, inspection));
    } catch (error) {
      run.stderr.write(toComplaint(error));
      code = EXIT.usage;
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

/** An unknown charset, a file that can't be read: one line, no stack. */
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

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exitCode = await zipCommand.run(process.argv.slice(2));
