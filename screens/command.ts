import type { Look } from '../components/look.ts';
import { cutStyled } from '../components/styled.ts';
import { clean, fit, truncate, widthOf } from '../components/text.ts';
import { asProxdeckError, type ProxdeckError } from '../src/models/error.ts';
import type { Call, Operation } from '../src/operations/operation.ts';
import type { AppModel } from '../src/ui/app.ts';
import { meaningOf, type Meaning } from '../src/ui/commandLine.ts';
import { complete, type Candidate, type Completion } from '../src/ui/completion.ts';
import type { Floating } from '../src/ui/screen.ts';
import { editorHandlers, LineEditor } from '../src/ui/typing.ts';
import { followTasks } from './followTasks.ts';
import { openHelp } from './global.ts';
import { openLog } from './log.ts';
import { typedText } from './palette.ts';
import { showAnswer } from './result.ts';

const mostCandidates = 8;
const nothing: Completion = { from: 0, candidates: [], more: 0 };

/** The command line at the foot of the screen, with what the last word can become above it. */
export const commandLine = (app: AppModel, begin = ''): Floating => {
  const memory = app.views.memory('commands');
  let error: ProxdeckError | undefined;
  /** Completing: the text before it began, what it can become, which one stands there. */
  let cycle: (Completion & { readonly text: string; at: number }) | undefined;
  /** Going through what was typed before: which one, and what one had begun. */
  let recall: { readonly begun: string; at: number } | undefined;
  let busy = false;
  const line = new LineEditor(() => {
    error = undefined;
    app.changed();
  }, begin);
  const edited = (): void => {
    cycle = undefined;
    recall = undefined;
  };
  let known: { readonly text: string; readonly snapshot: object; readonly completion: Completion } | undefined;
  /** Worked out once for a text, however often it is drawn. */
  const offered = (): Completion => {
    if (line.after !== '') return nothing;
    const { snapshot } = app.live.getState();
    const { text } = line;
    if (known?.text === text && known.snapshot === snapshot) return known.completion;
    const completion = complete(app, text, () => {
      known = undefined;
      app.changed();
    });
    known = { text, snapshot, completion };
    return completion;
  };
  const turn = (step: 1 | -1): void => {
    if (cycle === undefined) {
      const { from, candidates, more } = offered();
      const [only, second] = candidates;
      if (only === undefined) return;
      const text = line.text.slice(0, from);
      if (second === undefined) return take(text, only);
      cycle = { text, from, candidates, more, at: step === 1 ? -1 : 0 };
    }
    const { text, candidates } = cycle;
    cycle.at = (cycle.at + step + candidates.length) % candidates.length;
    line.set(text + (candidates[cycle.at]?.value ?? ''));
  };
  /** A word that is whole makes room for the next; a field of a filter waits for its value. */
  const take = (text: string, { value }: Candidate): void => {
    edited();
    line.set(`${text}${value}${value.endsWith(':') ? '' : ' '}`);
  };
  const takeOffered = (): boolean => {
    const { from, candidates } = offered();
    const [best] = candidates;
    if (best === undefined || line.text === '') return false;
    take(line.text.slice(0, from), best);
    return true;
  };
  const older = (step: 1 | -1): void => {
    cycle = undefined;
    recall ??= { begun: line.text, at: -1 };
    const { begun } = recall;
    const known = memory.filter((one) => one.startsWith(begun));
    recall.at = Math.max(-1, Math.min(known.length - 1, recall.at + step));
    line.set(known[recall.at] ?? begun);
  };
  const accept = async (): Promise<void> => {
    const text = line.text.trim();
    if (text === '') return app.closeOverlay();
    if (busy) return;
    busy = true;
    try {
      const meaning = await meaningOf(app, text);
      app.views.remember('commands', text);
      app.closeOverlay();
      perform(app, meaning, text);
    } catch (thrown) {
      // The line stays, so that it can be put right.
      error = asProxdeckError(thrown);
      app.changed();
    } finally {
      busy = false;
    }
  };
  const typing = editorHandlers(line);
  return {
    scope: 'command',
    place: 'bottom',
    type: (text) => {
      edited();
      line.insert(text);
    },
    handlers: {
      ...typing,
      erase: () => {
        edited();
        if (line.text === '') app.closeOverlay();
        else line.erase();
      },
      'erase-word': () => {
        edited();
        line.eraseWord();
      },
      'erase-line': () => {
        edited();
        line.eraseLine();
      },
      right: () => {
        if (line.after !== '' || !takeOffered()) line.move(1);
      },
      'line-end': () => {
        if (line.after !== '' || !takeOffered()) line.moveTo('end');
      },
      complete: () => turn(1),
      'complete-back': () => turn(-1),
      older: () => older(1),
      newer: () => older(-1),
      back: () => app.closeOverlay(),
      accept: () => app.arrive(accept),
    },
    lines: ({ look }, { width, height }) => {
      const { from, candidates, more } = cycle ?? offered();
      const room = Math.max(0, Math.min(mostCandidates, height - 4));
      const lines = candidateLines({ candidates, more }, cycle?.at, { width, room, look });
      if (error !== undefined) {
        lines.push(look.paint('error', truncate(` ${clean(error.message)}`, width)));
        if (error.hint !== undefined) lines.push(look.paint('muted', truncate(` ${clean(error.hint)}`, width)));
      }
      const [best] = candidates;
      const ghost =
        cycle === undefined && line.text.length > from && line.after === ''
          ? (best?.value ?? '').slice(line.text.length - from)
          : '';
      const prompt = cutStyled(`:${clean(line.before)}`, width - 1);
      const typed = ghost === '' ? `:${typedText(line, look)}` : `${prompt}${ghosted(ghost, look)}`;
      const rule = look.paint('border', look.glyphs.horizontal.repeat(width));
      return [rule, ...lines, typed].map((one) => cutStyled(one, width)).map((one) => one + blanks(one, width));
    },
  };
};

/** What would be taken, behind the cursor. */
const ghosted = (ghost: string, look: Look): string => {
  const [under = ' ', ...rest] = [...ghost];
  return look.paint('selection', under) + look.paint('muted', rest.join(''));
};

const blanks = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - widthOf(text.replaceAll(/\u001B\[[\d;:]*m/g, ''))));

const candidateLines = (
  { candidates, more }: Pick<Completion, 'candidates' | 'more'>,
  at: number | undefined,
  { width, room, look }: { readonly width: number; readonly room: number; readonly look: Look },
): string[] => {
  const top = Math.max(0, Math.min((at ?? 0) - room + 1, candidates.length - room));
  const shown = candidates.slice(top, top + room);
  const widest = Math.min(36, Math.max(8, ...shown.map(({ value }) => widthOf(clean(value)))));
  const lines = shown.map(({ value, detail }, slot) => {
    const name = ` ${top + slot === at ? look.glyphs.selected : ' '} ${fit(clean(value), widest)}  `;
    const text = truncate(clean(detail), Math.max(0, width - widthOf(name)));
    return top + slot === at ? look.paint('selection', fit(name + text, width)) : name + look.paint('muted', text);
  });
  const rest = more + candidates.length - top - shown.length;
  if (rest > 0 && lines.length > 1) lines[lines.length - 1] = look.paint('muted', `   ${String(rest + 1)} more`);
  return lines;
};

/** Does what a line means, as if it had been typed. Rejects with `usage` for one that means nothing. */
export const runLine = async (app: AppModel, text: string): Promise<void> =>
  perform(app, await meaningOf(app, text), text);

const perform = (app: AppModel, meaning: Meaning, text: string): void => {
  switch (meaning.kind) {
    case 'quit':
      return app.leave();
    case 'help':
      return openHelp(app);
    case 'own':
      return app.keyboard.act({ scope: 'global', action: meaning.action });
    case 'screen':
      return app.goTo(meaning.screen, meaning.filter === undefined ? {} : { filter: meaning.filter });
    case 'row':
      return app.goTo(meaning.screen, { id: meaning.id });
    case 'number':
      return goToNumber(app, meaning.number);
    case 'operation': {
      const { operation, input, isWhole } = meaning;
      const { upid } = input;
      if (operation.name === 'task.log' && typeof upid === 'string') return openLog(app, upid);
      if (operation.risk === 'read') return showAnswer(app, operation, input, text);
      if (operation.name === 'connect' && Object.keys(input).length === 0) return askForCluster(app);
      if (!isWhole) return askForRest(app, operation, input);
      if (isConsole(operation)) return openConsole(app, { name: operation.name, input });
      const onIncomplete = (problem: ProxdeckError): void => askForRest(app, operation, input, problem);
      void app.run({ name: operation.name, input }, { onTask: followTasks(app), onIncomplete });
    }
  }
};

/** Who only says that a cluster is to be added is led through it. */
const askForCluster = (app: AppModel): void =>
  app.arrive(async () => (await import('./contexts/screen.ts')).addCluster(app));

const isConsole = ({ name }: Operation): boolean => name.endsWith('.console');

const openConsole = (app: AppModel, call: Call): void =>
  app.arrive(async () => (await import('./console.ts')).enterConsole(app, call));

/** A form for what was not typed, or not well; loaded with the first one. */
const askForRest = (
  app: AppModel,
  operation: Operation,
  input: Readonly<Record<string, unknown>>,
  problem?: ProxdeckError,
): void =>
  app.arrive(async () => {
    const { openFormFor } = await import('./forms/forOperation.ts');
    await openFormFor(app, operation, input, problem);
  });

/** `:42`: the guest of that id, wherever it is; else that row of the list. */
const goToNumber = (app: AppModel, number: number): void => {
  const guest = app.live.getState().snapshot.guests.find(({ vmid }) => vmid === number);
  if (guest !== undefined) return app.goTo('guests', { id: guest.id });
  if (app.screen.list === undefined) app.notify({ token: 'muted', text: `there is no guest ${String(number)}` });
  else app.screen.list.moveTo(number - 1);
};
