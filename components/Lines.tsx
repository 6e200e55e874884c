import { memo, type ReactElement, type ReactNode } from 'react';
import { Box, Text } from 'ink';

interface Props {
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
  /** Drawn below the lines, in what is left of the height. */
  readonly rest?: ReactNode;
}

/**
 * A pane of fixed size made of ready lines, none wider than the pane: what lists, details and logs are drawn with.
 * All of it is one text: a text a line would make the first frame 40 % dearer and no later frame cheaper.
 */
export const Lines = memo(({ lines, width, height, rest }: Props): ReactElement => {
  const shown = lines.length > height ? lines.slice(0, height) : lines;
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
      {shown.length === 0 ? null : <Text wrap="truncate-end">{shown.join('\n')}</Text>}
      {rest}
    </Box>
  );
});
Lines.displayName = 'Lines';
