import type { AppModel } from './app.ts';
import type { Handlers } from './keys.ts';

/** What the keys do while a line is typed. Moving goes on in the list below it. */
export const lineHandlers = (app: AppModel): Handlers => {
  const typed = (): string => app.state.editing?.text ?? '';
  const move = (action: 'down' | 'up') => (): void => app.shown.handlers.list?.[action]?.();
  return {
    accept: () => app.endEditing(),
    cancel: () => {
      const { editing } = app.state;
      app.endEditing();
      editing?.cancel();
    },
    erase: () => app.type([...typed()].slice(0, -1).join('')),
    'erase-word': () => app.type(typed().replace(/\S+\s*$/, '')),
    'erase-line': () => app.type(''),
    down: move('down'),
    up: move('up'),
  };
};
