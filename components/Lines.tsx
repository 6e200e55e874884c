import { memo, type ReactElement, type ReactNode } from 'react';
import { Box, Text } from 'ink';

const Line = memo(({ text }: { readonly text: string }): ReactElement => (
  <Text wrap="truncate-end">{text === '' ? ' ' : text}</Text>
));
Line.displayName = 'Line';

interface Props {
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
  /** Drawn below the lines, in what is left of the height. */
  readonly rest?: ReactNode;
}

/** A pane of fixed size made of ready lines, one text each: what lists, details and logs are drawn with. */
export const Lines = memo(({ lines, width, height, rest }: Props): ReactElement => (
  <Box flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
    {lines.slice(0, height).map((text, slot) => (
      // A slot is a place on the screen: its text changes, its identity does not.
      <Line key={slot} text={text} />
    ))}
    {rest}
  </Box>
));
Lines.displayName = 'Lines';
