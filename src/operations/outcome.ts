import { ProxdeckError, type ErrorCode, type ErrorOptions } from '../models/error.ts';

/** An error that ends work of which a part is known: the value says what came of each thing that was asked for. */
export class IncompleteError extends ProxdeckError {
  override readonly name = 'IncompleteError';
  readonly value: unknown;

  constructor(code: ErrorCode, message: string, value: unknown, options: ErrorOptions = {}) {
    super(code, message, options);
    this.value = value;
  }
}
