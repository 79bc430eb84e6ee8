import { Logger } from '@aws-lambda-powertools/logger';

/** Structured JSON lines; `run`, `group` and `cluster` are appended by the handlers for every line of an invocation. */
export const log = new Logger({ serviceName: 'smallbatch' });
