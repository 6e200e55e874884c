import { contextNamed, loadConfig } from '../../config/config.ts';
import type { TuiOptions } from './start.ts';

type Next = { readonly kind: 'exit'; readonly code: number } | { readonly kind: 'start'; readonly options: TuiOptions };

/**
 * What happens before the first picture when the quick path knows no context: the configuration is read whole; with a context in
 * it the screen starts, without one a person is asked what to do. Throws `config` for a file that is wrong.
 */
export const firstSteps = async (options: TuiOptions): Promise<Next> => {
  const config = await loadConfig(options.env);
  const name = options.contextName ?? config.current;
  if (name !== undefined || Object.keys(config.contexts).length > 0) {
    const { addresses } = contextNamed(config, name);
    return { kind: 'start', options: { ...options, known: { contextName: name ?? '', address: addresses[0] ?? '' } } };
  }
  const { askWhatToDo } = await import('./welcome.tsx');
  const choice = await askWhatToDo(options);
  if (choice === 'quit') return { kind: 'exit', code: 0 };
  if (choice === 'added') return firstSteps(options);
  const { demoOptions } = await import('./demo.ts');
  return { kind: 'start', options: demoOptions(options) };
};
