import type { Environment } from '../../config/paths.ts';
import {
  completeConnect,
  type ChoiceQuestion,
  type Interviewer,
  type LineQuestion,
  type Secret,
} from '../../operations/connect/dialogue.ts';
import type { Event } from '../../operations/event.ts';
import type { Session } from '../../operations/session.ts';
import { wrapWords } from '../../../components/text.ts';
import { givenSecret, missingSecret, saysSecret } from './interview.ts';
import type { Wanted } from './program.ts';
import type { Style } from './render.ts';
import type { Terminal } from './terminal.ts';
import { askTrust } from './trusting.ts';

/** Columns of a question: it may be read aloud, and is never cut. */
const width = 76;

const questionText = ({ text, choices }: ChoiceQuestion): string => {
  const words = choices.map(({ value }) => value);
  if (choices.length < 4) return `${text} [${words.join('/')}] `;
  const widest = Math.max(...words.map((word) => word.length));
  const lines = choices.map(({ value, detail = '' }) => `  ${value.padEnd(widest)}  ${detail}`);
  return [...wrapWords(text, width), ...lines, `Which one? [${words[0] ?? ''}] `].join('\n');
};

/** A word may be typed in part; nothing typed is the first. Asks until it is one of them. */
const choose = async (terminal: Terminal, question: ChoiceQuestion): Promise<string> => {
  const words = question.choices.map(({ value }) => value);
  for (;;) {
    const typed = (await terminal.ask(questionText(question))).toLowerCase();
    if (typed === '') return words[0] ?? '';
    const [meant, other] = words.filter((word) => word.startsWith(typed));
    if (meant !== undefined && other === undefined) return meant;
  }
};

const askLine = async (terminal: Terminal, { text, usual, check }: LineQuestion): Promise<string> => {
  for (;;) {
    const typed = (await terminal.ask(`${text} [${usual}]: `)) || usual;
    if (check(typed) === undefined) return typed;
  }
};

const interviewerOn = (terminal: Terminal, style: Style): Interviewer => ({
  choose: (question) => choose(terminal, question),
  line: (question) => askLine(terminal, question),
  secret: ({ text }) => terminal.askSecret(`${text}: `),
  trust: (seen) => askTrust(seen, terminal, style),
});

/** Where the dialogue takes place. */
interface Here {
  readonly session: Session;
  readonly env: Environment;
  /** Absent where nobody can be asked. */
  readonly terminal: Terminal | undefined;
  readonly style: Style;
  readonly emit: (event: Event) => void;
}

/**
 * Completes the input of `connect` as a dialogue on the terminal, line by line; secrets are typed without echo and never taken
 * from argv. Throws what completeConnect throws.
 */
export const withDialogue = (
  wanted: Wanted,
  { session, env, terminal, style, emit }: Here,
): Promise<Wanted['input']> => {
  const given = async (secret: Secret): Promise<string | undefined> => {
    const said = await givenSecret(secret, wanted, env);
    if (said === undefined && terminal === undefined) throw missingSecret(secret);
    return said;
  };
  const interviewer = terminal === undefined ? undefined : interviewerOn(terminal, style);
  const said = (['token', 'password'] as const).filter((secret) => saysSecret(secret, wanted, env));
  return completeConnect(wanted.input, { session, interviewer, emit, given }, said);
};
