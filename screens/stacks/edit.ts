import type { AppModel } from '../../src/ui/app.ts';

/** Opens a file in the person's editor, at a line of it; what is shown is read anew when they come back. */
export const editFile = async (app: AppModel, file: string, line?: number): Promise<void> => {
  const { desk } = app;
  if (desk === undefined) return app.notify({ token: 'warn', text: 'the editor is not there yet: try again' });
  try {
    await desk.editFile(file, line);
  } catch (thrown) {
    app.trouble(thrown);
  }
  await app.refresh();
};
