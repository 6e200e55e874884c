import { fit } from '../components/text.ts';
import type { AppModel } from '../src/ui/app.ts';
import { keyLabel, keyTable, type Binding, type Scope } from '../src/ui/keyTable.ts';
import type { Screen } from '../src/ui/screen.ts';

const titles: Partial<Record<Scope, string>> = {
  list: 'in every list',
  details: 'in the details',
  global: 'everywhere',
  filter: 'while filtering',
  log: 'in a log',
};

/** Every key of the view that was left, straight from the key table. */
export const helpView = (app: AppModel): Screen => {
  const details = app.details('help');
  const { screen } = app.state;
  return {
    scopes: () => ['help'],
    handlers: {
      help: {
        down: () => details.move(1),
        up: () => details.move(-1),
        'page-down': () => details.move(details.height),
        'page-up': () => details.move(-details.height),
        back: () => app.closeOverlay(),
      },
    },
    back: () => false,
    body: ({ look }, layout) => {
      const scopes: readonly Scope[] = [screen, 'list', 'details', 'global', 'filter', 'log'];
      const lines = scopes.flatMap((scope) => {
        const bindings = keyTable.filter((binding) => binding.scope === scope);
        const title = titles[scope] ?? `in ${scope}`;
        return bindings.length === 0 ? [] : [look.paint('heading', ` ${title}`), ...bindings.map(helpLine), ''];
      });
      lines.push(
        look.paint('heading', ' filter'),
        '   words must all match, !word must not; tag:web node:pve1 status:running',
        '   type:ct pool:prod name:web id:104; -f first makes it fuzzy',
      );
      details.drawing(screen, [], layout.bodyHeight);
      details.lines = lines.map((text) => ({ text }));
      return lines.slice(details.top(), details.top() + layout.bodyHeight);
    },
  };
};

const helpLine = (binding: Binding): string => `   ${fit(binding.keys.map(keyLabel).join('  '), 18)} ${binding.title}`;
