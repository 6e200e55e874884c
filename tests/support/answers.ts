import { ProxdeckError } from '../../src/models/error.ts';
import type { OperationName, ResultOf } from '../../src/operations/catalog.ts';
import type { Session } from '../../src/ui/session.ts';

/** What a cluster answers to read operations, whatever their input. */
export type AnswerTable = Partial<{ readonly [Name in OperationName]: ResultOf<Name> }>;
/** Operations that fail, and how. */
export type FailureTable = Partial<Readonly<Record<OperationName, ProxdeckError>>>;

/** A way to be asked that answers by table, and the names of the operations that were asked. */
export const answering = (
  answers: AnswerTable,
  failures: FailureTable = {},
): { readonly ask: Session['ask']; readonly asked: OperationName[] } => {
  const asked: OperationName[] = [];
  const ask = async <Name extends OperationName>(name: Name): Promise<ResultOf<Name>> => {
    asked.push(name);
    const failure = failures[name];
    if (failure instanceof ProxdeckError) throw failure;
    const answer = answers[name];
    if (answer === undefined) throw new ProxdeckError('internal', `the test has no answer to ${name}`);
    return answer;
  };
  return { ask, asked };
};
