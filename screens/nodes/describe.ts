import { clean, fit, truncate, wrapWords } from '../../components/text.ts';
import { bytes, counted, duration, percent } from '../../components/units.ts';
import type { ClusterNode } from '../../src/models/cluster.ts';
import type { ResultOf } from '../../src/operations/catalog.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import { fractionOf } from '../condition.ts';
import { openDescription } from '../describeView.ts';
import { factLines } from '../factsOf.ts';
import { awayLines } from './away.ts';
import { guestCount, nodeState } from './columns.ts';
import { subscriptionText, versionText } from './words.ts';

const part = (used: number | undefined, whole: number | undefined): string | undefined =>
  whole === undefined ? undefined : `${bytes(used ?? 0)} of ${bytes(whole)}, ${percent(fractionOf(used, whole))}`;

const cores = ({ cores: each, sockets, model }: NonNullable<ResultOf<'node.show'>['cpuinfo']>): string => {
  const count = each === undefined ? '' : `, ${counted(each, 'core')}`;
  return `${model}${count}${sockets !== undefined && sockets > 1 ? `, ${String(sockets)} sockets` : ''}`;
};

const loadLines = (node: ClusterNode, status: ResultOf<'node.show'> | undefined, drawing: Drawing & Area) =>
  factLines(
    {
      uptime: node.uptime === undefined ? undefined : duration(node.uptime),
      cpu: node.cpu === undefined ? undefined : `${percent(node.cpu)} of ${String(node.maxcpu ?? 0)}`,
      load: status?.loadavg?.join('  '),
      memory: part(node.mem, node.maxmem),
      swap: part(status?.swap?.used, status?.swap?.total),
      root: part(node.disk, node.maxdisk),
      guests: `${guestCount(drawing.app.cluster.guestsOfNode(node.node))} running`,
    },
    drawing,
  );

const systemLines = (status: ResultOf<'node.show'>, drawing: Drawing & Area): readonly Line[] => {
  const boot = status['boot-info'];
  return factLines(
    {
      version: status.pveversion === undefined ? undefined : versionText(status.pveversion),
      kernel: status.kversion,
      processor: status.cpuinfo === undefined ? undefined : cores(status.cpuinfo),
      boot:
        boot?.mode === undefined
          ? undefined
          : `${boot.mode}${boot.mode === 'efi' ? `, secure boot ${boot.secureboot === true ? 'on' : 'off'}` : ''}`,
    },
    drawing,
  );
};

const day = 86_400;

const certificateLine = (
  { filename, notafter }: ResultOf<'node.certificates'>[number],
  { look, now, width }: Drawing & Area,
): string => {
  if (notafter === undefined) return clean(filename);
  const left = notafter - now / 1000;
  const until = `until ${new Date(notafter * 1000).toISOString().slice(0, 10)}`;
  const [token, text] =
    left < 0
      ? (['error', `${look.glyphs.failed} expired`] as const)
      : ([
          left < 30 * day ? 'warn' : 'ok',
          `${look.glyphs.running} ${until}, ${String(Math.floor(left / day))} days left`,
        ] as const);
  return `${fit(clean(filename), Math.min(22, width - 10))}  ${look.paint(token, truncate(text, width - 24))}`;
};

const lines = (node: ClusterNode, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look, width } = drawing;
  const input = { node: node.node };
  const title = (text: string): string => look.paint('heading', text);
  const state = nodeState(node);
  const shown: (string | Line)[] = [look.paint(state.token, `${look.glyphs[state.glyph]} ${state.word}`), ''];
  if (node.status !== 'online')
    return [...shown, ...awayLines(node, drawing), '', ...loadLines(node, undefined, drawing)];
  const status = app.look('node.show', input, { dwellMs: 0, everyMs: 10_000 });
  const subscription = app.look('node.subscription', input, { dwellMs: 0 });
  const certificates = app.look('node.certificates', input, { dwellMs: 0 });
  const config = app.look('node.config', input, { dwellMs: 0 });
  shown.push(
    title('now'),
    ...loadLines(node, status.value, drawing),
    '',
    title('system'),
    ...answerLines(status, drawing),
  );
  if (status.value !== undefined) shown.push(...systemLines(status.value, drawing));
  shown.push('', title('subscription'), ...answerLines(subscription, drawing));
  if (subscription.value !== undefined) shown.push(...wrapWords(clean(subscriptionText(subscription.value)), width));
  shown.push('', title('certificates'), ...answerLines(certificates, drawing));
  for (const one of certificates.value ?? [])
    shown.push({ text: certificateLine(one, drawing), copy: one.fingerprint ?? one.filename });
  shown.push('', title('notes'), ...answerLines(config, drawing));
  const notes = config.value?.description?.trim() ?? '';
  if (config.value !== undefined)
    shown.push(
      ...(notes === ''
        ? [look.paint('muted', 'none')]
        : notes.split('\n').flatMap((text) => wrapWords(clean(text), width))),
    );
  return shown;
};

/** Describes all that is known of a node over the screen. */
export const describeNode = (app: AppModel, node: ClusterNode): void =>
  openDescription(app, node.id, {
    heading: ({ look }) => look.paint('heading', clean(node.node)) + look.paint('muted', '  node'),
    lines: (drawing) => {
      const { nodes } = drawing.app.live.getState().snapshot;
      return lines(nodes.find(({ id }) => id === node.id) ?? node, drawing);
    },
  });
