import { useEffect, useState, type ReactElement } from 'react';
import { Box, Text, useInput } from 'ink';
import { PasswordInput, Select, Spinner, TextInput } from '@inkjs/ui';
import { useStore } from 'zustand';
import type { Token } from '../components/look.ts';
import { useLook } from '../components/lookContext.ts';
import { clean, fit, truncate, wrapWords } from '../components/text.ts';
import type { Conversation, ConversationState, Question } from '../src/ui/conversation.ts';
import { certificateLines, compareSentence, doubtSentence } from './certificateLines.ts';

/** Where a person is asked one thing after the other: the first start, and connecting a cluster. */

interface Props {
  readonly columns: number;
  readonly rows: number;
  readonly conversation: Conversation;
  readonly onQuit: () => void;
}

/** Columns of an edge on each side. */
const edge = 2;
/** Below so many rows nothing is kept free. */
const roomyRows = 16;
/** Below so many rows a certificate is told in its shortest form. */
const compactRows = 23;
/** Rows of the longest question, and of a certificate beside the one that was trusted. */
const questionRows = 13;
const trustRows = 25;
/** Columns of the names in a list of facts. */
const labels = 11;

export const Welcome = ({ columns, rows, conversation, onQuit }: Props): ReactElement => {
  const look = useLook();
  const { question, steps, warnings, problem } = useStore(conversation.store);
  const width = columns - 2 * edge;
  const roomy = rows >= roomyRows;
  useInput((input, key) => {
    if (key.ctrl && input === 'c') onQuit();
    if (key.escape) conversation.back();
    // What is chosen is told when it was drawn; until then no key is meant for it any more.
    if (key.return && (question?.kind === 'choice' || question?.kind === 'trust')) conversation.drawn(0);
  });
  return (
    <Box
      flexDirection="column"
      width={columns}
      height={rows}
      paddingX={edge}
      paddingY={roomy ? 1 : 0}
      overflow="hidden"
    >
      <Text>
        {look.paint('heading', 'proxdeck')} {look.paint('muted', 'a control room for Proxmox VE')}
      </Text>
      {roomy ? <Text> </Text> : null}
      <Steps steps={steps.slice(Math.max(0, steps.length - stepsAtMost(question, rows)))} width={width} />
      {warnings.map((warning) => (
        <Paragraph key={warning} text={`${look.glyphs.warning} ${warning}`} token="warn" width={width} />
      ))}
      {problem === undefined ? null : (
        <Box flexDirection="column" marginBottom={roomy ? 1 : 0}>
          <Paragraph text={`${look.glyphs.failed} ${problem.message}`} token="error" width={width} />
          {problem.hint === undefined ? null : <Paragraph text={problem.hint} token="muted" width={width} />}
        </Box>
      )}
      {question === undefined ? (
        <Waiting />
      ) : (
        <Asked key={question.number} question={question} conversation={conversation} width={width} rows={rows} />
      )}
    </Box>
  );
};

/** How many of the last steps there is room for: a certificate needs the room itself. */
const stepsAtMost = (question: Question | undefined, rows: number): number =>
  Math.max(0, rows - (question?.kind === 'trust' ? trustRows : questionRows));

const Paragraph = ({
  text,
  token = 'text',
  width,
}: {
  readonly text: string;
  readonly token?: Token;
  readonly width: number;
}): ReactElement => {
  const look = useLook();
  const lines = wrapWords(clean(text), width);
  return <Text>{lines.map((line) => look.paint(token, line)).join('\n')}</Text>;
};

const Waiting = (): ReactElement => {
  const look = useLook();
  return look.still ? <Text>{look.paint('muted', 'one moment')}</Text> : <Spinner label="one moment" />;
};

/** How far it came: a line for each step. */
const Steps = ({
  steps,
  width,
}: {
  readonly steps: ConversationState['steps'];
  readonly width: number;
}): ReactElement | null => {
  const look = useLook();
  if (steps.length === 0) return null;
  const signs = {
    running: [look.glyphs.working, 'info', ''],
    done: [look.glyphs.marked, 'ok', ''],
    skipped: [look.glyphs.marked, 'muted', 'there already'],
    failed: [look.glyphs.failed, 'error', 'failed'],
    undone: [look.glyphs.stopped, 'warn', 'done'],
  } as const;
  const lines = steps.map(({ title, state }) => {
    const [glyph, token, word] = signs[state];
    return look.paint(token, truncate(`${glyph} ${clean(title)}${word === '' ? '' : `: ${word}`}`, width));
  });
  return (
    <Box marginBottom={1}>
      <Text>{lines.join('\n')}</Text>
    </Box>
  );
};

interface AskedProps {
  readonly question: Question;
  readonly conversation: Conversation;
  readonly width: number;
  readonly rows: number;
}

const Asked = ({ question, conversation, width, rows }: AskedProps): ReactElement => {
  const look = useLook();
  const { number } = question;
  // Effects of what is inside run before: who types now is heard.
  useEffect(() => conversation.drawn(number), [conversation, number]);
  return (
    <Box flexDirection="column">
      <QuestionView question={question} conversation={conversation} width={width} rows={rows} />
      <Box marginTop={1}>
        <Text>
          {look.paint('muted', `enter next ${look.glyphs.vertical} esc back ${look.glyphs.vertical} ctrl-c quit`)}
        </Text>
      </Box>
    </Box>
  );
};

const QuestionView = ({ question, conversation, width, rows }: AskedProps): ReactElement => {
  const answer = (value: string): void => conversation.answer(value);
  switch (question.kind) {
    case 'choice':
      return (
        <>
          <Paragraph text={question.text} width={width} />
          {question.help === undefined ? null : <Paragraph text={question.help} token="muted" width={width} />}
          <Choices choices={question.choices} width={width} onChoose={answer} />
        </>
      );
    case 'line':
      return <LineField question={question} width={width} onAnswer={answer} />;
    case 'secret':
      return <SecretField question={question} width={width} onAnswer={answer} />;
    case 'trust':
      return <Trust question={question} width={width} compact={rows < compactRows} onAnswer={answer} />;
  }
};

const Choices = ({
  choices,
  width,
  onChoose,
}: {
  readonly choices: readonly { readonly value: string; readonly detail?: string }[];
  readonly width: number;
  readonly onChoose: (value: string) => void;
}): ReactElement => {
  const widest = Math.max(...choices.map(({ value }) => value.length));
  const options = choices.map(({ value, detail = '' }) => ({
    value,
    // Two columns are the pointer's.
    label: truncate(`${clean(value).padEnd(widest)}  ${clean(detail)}`.trimEnd(), width - 2),
  }));
  return (
    <Box marginTop={1}>
      <Select options={options} visibleOptionCount={options.length} onChange={onChoose} />
    </Box>
  );
};

/** What is typed, behind its prompt; Ctrl-u begins anew. */
const Prompt = ({ field }: { readonly field: (isAnew: boolean) => ReactElement }): ReactElement => {
  const look = useLook();
  const [turn, setTurn] = useState(0);
  useInput((input, key) => {
    if (key.ctrl && input === 'u') setTurn((before) => before + 1);
  });
  return (
    <Box>
      <Text>{look.paint('accent', '> ')}</Text>
      <Box key={turn}>{field(turn > 0)}</Box>
    </Box>
  );
};

interface FieldProps<Kind extends Question['kind']> {
  readonly question: Extract<Question, { kind: Kind }>;
  readonly width: number;
  readonly onAnswer: (value: string) => void;
}

const LineField = ({ question, width, onAnswer }: FieldProps<'line'>): ReactElement => {
  const { text, help, usual, start, check } = question;
  const [problem, setProblem] = useState<string>();
  return (
    <>
      <Paragraph text={text} width={width} />
      {help === undefined ? null : <Paragraph text={help} token="muted" width={width} />}
      <Prompt
        field={(isAnew) => (
          <TextInput
            defaultValue={isAnew ? '' : start}
            placeholder={usual}
            onSubmit={(typed) => {
              const answer = typed.trim() || usual;
              const wrong = check(answer);
              if (wrong === undefined) onAnswer(answer);
              else setProblem(wrong);
            }}
          />
        )}
      />
      {problem === undefined ? null : <Paragraph text={problem} token="error" width={width} />}
    </>
  );
};

const SecretField = ({ question, width, onAnswer }: FieldProps<'secret'>): ReactElement => (
  <>
    <Paragraph text={question.text} width={width} />
    {question.help === undefined ? null : <Paragraph text={question.help} token="muted" width={width} />}
    <Prompt
      field={() => (
        <PasswordInput
          onSubmit={(typed) => {
            if (typed.trim() !== '') onAnswer(typed.trim());
          }}
        />
      )}
    />
  </>
);

const Trust = ({
  question,
  width,
  compact,
  onAnswer,
}: FieldProps<'trust'> & { readonly compact: boolean }): ReactElement => {
  const look = useLook();
  const { seen } = question;
  const changed = seen.trust === 'changed';
  const room = width - labels;
  const lines = certificateLines(seen, { width: room, compact }).map(
    ({ label, text, token }) => look.paint('muted', fit(label, labels)) + look.paint(token, truncate(text, room)),
  );
  return (
    <Box flexDirection="column">
      <Paragraph text={doubtSentence(seen)} token={changed ? 'error' : 'text'} width={width} />
      <Box marginY={compact ? 0 : 1}>
        <Text>{lines.join('\n')}</Text>
      </Box>
      {compact ? null : <Paragraph text={compareSentence(seen)} token="muted" width={width} />}
      <Choices
        width={width}
        onChoose={onAnswer}
        choices={[
          { value: 'no', detail: 'do not trust it' },
          { value: 'yes', detail: changed ? 'trust this one in place of the other' : 'trust it from now on' },
        ]}
      />
    </Box>
  );
};
