import type { ScreenMaker, ScreenSource } from '../src/ui/screen.ts';
import type { ScreenName } from '../src/ui/state.ts';
import { globalHandlers } from './global.ts';
import { guestsScreen } from './guests/screen.ts';

/** Where each screen is. The first one is there from the start; the others are loaded when they are first shown. */
const loaders: Record<ScreenName, () => Promise<ScreenMaker>> = {
  guests: async () => guestsScreen,
  overview: async () => (await import('./overview/screen.ts')).overviewScreen,
  nodes: async () => (await import('./nodes/screen.ts')).nodesScreen,
  cluster: async () => (await import('./cluster/screen.ts')).clusterScreen,
  stacks: async () => (await import('./stacks/screen.ts')).stacksScreen,
  storage: async () => (await import('./storage/screen.ts')).storageScreen,
  tasks: async () => (await import('./tasks/screen.ts')).tasksScreen,
  logs: async () => (await import('./logs/screen.ts')).logsScreen,
  access: async () => (await import('./access/screen.ts')).accessScreen,
  calls: async () => (await import('./calls/screen.ts')).callsScreen,
  contexts: async () => (await import('./contexts/screen.ts')).contextsScreen,
  settings: async () => (await import('./settings/screen.ts')).settingsScreen,
  doctor: async () => (await import('./doctor/screen.ts')).doctorScreen,
};

const loaded = new Map<ScreenName, ScreenMaker>([['guests', guestsScreen]]);

/** Every screen of the program. */
export const screens: ScreenSource = {
  ready: (name) => loaded.get(name),
  load: async (name) => {
    const maker = await loaders[name]();
    loaded.set(name, maker);
    return maker;
  },
  global: globalHandlers,
};
