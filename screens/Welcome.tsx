import { useState, type ReactElement } from 'react';
import { Box, Text, useInput } from 'ink';
import { ConfirmInput, PasswordInput, Select, Spinner, TextInput } from '@inkjs/ui';
import { clean } from '../components/text.ts';

/** What a person types to add a cluster. */
export interface ContextDraft {
  readonly name: string;
  readonly url: string;
  readonly token: string;
  readonly fingerprint?: string;
}

export type AddOutcome =
  | { readonly kind: 'added' }
  /** The certificate is not known; a person decides whether it is the right one. */
  | { readonly kind: 'unknown-certificate'; readonly fingerprint: string }
  | { readonly kind: 'failed'; readonly message: string; readonly hint: string | undefined };

interface Props {
  readonly columns: number;
  readonly rows: number;
  readonly add: (draft: ContextDraft) => Promise<AddOutcome>;
  /** Begins with the form for a cluster, which must not be called as one of these; there is no other choice then. */
  readonly beside?: readonly string[];
  /** Nothing turns while one waits. */
  readonly still?: boolean;
  readonly onAdded: (name: string) => void;
  readonly onDemo: () => void;
  readonly onQuit: () => void;
}

type Step =
  | { readonly at: 'choose' }
  | {
      readonly at: 'name' | 'url' | 'token';
      readonly draft: ContextDraft;
      readonly problem?: string;
      readonly hint?: string | undefined;
    }
  | { readonly at: 'checking'; readonly draft: ContextDraft }
  | { readonly at: 'trust'; readonly draft: ContextDraft; readonly fingerprint: string };

const empty: ContextDraft = { name: '', url: '', token: '' };

/** What a cluster is called when nothing else comes to mind. */
const usualName = (taken: readonly string[]): string =>
  ['home', 'work', 'lab'].find((name) => !taken.includes(name)) ?? `cluster-${String(taken.length + 1)}`;

/** The first start: nothing is configured yet. Offers a cluster of one's own, or the one inside the program. */
export const Welcome = ({
  columns,
  rows,
  add,
  beside,
  still = false,
  onAdded,
  onDemo,
  onQuit,
}: Props): ReactElement => {
  const [step, setStep] = useState<Step>(beside === undefined ? { at: 'choose' } : { at: 'name', draft: empty });
  useInput((input, key) => {
    if (key.ctrl && input === 'c') onQuit();
    if (key.escape) {
      if (step.at === 'choose' || (beside !== undefined && step.at === 'name')) onQuit();
      else if (beside !== undefined) setStep({ at: 'name', draft: empty });
      else setStep({ at: 'choose' });
    }
    if (input === 'q' && step.at === 'choose') onQuit();
  });
  const check = async (draft: ContextDraft): Promise<void> => {
    setStep({ at: 'checking', draft });
    const outcome = await add(draft);
    if (outcome.kind === 'added') onAdded(draft.name);
    else if (outcome.kind === 'unknown-certificate') setStep({ at: 'trust', draft, fingerprint: outcome.fingerprint });
    else
      setStep({
        at: /token|sign|401/i.test(outcome.message) ? 'token' : 'url',
        draft,
        problem: outcome.message,
        hint: outcome.hint,
      });
  };
  return (
    <Box
      flexDirection="column"
      width={columns}
      height={rows}
      paddingX={2}
      paddingY={rows > 15 ? 1 : 0}
      overflow="hidden"
    >
      <Text bold>proxdeck</Text>
      <Text color="gray">a control room for Proxmox VE</Text>
      <Box marginTop={1} flexDirection="column">
        <StepView
          step={step}
          setStep={setStep}
          check={check}
          taken={beside ?? []}
          still={still}
          onDemo={onDemo}
          onQuit={onQuit}
        />
      </Box>
    </Box>
  );
};

interface StepProps {
  readonly step: Step;
  readonly setStep: (step: Step) => void;
  readonly check: (draft: ContextDraft) => Promise<void>;
  readonly taken: readonly string[];
  readonly still: boolean;
  readonly onDemo: () => void;
  readonly onQuit: () => void;
}

const StepView = ({ step, setStep, check, taken, still, onDemo, onQuit }: StepProps): ReactElement => {
  switch (step.at) {
    case 'choose':
      return (
        <>
          <Text>No cluster is configured yet.</Text>
          <Box marginTop={1}>
            <Select
              options={[
                { label: 'look around in the demo cluster', value: 'demo' },
                { label: 'add a cluster of yours', value: 'add' },
                { label: 'quit', value: 'quit' },
              ]}
              onChange={(choice) => {
                if (choice === 'demo') onDemo();
                else if (choice === 'add') setStep({ at: 'name', draft: empty });
                else onQuit();
              }}
            />
          </Box>
        </>
      );
    case 'name':
      return (
        <Field step={step} label="What do you call it?">
          <TextInput
            // A name that is taken is typed anew.
            key={`name ${step.problem ?? ''}`}
            defaultValue={step.draft.name}
            placeholder={usualName(taken)}
            onSubmit={(typed) => {
              const name = typed.trim() || usualName(taken);
              const draft = { ...step.draft, name };
              if (!taken.includes(name)) setStep({ at: 'url', draft });
              else
                setStep({ at: 'name', draft: { ...draft, name: '' }, problem: `There is a context ${name} already.` });
            }}
          />
        </Field>
      );
    case 'url':
      return (
        <Field step={step} label="Where is it? The address of any node, https://HOST:8006">
          <TextInput
            key="url"
            defaultValue={step.draft.url}
            placeholder="https://pve1:8006"
            onSubmit={(url) => setStep({ at: 'token', draft: { ...step.draft, url: url.trim() } })}
          />
        </Field>
      );
    case 'token':
      return (
        <Field step={step} label="API token, USER@REALM!ID=SECRET (Datacenter → Permissions → API Tokens)">
          <PasswordInput key="token" onSubmit={(token) => void check({ ...step.draft, token: token.trim() })} />
        </Field>
      );
    case 'checking':
      return still ? (
        <Text>asking {clean(step.draft.url)}</Text>
      ) : (
        <Spinner label={`asking ${clean(step.draft.url)}`} />
      );
    case 'trust':
      return (
        <Box flexDirection="column">
          <Text>The certificate of {clean(step.draft.url)} is not signed by an authority this machine knows.</Text>
          <Text>Its SHA-256 fingerprint:</Text>
          <Text color="cyan">{step.fingerprint}</Text>
          <Text color="gray">Compare it with `pvenode cert info` on the node, or the web page under Certificates.</Text>
          <Box marginTop={1}>
            <Text>Trust it? </Text>
            <ConfirmInput
              defaultChoice="cancel"
              onConfirm={() => void check({ ...step.draft, fingerprint: step.fingerprint })}
              onCancel={() => setStep({ at: 'url', draft: step.draft, problem: 'The certificate was not trusted.' })}
            />
          </Box>
        </Box>
      );
  }
};

const Field = ({
  step,
  label,
  children,
}: {
  readonly step: Extract<Step, { at: 'name' | 'url' | 'token' }>;
  readonly label: string;
  readonly children: ReactElement;
}): ReactElement => (
  <Box flexDirection="column">
    {step.problem === undefined ? null : <Text color="red">{clean(step.problem)}</Text>}
    {step.hint === undefined ? null : <Text color="gray">{clean(step.hint)}</Text>}
    <Text>{label}</Text>
    <Box>
      <Text color="cyan">{'> '}</Text>
      {children}
    </Box>
    <Box marginTop={1}>
      <Text color="gray">enter next esc back</Text>
    </Box>
  </Box>
);
