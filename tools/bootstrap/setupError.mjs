/** A failure that a person can act on: the message says what happened, what was kept and what to do. */
export class SetupError extends Error {
  /**
   * @param {string} message
   * @param {1 | 2} exitCode 1: could not be done; 2: a setting or the machine is not as needed
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.name = 'SetupError';
    this.exitCode = exitCode;
  }
}
