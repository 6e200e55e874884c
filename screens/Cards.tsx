import type { ReactElement } from 'react';
import { Box } from 'ink';
import { useStore } from 'zustand';
import { cardLines, type CardLine } from '../components/card.ts';
import { Lines } from '../components/Lines.tsx';
import type { Look, Token } from '../components/look.ts';
import { useLook } from '../components/lookContext.ts';
import { clean, fit, widthOf, wrapWords } from '../components/text.ts';
import type { Overlay } from '../src/ui/state.ts';
import { useApp, useKeys, useLayout } from '../src/ui/hooks.ts';
import type { Handlers } from '../src/ui/keys.ts';
import { editorHandlers } from '../src/ui/typing.ts';

type Menu = Extract<Overlay, { kind: 'menu' }>;
type Card = Extract<Overlay, { kind: 'card' }>;

/** Wider than this a sentence on a card is hard to read. */
const mostColumns = 88;

/** A card in the middle of the screen, over what is there. */
const Centred = ({ lines }: { readonly lines: readonly string[] }): ReactElement => {
  const layout = useLayout();
  const width = Math.min(layout.columns, widthOf(stripColours(lines[0] ?? '')));
  const height = Math.min(layout.rows, lines.length);
  return (
    <Box
      position="absolute"
      marginLeft={Math.max(0, Math.floor((layout.columns - width) / 2))}
      marginTop={Math.max(0, Math.floor((layout.rows - height) / 3))}
    >
      <Lines lines={lines} width={width} height={height} />
    </Box>
  );
};

/** Columns of a card that are no contents: an edge and a blank on each side. */
const frame = 4;
/** Its rows that are none: the upper and the lower edge. */
const edges = 2;

const stripColours = (text: string): string => text.replaceAll(/\u001B\[[\d;]*m/g, '');

/** What can be done with the chosen guests: every item with its key, every no with its reason. */
export const ActionsMenu = ({ menu }: { readonly menu: Menu }): ReactElement => {
  const app = useApp();
  const look = useLook();
  const layout = useLayout();
  useStore(app.revision);
  const { index } = menu;
  const itemsOf = ({ items: first, fresh }: Menu): Menu['items'] => fresh?.() ?? first;
  const items = itemsOf(menu);
  /** The menu of this moment: several keys of one read come before it is drawn again. */
  const now = (): Menu => (app.state.overlay?.kind === 'menu' ? app.state.overlay : menu);
  const step = (delta: number): void =>
    app.overlays.replace({ ...now(), index: (now().index + delta + items.length) % items.length });
  const choose = (at: number): void => {
    const item = itemsOf(now())[at];
    if (item === undefined) return;
    if (item.impossible !== undefined) return app.notify({ token: 'warn', text: `${item.title}: ${item.impossible}` });
    app.closeOverlay();
    item.run();
  };
  useKeys('menu', {
    down: () => step(1),
    up: () => step(-1),
    accept: () => choose(now().index),
    back: () => app.closeOverlay(),
  });
  app.keyboard.onMenuKey = (key) => choose(items.findIndex((item) => item.key === key));
  const widest = Math.max(...items.map(({ title }) => widthOf(title)));
  const keys = Math.max(...items.map(({ key = '' }) => widthOf(key)));
  // The key of an item is never cut: what stands before it gives way.
  const details = Math.max(
    0,
    Math.min(
      layout.columns - frame - widest - keys - 6,
      Math.max(...items.map(({ detail, impossible }) => widthOf(impossible ?? detail))),
    ),
  );
  const contents = items.map((item, at): CardLine => {
    const text = `${at === index ? look.glyphs.selected : ' '} ${fit(item.title, widest)}  ${fit(clean(item.impossible ?? item.detail), details)}  ${item.key ?? ''}`;
    if (at === index) return { text, token: 'selection' };
    return item.impossible === undefined ? { text } : { text, token: 'muted' };
  });
  const room = Math.max(1, layout.rows - edges);
  const from = Math.max(0, Math.min(contents.length - room, index - Math.floor(room / 2)));
  return <Centred lines={cardLines(look, clean(menu.title), contents.slice(from, from + room), layout.columns)} />;
};

/** Asks before something is lost: what it is, the same as a command, Cancel first. */
export const ConfirmCard = ({ card }: { readonly card: Card }): ReactElement => {
  const app = useApp();
  const look = useLook();
  const layout = useLayout();
  useStore(app.revision);
  const { confirmation, button, answer, editor } = card;
  const { hazards, remarks = [], nameToType } = confirmation;
  /** The card of this moment: Tab and Enter of one read come before it is drawn again. */
  const now = (): Card => (app.state.overlay?.kind === 'card' ? app.state.overlay : card);
  const turn = (): void => app.overlays.replace({ ...now(), button: 1 - now().button });
  const keys: Handlers = {
    'card.next': turn,
    'card.previous': turn,
    accept: () => {
      const yes = now().button === 1;
      const typed = now().editor?.text.trim();
      if (yes && typed !== nameToType)
        return app.notify({ token: 'warn', text: `type ${nameToType ?? ''} first: it says that you mean this one` });
      // Answered before the card closes: closing it unanswered means no.
      answer(yes);
      app.closeOverlay();
    },
    back: () => app.closeOverlay(),
  };
  useKeys('card', keys);
  useKeys('typed', editor === undefined ? keys : { ...editorHandlers(editor), ...keys });
  const room = Math.max(8, Math.min(mostColumns, layout.columns - frame));
  const points = (glyph: string, texts: readonly string[], token: Token): readonly CardLine[] =>
    texts.flatMap((text) =>
      wrapWords(clean(text), room - 2).map((line, at) => ({ text: `${at === 0 ? glyph : ' '} ${line}`, token })),
    );
  const command = wrapWords(clean(confirmation.command), room - 10);
  const typing = `${look.paint('text', editor?.before ?? '')}${look.paint('selection', editor?.after[0] ?? ' ')}`;
  const contents: CardLine[] = [
    ...points(look.glyphs.warning, hazards, 'warn'),
    ...points(look.glyphs.running, remarks, 'ok'),
    ...(hazards.length + remarks.length === 0 ? [] : [{ text: '' }]),
    ...command.map((text, at): CardLine => ({
      text: `${at === 0 ? 'same as   ' : ' '.repeat(10)}${text}`,
      token: 'muted',
    })),
    { text: '' },
    ...(nameToType === undefined
      ? []
      : [{ text: `to go on, type ${look.paint('heading', clean(nameToType))}   ${typing}` }, { text: '' }]),
    { text: buttons(['Cancel', confirmation.verb], button, look) },
  ];
  return <Centred lines={cardLines(look, clean(confirmation.title), contents, layout.columns)} />;
};

const buttons = (words: readonly string[], chosen: number, look: Look): string =>
  words.map((word, at) => (at === chosen ? `${look.glyphs.selected} ${word}` : `  ${word}`)).join('     ');
