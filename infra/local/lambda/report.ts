import type { FunctionSpec, InvokeResult } from './types.ts';

/**
 * The lines that Lambda prints when an invocation has ended. "Process Peak RSS" stands where Lambda prints
 * "Max Memory Used": that one is the whole sandbox's, and no local figure equals it.
 */
export function toReportLines(spec: FunctionSpec, result: InvokeResult): readonly string[] {
  return [...toFailureLines(result), `END RequestId: ${result.requestId}`, toReport(spec, result)];
}

function toFailureLines(result: InvokeResult): readonly string[] {
  if (result.status === 'ok' || result.status === 'error') return [];
  return [`${result.errorMessage} ${result.errorType}`];
}

function toReport(spec: FunctionSpec, result: InvokeResult): string {
  const parts = [
    `REPORT RequestId: ${result.requestId}`,
    `Duration: ${result.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${result.billedMs} ms`,
    `Memory Size: ${spec.memoryMb} MB`,
    `Process Peak RSS: ${result.peakRssMb} MB`,
  ];
  if (result.initMs > 0) parts.push(`Init Duration: ${result.initMs.toFixed(2)} ms`);
  if (result.status === 'timeout') parts.push('Status: timeout');
  else if (result.status !== 'ok') parts.push('Status: error', `Error Type: ${result.errorType}`);
  return parts.join('\t');
}
