/** The Lambda service's own exceptions, with the names and HTTP codes of AWS's Invoke API. */
const STATUS_CODES = {
  ResourceNotFoundException: 404,
  TooManyRequestsException: 429,
  RequestTooLargeException: 413,
  ServiceException: 500,
} as const;

export class LambdaException extends Error {
  readonly statusCode: number;

  constructor(name: keyof typeof STATUS_CODES, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
    this.statusCode = STATUS_CODES[name];
  }
}
