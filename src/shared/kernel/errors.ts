/** What a person needs to read when something fails: what happened, what was kept, what to do. */
export interface Explanation {
  readonly happened: string;
  readonly kept: string;
  readonly toDo: string;
}

/**
 * Exit codes of the command line, and the classes an error falls into:
 * the work failed (1), the usage or input is bad (2), the person interrupted it (130).
 */
export type ErrorKind = 'failed' | 'badInput' | 'interrupted';

/** The one error type that is meant for a person. Anything else that is thrown is a defect. */
export class EpsiloscopeError extends Error {
  override readonly name = 'EpsiloscopeError';
  /** Stable code for logs and tests, for example `IMAGE_TOO_MANY_PIXELS`. Never holds patient data. */
  readonly code: string;
  readonly kind: ErrorKind;
  readonly explanation: Explanation;

  constructor(code: string, kind: ErrorKind, explanation: Explanation, options?: ErrorOptions) {
    super(explanation.happened, options);
    this.code = code;
    this.kind = kind;
    this.explanation = explanation;
  }
}

export const badInput = (code: string, explanation: Explanation, options?: ErrorOptions) =>
  new EpsiloscopeError(code, 'badInput', explanation, options);

export const failed = (code: string, explanation: Explanation, options?: ErrorOptions) =>
  new EpsiloscopeError(code, 'failed', explanation, options);

export const interrupted = (kept: string, toDo: string) =>
  new EpsiloscopeError('INTERRUPTED', 'interrupted', { happened: 'Interrupted.', kept, toDo });

/** The form in which an EpsiloscopeError crosses a process boundary. */
export interface WireError {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly explanation: Explanation;
}

export function toWireError(error: unknown): WireError {
  if (error instanceof EpsiloscopeError) {
    return { code: error.code, kind: error.kind, explanation: error.explanation };
  }
  return {
    code: 'UNEXPECTED',
    kind: 'failed',
    explanation: {
      happened: `An unexpected error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      kept: 'Everything that was stored before it.',
      toDo: 'Run the command again. If it happens again, report it with this text.',
    },
  };
}

export const fromWireError = (wire: WireError) => new EpsiloscopeError(wire.code, wire.kind, wire.explanation);
