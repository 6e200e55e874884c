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

/**
 * The modes of the terminal before the launcher changed them, as `stty -g` writes them; undefined when it changed none. Node
 * puts back what it found, which were the launcher's: a program that runs on the terminal needs these.
 */
export const modesBefore: string | undefined = process.env['PROXDECK_MODES'];

/** The environment for a program that runs on the terminal: without what the launcher told us alone. */
export const childEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PROXDECK_PICTURE: undefined,
  PROXDECK_MODES: undefined,
});

/** Leaves the picture, when nobody has taken it over. */
export const leavePicture = (): void => {
  if (takeOverPicture()) process.stdout.write('\u001B[?25h\u001B[?1049l');
};
