import type { Template } from '../local/template.ts';

/** The shared modules read the ledger for a command, too: they find it as the functions do, by the environment. */
export function useStack(environment: Readonly<Record<string, string>>, template: Template): void {
  Object.assign(process.env, environment, {
    TABLE_NAME: template.output('LedgerTableName'),
    RESULTS_BUCKET: template.output('ResultsBucketName'),
    EVENT_BUS_NAME: 'default',
  });
}
