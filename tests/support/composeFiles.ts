import { loadCompose, type LoadedCompose, type LoadOptions } from '../../src/stacks/compose/load.ts';

/** Files of a project by their names below /project; no disk is read. */
export type ComposeFiles = Readonly<Record<string, string | Uint8Array>>;

/** Loads a project of texts. A lone text is its compose.yaml. */
export const composeOf = async (
  files: ComposeFiles | string,
  options: Partial<Omit<LoadOptions, 'readFile'>> = {},
): Promise<LoadedCompose> => {
  const all = typeof files === 'string' ? { 'compose.yaml': files } : files;
  const bytes = new Map(
    Object.entries(all).map(([name, content]) => [
      name.startsWith('/') ? name : `/project/${name}`,
      typeof content === 'string' ? new TextEncoder().encode(content) : content,
    ]),
  );
  return await loadCompose({
    folder: '/project',
    ...options,
    readFile: (file) => Promise.resolve(bytes.get(file)),
  });
};

/** Returns what is said of a project that is refused: the error's message, and its hint. Fails when it is not refused. */
export const refusalOf = async (
  files: ComposeFiles | string,
  options: Partial<Omit<LoadOptions, 'readFile'>> = {},
): Promise<string> => {
  try {
    await composeOf(files, options);
  } catch (error) {
    if (error instanceof Error) return 'hint' in error ? `${error.message} ${String(error.hint)}` : error.message;
    throw error;
  }
  throw new Error('the project was not refused');
};
