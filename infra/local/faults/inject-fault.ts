import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Call } from '../gateway.ts';
import { type ServiceError, sendServiceError } from '../services/service-error.ts';
import type { AnsweringFault } from './rules.ts';

/** Makes a call go wrong. Hands the request on if the service is to see it all the same. */
export function injectFault(
  fault: AnsweringFault,
  request: IncomingMessage,
  response: ServerResponse,
  { service }: Call,
): IncomingMessage | undefined {
  switch (fault) {
    case 'throttle':
      return void sendServiceError(service, request, response, THROTTLES[service] ?? THROTTLED);
    case 'error':
      return void sendServiceError(service, request, response, ERRORS[service] ?? FAILED);
    case 'reset':
      return void response.destroy();
    case 'lost':
      loseAnswer(response);
      return request;
    default:
      fault satisfies never;
  }
}

/** The service does its work and answers; the client only sees the connection end. */
function loseAnswer(response: ServerResponse): void {
  response.write = () => true;
  response.end = () => response.destroy();
}

const THROTTLED = { status: 400, code: 'ThrottlingException', message: 'Rate exceeded' };
/** What each service says when it is asked too often. */
const THROTTLES: Readonly<Record<string, ServiceError>> = {
  s3: { status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' },
  sqs: { status: 400, code: 'RequestThrottled', message: 'Request is throttled.' },
  dynamodb: { ...THROTTLED, message: 'Throughput exceeds the current capacity of your table or index.' },
};

const FAILED = { status: 500, code: 'InternalFailure', message: 'The request failed for an unknown reason.' };
const ERRORS: Readonly<Record<string, ServiceError>> = {
  s3: { status: 500, code: 'InternalError', message: 'We encountered an internal error. Please try again.' },
  dynamodb: { status: 500, code: 'InternalServerError', message: 'Internal server error' },
  events: {
    status: 500,
    code: 'InternalException',
    message: 'This exception occurs due to unexpected causes.',
  },
};
