import type { ReactElement } from 'react';
import { Box } from 'ink';
import { cardLines, type CardLine } from '../components/card.ts';
import { Lines } from '../components/Lines.tsx';
import type { Look } from '../components/look.ts';
import { useLook } from '../components/lookContext.ts';
import { clean, fit, widthOf } from '../components/text.ts';
import type { Overlay } from '../src/ui/state.ts';
import { useApp, useKeys, useLayout } from '../src/ui/hooks.ts';

type Menu = Extract<Overlay, { kind: 'menu' }>;
type Card = Extract<Overlay, { kind: 'card' }>;

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

const stripColours = (text: string): string => text.replaceAll(/\u001B\[[\d;]*m/g, '');

/** What can be done with the chosen guests: every item with its key, every no with its reason. */
export const ActionsMenu = ({ menu }: { readonly menu: Menu }): ReactElement => {
  const app = useApp();
  const look = useLook();
  const layout = useLayout();
  const { items, index } = menu;
  /** The menu of this moment: several keys of one read come before it is drawn again. */
  const now = (): Menu => (app.state.overlay?.kind === 'menu' ? app.state.overlay : menu);
  const step = (delta: number): void =>
    app.overlays.replace({ ...now(), index: (now().index + delta + items.length) % items.length });
  const choose = (at: number): void => {
    const item = items[at];
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
  return <Centred lines={cardLines(look, clean(menu.title), contents, layout.columns)} />;
};

/** Asks before something is lost: what it is, the same as a command, Cancel first. */
export const ConfirmCard = ({ card }: { readonly card: Card }): ReactElement => {
  const app = useApp();
  const look = useLook();
  const layout = useLayout();
  const { confirmation, button, answer } = card;
  /** The card of this moment: Tab and Enter of one read come before it is drawn again. */
  const now = (): Card => (app.state.overlay?.kind === 'card' ? app.state.overlay : card);
  const turn = (): void => app.overlays.replace({ ...now(), button: 1 - now().button });
  useKeys('card', {
    'card.next': turn,
    'card.previous': turn,
    accept: () => {
      // Answered before the card closes: closing it unanswered means no.
      answer(now().button === 1);
      app.closeOverlay();
    },
    back: () => app.closeOverlay(),
  });
  const contents: CardLine[] = [
    ...confirmation.hazards.map((hazard): CardLine => ({
      text: `${look.glyphs.warning} ${clean(hazard)}`,
      token: 'warn',
    })),
    { text: '' },
    { text: `same as   ${clean(confirmation.command)}`, token: 'muted' },
    { text: '' },
    { text: buttons(['Cancel', confirmation.verb], button, look) },
  ];
  return <Centred lines={cardLines(look, clean(confirmation.title), contents, layout.columns)} />;
};

const buttons = (words: readonly string[], chosen: number, look: Look): string =>
  words.map((word, at) => (at === chosen ? `${look.glyphs.selected} ${word}` : `  ${word}`)).join('     ');
