import type { ReactElement } from 'react';
import { useStore } from 'zustand';
import { Lines } from '../components/Lines.tsx';
import { useLook, type Look } from '../components/look.ts';
import { segmentLine, type Segment } from '../components/segments.ts';
import { clean } from '../components/text.ts';
import type { Notice } from '../src/ui/state.ts';
import { useApp, useLayout, useLive, useUi } from '../src/ui/hooks.ts';
import { keyLabel, keyTable, type Scope } from '../src/ui/keyTable.ts';

/** The line below the body: the keys of this view, or what just happened. */
export const Footer = (): ReactElement => {
  const app = useApp();
  const look = useLook();
  const layout = useLayout();
  const notice = useUi((state) => state.notice);
  useStore(app.revision);
  const pending = useUi((state) => state.pendingKeys);
  const connection = useLive((live) => live.connection);
  const marked = app.markedCount();
  const trouble: Notice | undefined =
    connection.state === 'away'
      ? {
          token: 'error',
          text: connection.error.message,
          ...(connection.error.hint === undefined ? {} : { hint: connection.error.hint }),
        }
      : undefined;
  const line = footerLine({ scopes: app.scopes(), notice: notice ?? trouble, pending, marked }, layout.columns, look);
  const lines =
    layout.footer === 'full' ? [look.paint('border', look.glyphs.horizontal.repeat(layout.columns)), line] : [line];
  return <Lines lines={lines} width={layout.columns} height={lines.length} />;
};

interface FooterInput {
  readonly scopes: readonly Scope[];
  readonly notice: Notice | undefined;
  readonly pending: string;
  readonly marked: number;
}

/** Returns the footer as one line of at most `width` columns. */
const footerLine = ({ scopes, notice, pending, marked }: FooterInput, width: number, look: Look): string => {
  const right: Segment[] = [
    ...(pending === '' ? [] : [{ text: pending, token: 'accent' } as const]),
    ...(marked === 0 ? [] : [{ text: `${String(marked)} marked`, token: 'accent' } as const]),
  ];
  if (notice !== undefined) {
    const hint = notice.hint === undefined ? [] : [{ text: clean(notice.hint), token: 'muted', drop: 3 } as const];
    return ` ${segmentLine(look, [{ text: clean(notice.text), token: notice.token }, ...hint], right, width - 1)}`;
  }
  const hints = keyTable
    .filter((binding) => binding.footer !== undefined && scopes.includes(binding.scope))
    .toSorted((a, b) => (a.footer?.order ?? 0) - (b.footer?.order ?? 0));
  const left = hints.map((binding, at): Segment => ({
    text: `${keyLabel(binding.keys[0] ?? '')} ${binding.footer?.word ?? ''}`,
    token: 'muted',
    // Help and quit are the last to go.
    drop: (binding.footer?.order ?? 0) >= 90 ? 1 : at + 2,
  }));
  return ` ${segmentLine(look, left, right, width - 1)}`;
};
