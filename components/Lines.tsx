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
 * A pane of fixed size made of ready lines, none wider than the pane. Each line is a text of its own: Ink keeps what it measured, some
 * thousand texts of it, and a card whose one line changed would be kept whole each time.
 */
export const Lines = memo(({ lines, width, height, rest }: Props): ReactElement => (
  <Box flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
    {lines.slice(0, height).map((line, at) => (
      <Text key={`line ${String(at)}`} wrap="truncate-end">
        {line === '' ? ' ' : line}
      </Text>
    ))}
    {rest}
  </Box>
));
Lines.displayName = 'Lines';
