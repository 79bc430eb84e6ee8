import { Logger } from '@aws-lambda-powertools/logger';
import { toSafeText } from '../safe-text/safe-text.ts';

/**
 * Structured JSON lines; `run`, `group` and `cluster` are appended by the handlers for every line of an invocation. Whatever text
 * is logged, its names too, is made safe as a failure's message is.
 */
export const log = new Logger({
  serviceName: 'smallbatch',
  jsonReplacerFn: (_, value) => (typeof value === 'string' ? toSafeText(value) : value),
});
