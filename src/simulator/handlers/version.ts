import type { ApiCall, Routes } from '../handler.ts';

const version = ({ world }: ApiCall): Record<string, unknown> => {
  const { console } = world.options;
  return { ...world.version, ...(console === undefined ? {} : { console }) };
};

/** GET /version and /nodes/{node}/version. */
export const versionRoutes: Routes = {
  'GET /version': version,
  'GET /nodes/{node}/version': ({ world }) => ({ ...world.version }),
};
