import { useState, type ReactElement } from 'react';
import { Lines } from '../components/Lines.tsx';
import { useLook } from '../components/look.ts';
import { fit } from '../components/text.ts';
import { useApp, useKeys, useLayout, useUi } from '../src/ui/hooks.ts';
import { keyLabel, keyTable, type Binding, type Scope } from '../src/ui/keyTable.ts';

/** Every key of the view that was left, straight from the key table. */
export const Help = (): ReactElement => {
  const app = useApp();
  const look = useLook();
  const layout = useLayout();
  const screen = useUi((state) => state.screen);
  const [top, setTop] = useState(0);
  const sections: readonly (readonly [title: string, scope: Scope])[] = [
    [`in ${screen}`, screen],
    ['in every list', 'list'],
    ['everywhere', 'global'],
    ['while filtering', 'filter'],
    ['in a log', 'log'],
  ];
  const lines = sections.flatMap(([title, scope]) => {
    const bindings = keyTable.filter((binding) => binding.scope === scope);
    return bindings.length === 0 ? [] : [look.paint('heading', ` ${title}`), ...bindings.map(helpLine), ''];
  });
  lines.push(
    look.paint('heading', ' filter'),
    '   words must all match, !word must not; tag:web node:pve1 status:running',
    '   type:ct pool:prod name:web id:104; -f first makes it fuzzy',
  );
  const height = layout.bodyHeight;
  const last = Math.max(0, lines.length - height);
  const first = Math.min(top, last);
  useKeys('help', {
    down: () => setTop(Math.min(last, first + 1)),
    up: () => setTop(Math.max(0, first - 1)),
    'page-down': () => setTop(Math.min(last, first + height)),
    'page-up': () => setTop(Math.max(0, first - height)),
    back: () => app.closeOverlay(),
  });
  return <Lines lines={lines.slice(first, first + height)} width={layout.columns} height={height} />;
};

const helpLine = (binding: Binding): string => `   ${fit(binding.keys.map(keyLabel).join('  '), 18)} ${binding.title}`;
