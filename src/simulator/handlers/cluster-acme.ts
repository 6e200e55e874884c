import type { ApiCall, Routes } from '../handler.ts';
import { digestOf } from './params.ts';
import { routesOfSection } from './sections.ts';

const rowsOf = (call: ApiCall, section: string): Record<string, unknown>[] => [
  ...(call.world.sections[section]?.values() ?? []),
];

const directories = [
  { name: "Let's Encrypt V2", url: 'https://acme-v02.api.letsencrypt.org/directory' },
  { name: "Let's Encrypt V2 Staging", url: 'https://acme-staging-v02.api.letsencrypt.org/directory' },
];

const readPlugins = (call: ApiCall): unknown => {
  const own = rowsOf(call, 'acme-plugins');
  const digest = digestOf(own.length === 0 ? '' : JSON.stringify(own));
  return [{ plugin: 'standalone', type: 'standalone' }, ...own].map((row) => ({ ...row, digest }));
};

/** /cluster/acme (PVE::API2::ACMEAccount, ACMEPlugin). */
export const acmeRoutes: Routes = {
  ...routesOfSection({ section: 'acme-plugins', path: '/cluster/acme/plugins', key: 'id' }),
  'GET /cluster/acme/plugins': readPlugins,
  'GET /cluster/acme/account': (call) =>
    [...(call.world.sections['acme-accounts']?.keys() ?? [])].map((name) => ({ name })),
  'GET /cluster/acme/directories': () => directories,
  'GET /cluster/acme/tos': () => 'https://letsencrypt.org/documents/LE-SA-v1.5-February-24-2025.pdf',
};
