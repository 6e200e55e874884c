import { clean, wrapWords } from '../../components/text.ts';
import type { ClusterNode } from '../../src/models/cluster.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';

/** What a tab says that only the node itself could answer, while the node is away: asking it would hang for half a minute. */
export const awayLines = (
  node: ClusterNode,
  { look, width }: Pick<Drawing & Area, 'look' | 'width'>,
): readonly string[] =>
  wrapWords(
    `${look.glyphs.failed} ${clean(node.node)} is ${clean(node.status)}: only the node itself knows this, and it does not answer`,
    width,
  ).map((line) => look.paint('warn', line));
