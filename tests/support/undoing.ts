/**
 * Returns what undoes something once. It is also undone when the process is told to end before (Ctrl-C), since no teardown runs then;
 * the last that was done is undone first.
 */
export const undoing = (undo: () => void): (() => void) => {
  process.prependOnceListener('exit', undo);
  return () => {
    process.off('exit', undo);
    undo();
  };
};
