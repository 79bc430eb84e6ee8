import { toSafeText } from '../../shared/safe-text/safe-text.ts';
import type { Report } from './report.ts';

/**
 * The report for a person; whatever a name or a message holds, one line stays one line. `enforcement` is how memory sizes are
 * enforced on this machine, for who wants to know.
 */
export function toText(report: Report, enforcement?: string): string {
  const { items } = report;
  const lines = [
    `${report.run}: ${report.state.replaceAll('_', ' ')} in ${report.seconds.toFixed(1)} s`,
    report.failure ? `  ${report.failure.code}: ${report.failure.message}` : '',
    `  items     ${items.total} (${items.ok} ok, ${items.failed} failed, ${items.unchanged} unchanged${toUndone(items)}) in ${counted(report.clusters, 'cluster')}, ${counted(report.groups, 'group')}`,
    ...Object.entries(report.omitted ?? {}).map(([what, count]) => `  left out  ${count} ${what}`),
    ...report.failures.map(({ item, code, message }) => `  failed    ${item}: ${code}: ${message}`),
    items.failed > report.failures.length ? `  …         the manifest names all ${items.failed}` : '',
    ...report.warnings.map((warning) => `  warning   ${warning}`),
    report.uncopied
      ? `  results   not copied: ${report.uncopied.code}: ${report.uncopied.message}`
      : `  results   ${report.results}`,
    report.renamed
      ? `  renamed   ${counted(report.renamed, 'file')}, for the file system: file-names.jsonl there lists them`
      : '',
    `  memory    process peak RSS against memory size${enforcement === undefined ? '' : ` (${enforcement})`}:`,
    ...report.functions.filter(({ invocations }) => invocations > 0).map(toFunctionLine),
    ...report.memory.map(toMemoryLine),
    `  requests  ${Object.entries(report.requests)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
    `  bytes     ${toMb(report.bytes.s3In)} MB read from S3, ${toMb(report.bytes.s3Out)} MB written`,
    `  cost      ${toCostLine(report.costUsd)}`,
  ];
  return lines
    .filter((line) => line !== '')
    .map(toSafeText)
    .join('\n');
}

/** A run that was cancelled or failed on the way did not come to all of them. */
function toUndone({ total, ok, failed, unchanged }: Report['items']): string {
  const undone = total - ok - failed - unchanged;
  return undone > 0 ? `, ${undone} not done` : '';
}

/** `1 cluster`, `2 clusters`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function toFunctionLine(each: Report['functions'][number]): string {
  const { name, peakRssMb, memoryMb, invocations, billedMs, kills } = each;
  const killed = kills > 0 ? `, ${kills} killed` : '';
  const peak = `${String(peakRssMb).padStart(5)} of ${memoryMb} MB`;
  return `            ${name.padEnd(22)} ${peak}, ${counted(invocations, 'invocation')}, ${(billedMs / 1000).toFixed(1)} s billed${killed}`;
}

function toMemoryLine(tier: Report['memory'][number]): string {
  const { memoryMb, clusters, p50Mb, p95Mb, maxMb, recommendedMb } = tier;
  const shares =
    clusters === 1 ? `below ${maxMb} MB` : `half below ${p50Mb}, 95 % below ${p95Mb}, all below ${maxMb} MB`;
  return `            ${counted(clusters, 'cluster')} in ${memoryMb} MB: ${shares}; ${recommendedMb} MB would hold ${clusters === 1 ? 'it' : 'them'}`;
}

const toCostLine = ({ total, lambda, sqs, dynamodb, s3 }: Report['costUsd']): string =>
  `${toUsd(total)} on AWS (lambda ${toUsd(lambda)}, sqs and events ${toUsd(sqs)}, dynamodb ${toUsd(dynamodb)}, s3 ${toUsd(s3)})`;

const toMb = (bytes: number): string => (bytes / 1e6).toFixed(2);
const toUsd = (usd: number): string => `$${usd.toFixed(6)}`;
