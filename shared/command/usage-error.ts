/** The command line is wrong: exit code 2, and a hint at --help. The message says what was expected and what was found. */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
  }
}
