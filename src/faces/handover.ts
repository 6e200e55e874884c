/**
 * The launcher may have shown the picture of the last run: then the terminal's alternate screen is already on when the program begins.
 * Whoever takes it over also leaves it; until then an error must leave it before it says anything. The launcher itself puts the modes
 * of the terminal back when the program has ended.
 */
let pictured = process.env['PROXDECK_PICTURE'] === '1';

/** Returns whether the alternate screen is already on; from now on the caller has to leave it. */
export const takeOverPicture = (): boolean => {
  const was = pictured;
  pictured = false;
  return was;
};

/** Leaves the picture, when nobody has taken it over. */
export const leavePicture = (): void => {
  if (takeOverPicture()) process.stdout.write('\u001B[?25h\u001B[?1049l');
};
